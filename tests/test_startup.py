"""A command begins soon as long as it loads nothing that it does not need; nothing is timed here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tropebot.cli import COMMANDS

CHECKOUT = Path(__file__).parent.parent
CONFIG = CHECKOUT / "config"
PROBE = (
    "import sys; from tropebot.cli import run; run(sys.argv[1:]); "
    "print('\\n', *sys.modules, file=sys.stderr)"
)
SLOW = {
    "pywikibot": "half of the time that is allowed, twice",
    "requests": "and urllib3, http, ssl with it",
    "rich": "draws tables, on a terminal only",
    "babel": "knows how languages other than English count",
    "mwparserfromhell": "reads in another process",
    "zstandard": "packs dumps",
    "platformdirs": "finds the bot home",
    "sqlite3": "is the ledger's",
    "asyncio": "nobody waits for anything",
    "concurrent.futures": "nobody shares the work",
    "dataclasses": "our values are Structs",
    "email": "and http; comes with importlib.metadata",
    "importlib.metadata": "looks through all that is installed",
    "importlib.resources": "our files lie beside our modules",
    "multiprocessing": "nobody shares the work",
    "socket": "nothing is asked of anybody",
    "subprocess": "the second reading runs in a copy of the process",
    "tempfile": "nothing is written",
    "xml": "dumps are",
}
"""Modules that a command without a wiki does without, and why each would come in."""
ONLINE = ("app", "audit", "daemon", "notify", "onepass", "patrol", "wiki")
KEPT = ("athome", "home", "ledger", "reports")
"""Parts that talk to a wiki or beyond it, and those that look into a bot home."""
LIBRARIES = {"click", "msgspec", "typing_extensions", "re2", "tropebot"}
PAGE = ["--preset", "tropedia", "--title", "A Page", "-"]
OFFLINE = {
    "help": ["--help"],
    "help of a command": ["patrol", "--help"],
    "check": ["check", *PAGE],
    "examples": ["examples", *PAGE],
    "rules": ["rules"],
    "the manual of a rule": ["rules", "TB101"],
    "the schema": ["policy", "schema"],
    "a policy": ["policy", "show", "--preset", "allthetropes"],
    "a usage error": ["check"],
}
HOME = {
    "runs": ["runs"],
    "a work list": ["worklist", "TB101"],
    "the ledger's check": ["ledger", "check"],
    "the page of HTML": ["report", "--html", "report"],
}
LOADED = [
    (["check", "--fix", *PAGE], "tropebot.cli.fixing", "what can be added is asked for"),
    (["completion", "bash"], "click.shell_completion", "a shell asks"),
    (["runs", "--home", "."], "tropebot.home", "the ledger is in a bot home"),
]
"""The other way round: where something is needed it is loaded, and the probe sees it."""


def loaded(
    arguments: list[str], *, place: Path = CHECKOUT, directory: Path | None = None
) -> set[str]:
    """The modules that a command has loaded at its end; ``place`` goes before all that is installed."""
    environment = {**os.environ, "PYTHONPATH": f"{place}{os.pathsep}{CHECKOUT}"}
    environment.pop("TROPEBOT_HOME", None)
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        input="{{Trope}}\nA page, with a finding.\n",
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=directory,
    )
    return set(ran.stderr.splitlines()[-1].split())


@pytest.fixture(scope="module", params=OFFLINE.values(), ids=OFFLINE.keys())
def modules(request: pytest.FixtureRequest) -> set[str]:
    return loaded(request.param)


def test_nothing_is_loaded_that_is_not_needed(modules: set[str]) -> None:
    assert not {name: why for name, why in SLOW.items() if name in modules}


def test_nothing_is_loaded_that_acts_or_remembers(modules: set[str]) -> None:
    assert not {part for part in ONLINE + KEPT if f"tropebot.{part}" in modules}


def test_few_libraries_are_loaded(modules: set[str]) -> None:
    outside = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - LIBRARIES
    assert not {name for name in outside if not name.startswith(("_", "sitecustomize"))}


@pytest.mark.parametrize("arguments", HOME.values(), ids=HOME.keys())
def test_what_looks_into_the_ledger_loads_no_wiki(tmp_path: Path, arguments: list[str]) -> None:
    home = shutil.copytree(CONFIG, tmp_path / "home", ignore=shutil.ignore_patterns("state"))
    modules = loaded(["--home", str(home), *arguments], directory=tmp_path)
    needed = {"sqlite3", "tempfile"}
    assert not {name: why for name, why in SLOW.items() if name in modules - needed}
    assert not {part for part in ONLINE if f"tropebot.{part}" in modules}
    assert "tropebot.ledger" in modules


def test_a_page_is_judged_without_the_patterns_for_examples() -> None:
    assert "re2" not in loaded(["check", *PAGE])
    assert "re2" in loaded(["examples", *PAGE])


def test_help_loads_one_command_at_most() -> None:
    names = {f"tropebot.cli.{name.replace('-', '_')}" for name in COMMANDS}
    assert not loaded(["--help"]) & names
    assert loaded(["rules", "--help"]) & names == {"tropebot.cli.rules"}


@pytest.mark.parametrize(("arguments", "module", "why"), LOADED, ids=[row[2] for row in LOADED])
def test_what_is_needed_is_loaded(arguments: list[str], module: str, why: str) -> None:
    assert module in loaded(arguments), why


PACK = "[console_scripts]\nx = y:z\n\n[tropebot.rules]\nwalls = tropebot_walls\n"
OURS = "[tropebot.rules]\ntropebot = tropebot.rules\n"
NAMED = [
    ("walls-1.0.dist-info", PACK, True, "a pack"),
    ("walls.egg-info", PACK, True, "a pack in a checkout"),
    ("tropebot-9.9.dist-info", OURS, False, "our own rules"),
    ("both-1.0.dist-info", OURS + "walls = tropebot_walls\n", True, "a pack beside our own rules"),
    ("x-1.0.dist-info", "[console_scripts]\ntropebot.rules = x:y\n", False, "a script so called"),
    ("x-1.0.dist-info", "[tropebot.rules.more]\nx = y\n", False, "another group"),
    ("x-1.0.dist-info", "", False, "nothing"),
]


@pytest.mark.parametrize(("place", "text", "asked", "why"), NAMED, ids=[row[3] for row in NAMED])
def test_what_is_installed_is_asked_only_where_a_pack_may_be(
    tmp_path: Path, place: str, text: str, *, asked: bool, why: str
) -> None:
    (tmp_path / place).mkdir()
    (tmp_path / place / "entry_points.txt").write_text(text)
    (tmp_path / "tropebot_walls").mkdir()
    modules = loaded(["rules"], place=tmp_path)
    assert ("importlib.metadata" in modules) is asked, why


def test_the_second_reading_loads_its_parser_alone_and_leaves_the_rest_whole() -> None:
    program = (
        "import sys; from tropebot.wikitext.second_opinion import Parser, names_in\n"
        "assert names_in('{{a|[[b]]}}') == (('a',), ('b',))\n"
        "print('importlib.metadata' in sys.modules)\n"
        "import mwparserfromhell as whole\n"
        "print(whole.__version__ > '0', whole.parser.Parser is Parser, whole.parse('{{a}}').nodes)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines() == ["False", "True True ['{{a}}']"]
