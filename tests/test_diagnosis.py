"""`doctor`'s lines as functions of what was found: what a real test wiki cannot be brought to show."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.in_force import in_force
from tests.ledgers import quick_ledger
from tropebot.diagnosis.report import diagnosis, exit_code
from tropebot.diagnosis.values import (
    Found,
    HomeFound,
    LedgerFound,
    Line,
    Trouble,
    WikiFound,
    Word,
    fail,
    ok,
    warn,
)
from tropebot.errors import ConfigError, Exit
from tropebot.examination import refused
from tropebot.filemodes import OpenToOthers
from tropebot.ledger.peek import NEWEST, in_use, peek
from tropebot.ledger.store import locked
from tropebot.model import Account, OnWikiPage
from tropebot.policy.presence import wanted_titles
from tropebot.sites import RateLimit, Vitals

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
FORCE = in_force("demo")
RIGHTS = frozenset(
    {"edit", "createpage", "createtalk", "move", "bot", "apihighlimits", "skipcaptcha"}
)
VITALS = Vitals(
    account=Account(name="TropeBot", user_id=4, groups=frozenset({"bot"}), rights=RIGHTS),
    server_time=NOW,
    generator="MediaWiki 1.43.1",
    namespaces={0: "", 2: "User", 3: "User talk"},
)
HOME = HomeFound(
    directory="home",
    contact="User:You",
    ledger=LedgerFound(version=NEWEST, newest=NEWEST),
    running=False,
    free=1 << 32,
    bot_password=True,
)
WIKI = WikiFound(
    url="https://wiki.example/w/api.php",
    account="TropeBot",
    edits_per_minute=6,
    now=NOW,
    vitals=VITALS,
    policy_title="MediaWiki:P.json",
    policy_page=OnWikiPage(title="MediaWiki:P.json", rev_id=7, text="{}", protected=True),
    force=FORCE,
    planned=FORCE,
    run_title="User:TropeBot/Run",
    run_page=OnWikiPage(title="User:TropeBot/Run", rev_id=8, text="run", user="Admin"),
    editors_groups=frozenset({"sysop"}),
    existing=frozenset(wanted_titles(FORCE)),
)


def lines(home: HomeFound = HOME, wiki: WikiFound = WIKI) -> dict[str, Line]:
    return {line.name: line for line in diagnosis(Found(home=home, wiki=wiki))}


def seen(**changes: Any) -> WikiFound:
    return replace(WIKI, vitals=replace(VITALS, **changes))


def account(**changes: Any) -> WikiFound:
    return seen(account=replace(VITALS.account, **changes))


def ledger(**changes: Any) -> HomeFound:
    return replace(HOME, ledger=replace(HOME.ledger, **changes))


def test_the_sound_one_is_sound_but_for_what_only_the_wiki_can_tell() -> None:
    told = [line.name for line in lines().values() if line.word is not Word.OK]
    assert told == ["change tag"], "there is none offline"


WRONG: list[tuple[WikiFound, str, str, str, str, str]] = [
    (
        seen(extensions=frozenset({"Moderation"})),
        *("moderation", "warn", "queues edits", "automoderated"),
        "Miraheze: what is queued shows nowhere",
    ),
    (
        seen(
            extensions=frozenset({"ConfirmEdit"}),
            account=replace(VITALS.account, rights=RIGHTS - {"skipcaptcha"}),
        ),
        *("captcha", "warn", "captcha", "skipcaptcha"),
        "an account without the flag",
    ),
    (
        seen(namespaces={**VITALS.namespaces, 1200: "Message Wall"}),
        *("talk pages", "warn", "no report stands in for messages", "reports.page"),
        "Fandom: walls are out of reach",
    ),
    (
        replace(
            seen(namespaces={**VITALS.namespaces, 1200: "Message Wall"}),
            planned=in_force("demo", {"reports": {"page": "User:TropeBot/Report"}}),
        ),
        *("talk pages", "ok", "“User:TropeBot/Report” tells what messages would", ""),
        "Fandom: the report tells it",
    ),
    (
        seen(models={"User talk:TropeBot": "flow-board"}),
        *("talk pages", "warn", "flow-board", "notify.enabled"),
        "what is left of Flow",
    ),
    (
        replace(WIKI, now=NOW + timedelta(minutes=5)),
        *("clock", "warn", "300 s ahead of", "timedatectl"),
        "a clock that runs ahead",
    ),
    (
        replace(WIKI, now=NOW - timedelta(hours=1)),
        *("clock", "warn", "behind", "timedatectl"),
        "a clock that is behind",
    ),
    (
        replace(WIKI, url="http://wiki.example/w/api.php"),
        *("encryption", "warn", "read on its way", "https"),
        "a secret in the clear",
    ),
    (
        seen(limits={"edit": RateLimit(hits=8, seconds=120)}),
        *("rate limits", "warn", "edit 8 in 120 s", "edits_per_minute"),
        "four a minute, and six are wanted",
    ),
    (
        account(rights=RIGHTS - {"bot"}),
        *("bot flag", "warn", "this session has not", "High-volume"),
        "the grant is lacking",
    ),
    (
        account(rights=RIGHTS - {"createtalk"}),
        *("rights", "fail", "“createtalk”", "createeditmovepage"),
        "nobody can be told",
    ),
    (
        account(name="Other"),
        *("account", "fail", "not as TropeBot", "tropebot.toml"),
        "the password of another account",
    ),
    (
        account(blocked="too fast"),
        *("account", "fail", "is blocked (too fast)", "ask whoever blocked it"),
        "a block, which no file of ours can lift",
    ),
    (
        account(user_id=0),
        *("account", "fail", "logged out", "tropebot.toml"),
        "nobody's session",
    ),
    (
        replace(WIKI, forbids_writes=True, existing=frozenset()),
        *("flags", "warn", "Template:", "setup-wiki"),
        "nothing is written yet, so it is no failure yet",
    ),
    (
        replace(WIKI, blank=frozenset({"Template:Missing markup"})),
        *("flags", "fail", "Template:Missing markup is blank", "put back a revision"),
        "a flag that nobody would see",
    ),
    (
        replace(WIKI, blank=frozenset({"Template:Missing markup"}), forbids_writes=True),
        *("flags", "warn", "Template:Missing markup is blank", "put back a revision"),
        "nothing is written yet, so it is no failure yet",
    ),
    (
        replace(WIKI, blank=frozenset({"Template:Trope", "Template:Missing markup"})),
        *("templates", "warn", "blank: Template:Trope;", "take the name out"),
        "a header that was emptied; the flag has a line of its own",
    ),
    (
        replace(WIKI, planned=in_force("demo", messages={"summary-flag": "Flag $9"})),
        *("messages", "warn", "summary-flag: uses $9", "MediaWiki:Tropebot-KEY"),
        "a parameter that there is not",
    ),
    (
        replace(WIKI, existing=frozenset()),
        *("licences", "warn", "every image would be at fault", "licence_category"),
        "a preset for another wiki",
    ),
    (
        replace(WIKI, policy_problem="tropebot.toml [policy]: the key “x” does not exist"),
        *("policy", "fail", "the key “x”", "docs/policy.md lists every key"),
        "a mistake in the home is not to be found by checking the wiki's page",
    ),
]


@pytest.mark.parametrize("row", WRONG, ids=[row[-1] for row in WRONG])
def test_the_wikis_side(row: tuple[WikiFound, str, str, str, str, str]) -> None:
    found, name, word, says, do, reason = row
    line = lines(wiki=found)[name]
    assert (line.word, says in line.says, do in line.do) == (word, True, True), reason


@pytest.mark.parametrize(
    ("home", "name", "word", "says", "do"),
    [
        (replace(HOME, free=1 << 20), "disk", "fail", "1 MB", "free some"),
        (replace(HOME, free=100 << 20), "disk", "warn", "100 MB", "before it is full"),
        (replace(HOME, contact=""), "contact", "warn", "Miraheze", "tropebot.toml"),
        (replace(HOME, bot_password=False), "password", "warn", "own", "BotPasswords"),
        (replace(HOME, webhooks="“f” is wrong."), "webhooks", "fail", "“f” is", "docs/webhooks.md"),
        (replace(HOME, webhooks=0), "webhooks", "ok", "none is named", ""),
        (replace(HOME, webhooks=1), "webhooks", "ok", "1 place outside", ""),
        (replace(HOME, running=True), "lock", "ok", "works right now", ""),
        (ledger(version=0), "ledger", "ok", "none yet", ""),
        (ledger(version=1), "ledger", "ok", "next run", ""),
        (ledger(version=NEWEST + 1), "ledger", "fail", "newer tropebot", "that one"),
        (ledger(problems=("malformed",)), "ledger", "fail", "malformed", "backup"),
        (ledger(stops=("Ada wrote to it.",)), "stop", "warn", "Ada wrote", "resume"),
    ],
)
def test_the_machines_side(home: HomeFound, name: str, word: str, says: str, do: str) -> None:
    line = lines(home=home)[name]
    assert (line.word, says in line.says, do in line.do) == (word, True, True)


NO_FAULT = [
    (
        replace(WIKI, run_page=replace(WIKI.run_page, text="run\nTB101: off\n\nmove:off")),
        "run page",
        "and switches off TB101, move;",
    ),
    (account(rights=RIGHTS | {"noratelimit"}), "rate limits", "no limit binds it"),
    (seen(limits={"edit": RateLimit(hits=90, seconds=60)}), "rate limits", "more than is wanted"),
    (
        seen(
            extensions=frozenset({"Moderation"}),
            account=replace(VITALS.account, rights=RIGHTS | {"skip-moderation"}),
        ),
        "moderation",
        "its edits are not queued",
    ),
    (seen(extensions=frozenset({"ConfirmEdit"})), "captcha", "it is spared"),
    (replace(WIKI, now=NOW + timedelta(seconds=59)), "clock", "some seconds are nothing"),
    (replace(WIKI, url="http://127.0.0.1/w/api.php"), "reachable", "a wiki on this machine"),
    (
        replace(WIKI, planned=in_force("demo", messages={"summary-flag": "Marked ($1): $2"})),
        "messages",
        "the wiki says it in its own way",
    ),
    (replace(WIKI, policy_title="", policy_page=None), "policy", "the operator wants no page"),
    (replace(WIKI, blank=frozenset({"Template:Of somebody’s"})), "templates", "not the policy’s"),
    (replace(WIKI, blank=frozenset({"Template:Missing markup"})), "templates", "told as a flag"),
]


@pytest.mark.parametrize(("found", "name", "reason"), NO_FAULT)
def test_what_is_no_fault(found: WikiFound, name: str, reason: str) -> None:
    found_lines = lines(wiki=found)
    assert found_lines[name].word is Word.OK, reason
    assert "encryption" not in found_lines


def test_trouble_is_the_last_line_and_says_what_to_do() -> None:
    trouble = Trouble(name="login", says="no", exit=Exit.NOT_ALLOWED)
    *_, last = diagnosis(Found(home=HOME, troubles=(trouble,)))
    assert (last.name, last.word, last.exit) == ("login", Word.FAIL, Exit.NOT_ALLOWED)
    assert "Special:BotPasswords" in last.do


def test_of_each_file_that_is_open_to_others_there_is_a_line() -> None:
    found = refused(OpenToOthers(("“a” is writable.", "“b” is writable.")))
    told = [(line.name, line.says) for line in diagnosis(found)]
    assert told == [("file modes", "“a” is writable."), ("file modes", "“b” is writable.")]
    (line,) = diagnosis(refused(ConfigError("No home.")))
    assert (line.name, line.says, line.exit) == ("home", "No home.", Exit.CONFIG)


def test_every_line_that_is_not_fine_says_what_to_do() -> None:
    bare = replace(WIKI, existing=frozenset(), run_page=None, policy_page=None)
    for line in lines(home=replace(HOME, contact="", free=0), wiki=bare).values():
        assert line.word is Word.OK or line.do, line


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ((), Exit.DONE),
        ((ok("a", ""), warn("b", "")), Exit.DONE),
        ((fail("a", "", exit_code=Exit.UNAVAILABLE),), Exit.UNAVAILABLE),
        ((fail("a", "", exit_code=Exit.NOT_ALLOWED), fail("b", "")), Exit.CONFIG),
        (
            (
                fail("a", "", exit_code=Exit.UNAVAILABLE),
                fail("b", "", exit_code=Exit.NOT_ALLOWED),
            ),
            Exit.NOT_ALLOWED,
        ),
    ],
)
def test_the_exit_code_is_that_of_what_comes_first(found: tuple[Line, ...], code: Exit) -> None:
    assert exit_code(found) is code


def test_a_ledger_is_looked_at_without_a_change(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    assert peek(path).version == 0
    made = quick_ledger(path)
    made.stops.raise_("message", "1", "Ada\nwrote", at=NOW)
    found = peek(path)
    assert (found.version, found.problems, found.stopped) == (NEWEST, (), ("Ada wrote",))
    made.close()
    before = path.read_bytes()
    assert peek(path).stopped == ("Ada wrote",)
    assert path.read_bytes() == before
    path.write_bytes(b"no database at all, but long enough to look like one" * 20)
    assert peek(path).problems


def test_a_lock_is_looked_at_and_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not in_use(path)
    with locked(path):
        assert in_use(path)
    assert not in_use(path)
