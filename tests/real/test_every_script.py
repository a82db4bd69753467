"""Each script on the demo wiki as a moderator runs it, by both doors, with all kinds of answers."""

import json
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.home import make_home
from demo.mediawiki import ADMIN, BOT, Wiki
from demo.people import Person
from tests.real.test_drafts_in_time import EXPORT
from tests.real.test_scripts import PWB, Done, process
from tests.real_wiki import CHECKOUT, BotHome

pytestmark = pytest.mark.real

SETTINGS = """
[policy.workshop.stale]
days = 100

[policy.flags.TB101]
template = "Missing markup"
warning_days = 7
"""
LONG_AGO = datetime.now(UTC) - timedelta(days=400)
STALE = "Trope Workshop:Long forgotten"
EXPIRED = "Long flagged"
DRAFT = "{{Trope Workshop}}\n{{trope}}\nIt is.\n{{examples}}\n* ''[[One Film]]'': it is there.\n"
FLAGGED = (
    "{{Missing markup}}\n{{trope}}\nIt happens.\n{{examples}}\n* ''[[Film]]'': it happens there.\n"
)

Script = Callable[..., Done]


@pytest.fixture(params=["python", "pwb"])
def script(request: pytest.FixtureRequest, bot_home: BotHome) -> Script:
    """`python scripts/NAME.py …`, or `pwb NAME …`."""
    if request.param == "python":
        return by_python(bot_home)
    home = {"PYWIKIBOT_DIR": str(bot_home.directory), "TROPEBOT_HOME": ""}

    def run(name: str, *words: str, typed: str = "", **environment: str) -> Done:
        return process(bot_home, PWB, name, *words, typed=typed, **home, **environment)

    return run


def by_python(home: BotHome) -> Script:
    def run(name: str, *words: str, typed: str = "", **environment: str) -> Done:
        path = CHECKOUT / "scripts" / f"{name}.py"
        return process(home, sys.executable, path, *words, typed=typed, **environment)

    return run


@pytest.fixture
def prepared(bot_home: BotHome, persons: dict[str, Person]) -> Person:
    """The wiki with a draft and a flagged page of long ago; its administrator."""
    path = bot_home.directory / "tropebot.toml"
    path.write_text(path.read_text("utf-8") + SETTINGS, "utf-8")
    admin = persons[ADMIN]
    for title, text in ((STALE, DRAFT), (EXPIRED, FLAGGED)):
        bring(admin, title, text)
    admin.edit("Template:Delete", "To be deleted: {{{1}}}")
    return admin


def bring(admin: Person, title: str, text: str) -> None:
    """A page that Cleo made long ago."""
    revision = (
        f"<revision><timestamp>{LONG_AGO:%Y-%m-%dT%H:%M:%SZ}</timestamp>"
        "<contributor><username>Cleo</username></contributor><model>wikitext</model>"
        f'<format>text/x-wiki</format><text xml:space="preserve">{text}</text></revision>'
    )
    page = f"<page><title>{title}</title>{revision}</page>"
    admin.do(
        action="import",
        xml=f'<mediawiki xmlns="{EXPORT}">{page}</mediawiki>'.encode(),
        interwikiprefix="wikipedia",
        assignknownusers=1,
        summary="brought along",
    )


def did(ran: Done) -> list[str]:
    """What a script says that it did, line by line."""
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    _, asked, last = ran.stdout.rpartition("? ")
    lines = [line for line in last.splitlines() if line]
    return lines[1:] if asked else lines  # the answer is shown where it was not typed


def last_run(home: BotHome) -> str:
    return str(json.loads(home.run("--json", "runs").stdout.splitlines()[0])["run"])


def editor(directory: Path) -> str:
    """An editor in which a person adds a sentence."""
    path = directory / "editor"
    path.write_text('#!/bin/sh\nprintf "\\nBy hand." >> "$1"\n', "utf-8")
    path.chmod(0o755)
    return str(path)


def test_markup_and_files(
    script: Script, bot_home: BotHome, prepared: Person, tmp_path: Path
) -> None:
    text = prepared.text
    pages = ("-page:Glass Ladder", "-page:Fox and Ferryman")
    before = text("Glass Ladder")
    ran = script("flag_missing_markup", *pages, "--apply", typed="o\nn\nyes\n")
    assert "index.php?title=Glass+Ladder" in ran.stdout, "opened, where there is a browser"
    assert did(ran)[0].startswith("flag")
    assert text("Glass Ladder") == before
    assert str(text("Fox and Ferryman")).startswith("{{Missing markup|")

    title = "Borrowed Sword/Headscratchers"
    ran = script(
        "fix_markup", f"-page:{title}", "--apply", typed="edit\ny\n", EDITOR=editor(tmp_path)
    )
    assert did(ran)[0].startswith("fix")
    assert str(text(title)).endswith("By hand.")
    assert "{{tropesubpagefooter}}" in str(text(title))

    files = ("-start:File:!",)
    ran = script("flag_unattributed_images", *files, "--apply", typed="n\ny\nquit\n")
    assert [line.split()[0] for line in did(ran)].count("flag") == 1
    flagged = ran.stdout.rpartition("\nflag ")[2].partition(": Flagged")[0].strip()
    assert "{{Unattributed image|" in str(text(flagged))
    ran = script("flag_unattributed_images", *files, "--apply", typed="all\n")
    assert "[y]es" not in ran.stdout.partition("all\n")[2], "all asks no more"

    prepared.edit(flagged, f"{text(flagged)}\n{{{{Fairuse}}}}")
    assert did(script("unflag_clean", "--apply", typed="y\n"))[0].startswith("unflag")
    assert "{{Unattributed image|" not in str(text(flagged))

    shown = script("undo_run", last_run(bot_home))
    assert "+{{Unattributed image|" in shown.stdout
    script("undo_run", last_run(bot_home), "--apply", typed="no\n")
    assert "{{Unattributed image|" not in str(text(flagged))
    script("undo_run", last_run(bot_home), "--apply", typed="y\n")
    assert "{{Unattributed image|" in str(text(flagged))


def test_drafts(script: Script, bot_home: BotHome, prepared: Person) -> None:
    ran = script("promote_ready_drafts", "--apply", typed="n\ny\nq\n")
    moved = [line for line in did(ran) if line.startswith("move ")]
    assert len(moved) == 1
    target = moved[0].partition(" → ")[2]
    assert prepared.text(target)
    script("undo_run", last_run(bot_home), "--apply", typed="all\n")
    assert prepared.text(f"Trope Workshop:{target}")

    assert "messages: 1" in script("warn_stale_drafts").stdout, "a plan tells nobody"
    assert "Long forgotten" not in str(prepared.text("User talk:Cleo"))
    assert did(script("warn_stale_drafts", "--apply", typed="q\n"))[0].startswith("Run")
    assert did(script("warn_stale_drafts", "--apply", typed="y\n"))[0].startswith("notice")
    said = str(prepared.text("User talk:Cleo"))
    assert said.count(f"[[:{STALE}]]") == 1
    assert "The bot has changed nothing on the page" in said
    script("warn_stale_drafts", "--apply", typed="y\n")
    assert prepared.text("User talk:Cleo") == said, "nobody is told twice"
    for path in bot_home.directory.glob("state/*.sqlite*"):
        path.unlink()
    script("warn_stale_drafts", "--apply", typed="y\n")
    assert prepared.text("User talk:Cleo") == said, "nor after the ledger was lost"


def test_expired_flags(script: Script, bot_home: BotHome, prepared: Person, wiki: Wiki) -> None:
    listed = script("expired_flags")
    assert listed.stdout.splitlines()[1].split()[0] == "400"
    assert EXPIRED in listed.stdout
    script("expired_flags", "--nominate", "--apply", typed="n\n")
    assert str(prepared.text(EXPIRED)).strip() == FLAGGED.strip()
    assert did(script("expired_flags", "--nominate", "--apply", typed="y\n"))
    assert str(prepared.text(EXPIRED)).startswith("{{delete|1=Flagged for 400 days (TB101)")
    assert EXPIRED not in script("expired_flags").stdout, "nominated already"
    refused = script("expired_flags", "--delete", "--apply", typed="y\n")
    assert refused.returncode == 4
    assert "administrator’s account" in refused.stderr

    delete = by_python(admins_home(bot_home, wiki))
    kept = delete("expired_flags", "--delete", "--apply", "--limit", "5", typed="all\nno\n")
    assert kept.returncode == 0, kept.stderr
    assert prepared.text(EXPIRED), "“all” is no answer to that, and --limit asks all the same"
    gone = delete("expired_flags", "--delete", "--apply", typed="y\n")
    assert f"deleted    {EXPIRED}" in gone.stdout, gone.stderr
    assert prepared.text(EXPIRED) is None


def admins_home(home: BotHome, wiki: Wiki) -> BotHome:
    """A bot home of the wiki's administrator, with the same policy."""
    directory = home.directory.with_name("admin")
    shutil.rmtree(directory, ignore_errors=True)
    make_home(CHECKOUT / "config", directory, wiki)
    settings = (home.directory / "tropebot.toml").read_text("utf-8")
    (directory / "tropebot.toml").write_text(settings.replace(BOT, ADMIN), "utf-8")
    password = directory / "user-password.py"
    password.write_text(f"({ADMIN!r}, {wiki.passwords[ADMIN]!r})\n", "utf-8")
    person = Person(wiki.api, ADMIN, wiki.passwords[ADMIN])
    person.edit(f"User:{ADMIN}/Run", "run")
    return BotHome(directory, {**home.environment, "TROPEBOT_HOME": str(directory)}, home.since)
