"""What hosts of wikis ask of bots: who we are, how fast we write, what we do when we are not wanted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, Bench
from tests.wiki.scripted import HTML, Hourglass, Script, api_of, error
from tropebot import __version__
from tropebot.errors import Exit, Unavailable
from tropebot.home import Limits
from tropebot.sites import least_edit_seconds
from tropebot.wiki.answers import EDIT_ERRORS
from tropebot.wiki.wire import Reply

CONFIG = Path(__file__).parents[2] / "config"
SECRET = "0123456789abcdefghijklmnopqrstuv"
EDIT = {"action": "edit", "title": "X", "text": "Y"}
BARRED = Reply(trouble="“wiki” answers 403 and nothing that can be used.")
CSRF = {"query": {"tokens": {"csrftoken": "T+\\"}}}
DONE = {"edit": {"result": "Success", "newrevid": 2, "oldrevid": 1}}


@pytest.mark.parametrize(
    ("host", "seconds", "why"),
    [
        ("tropedia.fandom.com", 1.25, "Fandom asks for less than one edit a second"),
        ("TROPEDIA.FANDOM.COM:443", 1.25, "in any spelling"),
        ("tropes.wikia.org", 1.25, "an older address of Fandom's"),
        ("tropes.gamepedia.com", 1.25, "Fandom's too"),
        ("tropes.miraheze.org", 1.0, "Miraheze has MediaWiki's own limits"),
        ("wiki.example.org", 0, "nobody says anything"),
        ("127.0.0.1:8125", 0, "a wiki of one's own"),
        ("notfandom.com", 0, "another host whose name ends alike"),
        ("fandom.com.example.org", 0, "another host whose name begins alike"),
    ],
)
def test_the_hosts_rate(host: str, seconds: float, why: str) -> None:
    assert least_edit_seconds(host) == seconds, why


PROGRAM = """
import sys
from pathlib import Path
from tropebot.home import open_home
from tropebot.wiki.session import open_session
session = open_session(open_home(Path(sys.argv[1])), login=False)
from pywikibot import config
print(session.api._edit_seconds, config.put_throttle)
"""


@pytest.mark.parametrize(
    ("family", "asked", "wanted", "why"),
    [
        ("tropedia", "0", "1.25 2", "as fast as it answers: not on Fandom"),
        ("tropedia", "600", "1.25 2", "ten a second neither"),
        ("tropedia", "6", "10.0 10", "who wants to be slower is"),
        ("tropedemo", "0", "0.0 0", "a wiki of one's own"),
    ],
)
def test_the_hosts_rate_holds_whatever_the_settings_say(
    tmp_path: Path, family: str, asked: str, wanted: str, why: str
) -> None:
    """Nothing is sent: a session that is only opened asks no wiki anything."""
    home = tmp_path / "home"
    shutil.copytree(
        CONFIG, home, ignore=shutil.ignore_patterns("state", "*.lwp", "user-password.py")
    )
    home.chmod(0o700)
    path = home / "tropebot.toml"
    text = path.read_text("utf-8").replace('family = "tropedemo"', f'family = "{family}"')
    path.write_text(text.replace("edits_per_minute = 0", f"edits_per_minute = {asked}"), "utf-8")
    done = subprocess.run(
        (sys.executable, "-c", PROGRAM, str(home)),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CONFIG.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == wanted, (why, done.stderr)


@pytest.mark.parametrize(
    ("line", "said", "why"),
    [
        ("import nosuchmodule", "No module named 'nosuchmodule'", "what it imports is not there"),
        (
            "class Mine(Exception): pass\nraise Mine('so\\nit is')",
            "Mine: so it is",
            "its own error",
        ),
        ("raise KeyError('x')", "KeyError: 'x'", "a table without a key"),
        ("def (", "SyntaxError: ", "no Python"),
    ],
)
def test_a_family_file_that_fails_is_told_in_one_line(
    tmp_path: Path, line: str, said: str, why: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(
        CONFIG, home, ignore=shutil.ignore_patterns("state", "*.lwp", "user-password.py")
    )
    home.chmod(0o700)
    (home / "families" / "tropedemo_family.py").write_text(f"{line}\n", "utf-8")
    (home / "user-password.py").write_text(f"('TropeBot', BotPassword('p', '{SECRET}'))\n", "utf-8")
    (home / "user-password.py").chmod(0o600)
    done = subprocess.run(
        (sys.executable, "-m", "tropebot", "--home", str(home), "doctor"),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CONFIG.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    told = " ".join(done.stdout.split())
    assert done.returncode == 2, (why, done.stderr)
    assert said in told, why
    assert "There is no family" not in told, why
    assert "Traceback" not in done.stderr, why


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> object:
    """The part of ours that imports pywikibot."""
    monkeypatch.setenv("PYWIKIBOT_NO_USER_CONFIG", "2")
    monkeypatch.setenv("PYWIKIBOT_DIR", str(tmp_path_factory.mktemp("pywikibot")))
    from tropebot.wiki import library  # noqa: PLC0415  pywikibot looks at the environment

    return library


@pytest.mark.parametrize(
    ("pace", "throttle", "why"),
    [
        (0, 0, "a wiki of one's own"),
        (1.25, 2, "whole seconds, never faster than we"),
        (90, 90, "slow"),
    ],
)
def test_pywikibots_throttle_is_ours(
    library: object, monkeypatch: pytest.MonkeyPatch, pace: float, throttle: int, why: str
) -> None:
    config = library.config  # type: ignore[attr-defined]
    for name in ("put_throttle", "maxthrottle"):
        monkeypatch.setattr(config, name, getattr(config, name))
    library.keep_pace(pace)  # type: ignore[attr-defined]
    assert config.put_throttle == throttle, why
    assert config.maxthrottle >= throttle, "pywikibot waits no longer than this"


def test_the_user_agent_names_tool_version_and_contact(library: object) -> None:
    agent = library.user_agent("User:Ada on (Tropes)", "TropeBot")  # type: ignore[attr-defined]
    assert agent.startswith(f"tropebot/{__version__} (User:Ada on [Tropes]; User:TropeBot) ")
    assert "Mozilla" not in agent, "no browser is played"


def test_every_request_says_how_much_lag_it_bears() -> None:
    script = Script([CSRF, DONE])
    api = api_of(script)
    api.query({"meta": "siteinfo"})
    script.replies = [CSRF, DONE]
    api.write(EDIT, EDIT_ERRORS)
    assert [sent["maxlag"] for sent in script.sent] == [30, 30, 5]


@pytest.mark.parametrize("barred", [BARRED, HTML, error("ratelimited")], ids=["403", "html", "api"])
def test_whoever_wants_to_be_left_alone_is_asked_ever_more_seldom(barred: Reply) -> None:
    script, glass = Script([{"query": {}}, barred]), Hourglass()
    api = api_of(script, hourglass=glass, limits=Limits(call_seconds=60))
    api.query({"list": "before"})
    with pytest.raises(Unavailable):
        api.query({"list": "x"})
    assert len(script.sent) <= 9
    assert glass.slept == sorted(glass.slept)
    assert glass.slept[-1] >= 4


def test_an_edit_that_was_answered_with_html_is_not_sent_again() -> None:
    script = Script([CSRF, HTML])
    with pytest.raises(Exception, match="not known"):
        api_of(script).write(EDIT, EDIT_ERRORS)
    assert len(script.writes()) == 1


def test_a_wiki_that_bars_us_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    """The cursor stands where it stood, and what was seen before the bar came down is done afterwards."""
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.begin()
    cursor = bench.ledger.changes.cursor("watermark")
    bench.wiki.put("Bad", BAD_TROPE)

    def bar(moment: str, request: str) -> None:
        if (moment, request) == ("before", "poll"):
            raise Unavailable("“wiki” answers 403 and nothing that can be used. Try again later.")

    bench.wiki.hooks.append(bar)
    with pytest.raises(Unavailable):
        bench.run()
    assert bench.ledger.changes.cursor("watermark") == cursor
    bench.wiki.hooks.remove(bar)
    assert bench.run().flags == 1


def test_a_wiki_that_bars_us_while_pages_are_read_loses_none(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE)

    def bar(moment: str, request: str) -> None:
        if (moment, request) == ("before", "fetch_pages_by_id"):
            raise Unavailable("“wiki” answers with something other than JSON. Try again later.")

    bench.wiki.hooks.append(bar)
    report = bench.run()
    assert (report.exit_code, report.flags) == (Exit.UNAVAILABLE, 0)
    bench.wiki.hooks.remove(bar)
    assert bench.run().flags == 1
