"""Commands that need the wiki, wired as in life but for the wiki itself, which is the FakeWiki."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli_runs import Shell
from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, BOT, DRAFT, FINISHED, GOOD_TROPE, RUN_PAGE, TEMPLATES
from tropebot.home import SETTINGS
from tropebot.ledger import locked

pytestmark = pytest.mark.heavy

POLICY_PAGE = "MediaWiki:Tropebot-policy.json"
CONFIG = Path(__file__).parent.parent / "config"
SINCE = "2026-01-01"

Settings = Callable[[str], None]


@pytest.fixture
def wiki() -> FakeWiki:
    """A wiki with what the demo's policy names, one faulty page and one draft that is ready."""
    fake = FakeWiki()
    for name, text in TEMPLATES.items():
        fake.put(f"Template:{name}", text, "Admin")
    fake.put(RUN_PAGE, "run", "Admin")
    fake.put(POLICY_PAGE, '{"mode": "act"}', "Admin")
    fake.protect(POLICY_PAGE)
    fake.put("Bad Trope", BAD_TROPE, "Ada")
    fake.put("Good Trope", GOOD_TROPE, "Ada")
    fake.put("Trope Workshop:Falling", DRAFT, "Ben")
    fake.tick(3600)
    return fake


@pytest.fixture
def settings(tmp_path: Path, wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A bot home with these additions to its settings, whose wiki is the fake one."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for name in (SETTINGS, "user-config.py"):
        (home / name).write_text((CONFIG / name).read_text("utf-8"), encoding="utf-8")
        (home / name).chmod(0o600)
    session = SimpleNamespace(
        url="http://127.0.0.1/w/api.php",
        reader=wiki,
        writer=wiki,
        requests=SimpleNamespace(read=0, write=0),
        begin_run=lambda: None,
        use_change_tag=lambda _tag: None,
    )
    for module in ("app", "cli.online"):
        monkeypatch.setattr(f"tropebot.{module}.open_session", lambda *_, **__: session)
    monkeypatch.setenv("TROPEBOT_HOME", str(home))

    def write(additions: str) -> None:
        path = home / SETTINGS
        path.write_text(
            f'family = "tropedemo"\nuser = "{BOT}"\npreset = "demo"\ncontact = "Ada"\n{additions}',
            encoding="utf-8",
        )

    return write


@pytest.fixture(autouse=True)
def _usual(settings: Settings) -> None:
    settings("")


def test_a_dry_run_shows_everything_and_writes_nothing(shell: Shell, wiki: FakeWiki) -> None:
    ran = shell("patrol", "--dry-run", "--json", "--since", SINCE)
    assert ran.code == 0, ran.err
    assert wiki.edits_by(BOT) == []
    writes = [line for line in ran.lines if line["type"] == "write"]
    assert {(line["kind"], line["title"]) for line in writes} >= {
        ("flag", "Bad Trope"),
        ("strip", "Trope Workshop:Falling"),
        ("move", "Trope Workshop:Falling"),
    }
    flag = next(line for line in writes if line["kind"] == "flag")
    assert "+{{Missing markup" in flag["diff"]
    assert flag["parameters"]["action"] == "edit"
    last = ran.lines[-1]
    assert (last["type"], last["dry_run"], last["flags"], last["promotions"]) == ("run", True, 1, 1)


def test_the_last_line_has_every_figure(shell: Shell) -> None:
    last = shell("patrol", "--json", "--since", SINCE).lines[-1]
    figures = (
        "run changes pages findings flags unflags fixes promotions notices deferred refused seconds"
    )
    assert [name for name in figures.split() if name not in last] == []
    assert last["requests"].keys() == {"read", "write"}


def test_a_patrol_acts_and_a_second_finds_nothing_to_do(shell: Shell, wiki: FakeWiki) -> None:
    first = shell("patrol", "--since", SINCE)
    assert first.code == 0, first.err
    assert "{{Missing markup" in wiki.text("Bad Trope")
    assert wiki.text("Falling") == FINISHED
    edits = len(wiki.edits_by(BOT))
    second = shell("patrol")
    assert (second.code, second.out, second.err) == (0, "", "")
    assert len(wiki.edits_by(BOT)) == edits


def test_a_new_home_begins_with_the_changes_of_now(shell: Shell, wiki: FakeWiki) -> None:
    ran = shell("patrol", "--json")
    assert ran.lines[-1]["changes"] == 0
    assert "with --since 3d" in ran.err
    assert shell("patrol").err == "", "said once"
    assert wiki.edits_by(BOT) == []


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        pytest.param(
            lambda w: w.put(RUN_PAGE, "stop", "Ada"), 3, "run page", id="somebody stopped it"
        ),
        pytest.param(lambda w: w.delete(RUN_PAGE), 3, "run page", id="no run page is a stop"),
        pytest.param(
            lambda w: w.put(POLICY_PAGE, '{"exmaples": {}}', "Admin"), 2, "“exmaples”", id="a typo"
        ),
        pytest.param(lambda w: w.put(POLICY_PAGE, "{", "Admin"), 2, "not JSON", id="broken"),
    ],
)
def test_what_stops_a_patrol_is_one_line(
    shell: Shell, wiki: FakeWiki, spoil: Callable[[FakeWiki], None], code: int, said: str
) -> None:
    spoil(wiki)
    ran = shell("patrol", "--since", SINCE)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert wiki.edits_by(BOT) == []


def test_a_missing_policy_page_stops_writes_but_not_reports(shell: Shell, wiki: FakeWiki) -> None:
    wiki.delete(POLICY_PAGE)
    ran = shell("patrol", "--json", "--since", SINCE)
    assert ran.lines[-1]["findings"] > 0
    assert wiki.edits_by(BOT) == []
    assert "nothing is written" in ran.err


@pytest.mark.parametrize(
    "additions",
    [
        '[forbid]\nactions = ["write"]\n',
        '[forbid]\nactions = ["flag", "promote"]\n',
        '[forbid]\nrules = ["TB101"]\nactions = ["promote"]\n',
        '[forbid]\nnamespaces = ["", "YKTTW"]\n',
        "[forbid]\nwrites_per_run = 0\n",
        '[policy]\nmode = "report"\n[forbid]\nactions = ["write"]\n',
    ],
)
def test_what_the_operator_forbids_is_not_done(
    shell: Shell, wiki: FakeWiki, settings: Settings, additions: str
) -> None:
    """The page on the wiki says `act`; it cannot allow it."""
    settings(additions)
    ran = shell("patrol", "--since", SINCE)
    assert ran.code == 0, ran.err
    assert wiki.edits_by(BOT) == []


def test_a_flag_comes_off_unless_the_operator_forbids_that(
    shell: Shell, wiki: FakeWiki, settings: Settings
) -> None:
    shell("patrol", "--since", SINCE)
    flagged = wiki.text("Bad Trope")
    wiki.put("Bad Trope", f"{flagged}\n[[Category:Bad Trope]]", "Ada")
    wiki.tick(60)
    settings('[forbid]\nactions = ["unflag"]\n')
    assert shell("patrol", "--json").lines[-1]["unflags"] == 0
    assert "{{Missing markup" in wiki.text("Bad Trope")
    settings("")
    wiki.put("Bad Trope", f"{flagged}\n[[Category:Bad Trope|*]]", "Ada")
    wiki.tick(60)
    assert shell("patrol", "--json").lines[-1]["unflags"] == 1
    assert "{{Missing markup" not in wiki.text("Bad Trope")


def test_every_other_preset_only_reports_until_a_policy_says_act(
    shell: Shell, wiki: FakeWiki, settings: Settings, tmp_path: Path
) -> None:
    settings("")
    path = tmp_path / "home" / SETTINGS
    path.write_text(path.read_text("utf-8").replace('"demo"', '"tropedia"'), encoding="utf-8")
    wiki.put(POLICY_PAGE, "{}", "Admin")
    assert "Bad Trope:1: TB101" in shell("patrol", "--dry-run", "--since", SINCE).out
    shell("patrol", "--since", SINCE)
    assert wiki.edits_by(BOT) == []
    wiki.put(POLICY_PAGE, '{"mode": "act"}', "Admin")
    assert "but the bot’s own reports" in shell("patrol", "--since", SINCE).err
    assert [title for title, _ in wiki.edits_by(BOT)] == [f"User:{BOT}/Report"]
    acting = {
        "mode": "act",
        "actions": {"TB101": "flag"},
        "flags": {"TB101": {"template": "Missing markup"}},
    }
    wiki.put(POLICY_PAGE, json.dumps(acting), "Admin")
    wiki.put("Bad Trope", f"{BAD_TROPE}\nMore.", "Ada")
    shell("patrol", "--since", SINCE)
    assert "{{Missing markup" in wiki.text("Bad Trope")


def test_a_second_run_at_the_same_time_is_exit_6(shell: Shell, tmp_path: Path) -> None:
    shell("patrol")
    (lock,) = (tmp_path / "home" / "state").glob("*.lock")
    with locked(lock):
        ran = shell("patrol")
    assert (ran.code, len(ran.err.splitlines())) == (6, 1)


def test_promote_tells_what_holds_a_draft(shell: Shell, wiki: FakeWiki) -> None:
    wiki.put("Trope Workshop:Held", DRAFT + "{{Hold}}", "Ben")
    ran = shell("promote", "--dry-run", "Trope Workshop:Held")
    assert ran.code == 0
    assert "{{Hold}} is on it" in ran.out


def test_promote_moves_a_draft_that_is_ready(shell: Shell, wiki: FakeWiki) -> None:
    assert shell("promote", "Trope Workshop:Falling").code == 0
    assert wiki.text("Falling") == FINISHED


@pytest.mark.parametrize("title", ["Trope Workshop:Nope", "Good Trope"])
def test_promote_refuses_what_is_no_draft(shell: Shell, wiki: FakeWiki, title: str) -> None:
    ran = shell("promote", title)
    assert ran.code == 2
    assert title in ran.err
    assert wiki.edits_by(BOT) == []


def test_runs_tell_what_was_done_and_why(shell: Shell) -> None:
    shell("patrol", "--since", SINCE)
    assert "patrol" in shell("runs").out
    assert shell("runs", "--json").lines[0]["flags"] == 1
    shown = shell("runs", "show", "1")
    assert "Bad Trope" in shown.out
    assert "TB101" in shown.out
    lines = shell("runs", "show", "1", "--json").lines
    kinds = {line["kind"] for line in lines if line["type"] == "intent"}
    assert kinds >= {"flag", "strip", "move", "notice"}


def test_what_is_broken_is_told_once_and_stands_in_the_runs(shell: Shell, wiki: FakeWiki) -> None:
    shell("patrol")
    wiki.put("Template:Trope", "", "Mallory")
    wiki.tick(60)
    ran = shell("patrol")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.count("“Template:Trope” is broken. The page is blank.") == 1
    assert ran.err.count("“Template:Trope” is broken") == 1
    wiki.put("Stirred", GOOD_TROPE)
    again = shell("patrol", "--json")
    assert again.err == ""
    found = {line["title"]: line for line in again.lines if line["type"] == "break"}
    told = found["Template:Trope"]
    assert (told["fault"], told["user"], told["new"], told["matters"]) == (
        "blank",
        "Mallory",
        False,
        True,
    )
    assert told["rules"] == ["TB101", "TB102", "TB103", "TB106"]
    assert not found["MediaWiki:Works"]["matters"]
    assert again.lines[-1]["breaks"] == 1
    assert "broken     Template:Trope: The page is blank." in shell("patrol", "-v").out
    assert "1 broken" in shell("runs").out
    shown = shell("runs", "show", "3").out
    assert "broken     Template:Trope: The page is blank. That was revision" in shown
    assert "not there  MediaWiki:Works: There is no such page." in shown


def test_a_report_tells_each_finding_once_and_runs_show_lists_them(
    shell: Shell, wiki: FakeWiki
) -> None:
    """As cron runs it: no terminal, no -v; what was found must be seen somewhere."""
    wiki.put(POLICY_PAGE, '{"mode": "report"}', "Admin")
    first = shell("patrol", "--since", SINCE)
    assert first.code == 0, first.err
    assert [line.split(": ")[:2] for line in first.out.splitlines()] == [
        ["Bad Trope:1", "TB101 missing-markup"],
        ["Bad Trope:1", "TB106 bypassed-workshop"],
        ["Good Trope:1", "TB106 bypassed-workshop"],
        ["draft      Trope Workshop:Falling", "ready"],
    ]
    again = shell("patrol", "--since", SINCE)
    assert (again.out, again.err) == ("", "")
    for number in ("1", "2"):
        shown = shell("runs", "show", number).out
        assert first.out in shown
        assert "Trope Workshop:Falling: ready: 3 examples (3 needed); not moved" in shown
        lines = shell("runs", "show", number, "--json").lines
        assert [line["code"] for line in lines if line["type"] == "finding"] == [
            "TB101",
            "TB106",
            "TB106",
        ]
    assert "found" not in shell("runs", "--json").lines[0]


def test_the_plan_of_a_report_says_why_nothing_is_done_once_and_in_words(
    shell: Shell, wiki: FakeWiki
) -> None:
    wiki.put(POLICY_PAGE, '{"mode": "report"}', "Admin")
    wiki.put("Bad Work", "{{work}}", "Ada")
    wiki.put("Trope Workshop:Rising", DRAFT.replace("* ''[[Two Film]]''", "[[Two Film]]"), "Ben")
    out = shell("patrol", "--dry-run", "--since", SINCE).out
    assert "Falling: ready: 3 examples (3 needed); not moved: the policy only reports\n" in out
    assert "Rising: 2 of 3 examples\n" in out
    assert out.count("the policy only reports") == 2
    assert "held-" not in out
    assert "hold-" not in out


def test_a_dry_run_shows_what_the_api_would_be_asked(shell: Shell) -> None:
    out = shell("promote", "--dry-run", "Trope Workshop:Falling").out
    asked = " ".join(out.split())
    assert "API: action=edit pageid=" in asked
    assert "notminor=1 watchlist=nochange baserevid=" in asked
    assert "API: action=move fromid=" in asked
    assert "to=Falling reason=" in asked
    assert "movetalk=1 watchlist=nochange" in asked
    assert "text=(" in asked
    assert "bot=1" not in asked
    assert all(len(line) <= 80 for line in out.splitlines() if line.startswith("    API:"))
    assert "API:" not in shell("promote", "Trope Workshop:Falling").out


REPORTED = ["tropedia", "allthetropes"]


@pytest.mark.parametrize("preset", REPORTED)
def test_a_wiki_that_moves_nothing_is_told_of_a_draft_that_is_ready(
    preset: str, shell: Shell, wiki: FakeWiki, settings: Settings, tmp_path: Path
) -> None:
    """Also by cron, where nobody watches, and in JSON; not of one that lacks something."""
    settings("")
    path = tmp_path / "home" / SETTINGS
    path.write_text(path.read_text("utf-8").replace('"demo"', f'"{preset}"'), encoding="utf-8")
    wiki.put(POLICY_PAGE, "{}", "Admin")
    ready = (
        DRAFT.replace("It happens.", f"It {'often ' * 12}happens.")
        .replace("* ''[[One", "* ''[[Four Film]]'': it happens to the cat there.\n* ''[[One")
        .replace("* ''[[One", "* ''[[Five Film]]'': it happens to the cow there.\n* ''[[One")
    )
    wiki.put("Trope Workshop:Rising", f"{ready}\n[[Category:Falls]]", "Ben")
    for user in ("Ada", "Cleo", "Dora"):
        talk = "Trope Workshop talk:Rising"
        before = wiki.text(talk) if talk in wiki.pages else ""
        wiki.put(talk, f"{before}\n* Support. [[User:{user}|{user}]] 12:00, 1 May 2026 (UTC)", user)
    wiki.put("Trope Workshop:Poor", "{{Trope Workshop}}\n{{trope}}", "Ben")
    wiki.tick(60)
    out = shell("patrol", "--since", SINCE).out
    assert "draft      Trope Workshop:Rising: ready: 5 examples" in out
    assert "not moved: the policy only reports" in out
    assert "Trope Workshop:Poor" not in "".join(
        line for line in out.splitlines() if line.startswith("draft")
    )
    assert wiki.moves == []
    assert wiki.writes == 0
    assert shell("patrol", "--since", SINCE).out == ""
    (line,) = [
        each
        for each in shell("promote", "--json", "Trope Workshop:Rising").lines
        if each["type"] == "draft"
    ]
    assert (line["ready"], line["holds"]) == (True, ["the policy only reports"])
    assert wiki.moves == []


def test_a_draft_that_may_only_be_reported_is_not_called_moved(
    shell: Shell, wiki: FakeWiki, settings: Settings
) -> None:
    settings('[forbid]\nactions = ["promote"]\n')
    out = shell("patrol", "--since", SINCE, "-v").out
    assert "Falling: ready: 3 examples (3 needed); not moved: the policy only reports" in out


def test_lines_for_people_are_80_columns_wide_where_they_can_be(shell: Shell) -> None:
    told = shell("patrol", "--dry-run", "--since", SINCE).out
    summary = told[told.index("Dry run") :].splitlines()
    assert len(summary) > 1
    shell("patrol", "--since", SINCE)
    table = shell("runs").out.splitlines()
    assert max(map(len, [*summary, *table])) <= 80
    assert table[1].split("  ")[-1] == "1 flagged, 1 moved, 2 told"


@pytest.mark.parametrize(
    ("settings_text", "said"),
    [
        ('[forbid]\nnamespaces = ["Tempalte"]\n', "“Tempalte” (did you mean “Template”?)"),
        ('[policy.workshop]\nnamespace = "Trope Worksop"\n', "(did you mean “Trope Workshop”?)"),
    ],
)
def test_a_namespace_that_the_wiki_does_not_have_is_an_error(
    shell: Shell, wiki: FakeWiki, settings: Settings, settings_text: str, said: str
) -> None:
    settings(settings_text)
    for arguments in (("patrol", "--since", SINCE), ("check", "--wiki", "Bad Trope")):
        ran = shell(*arguments)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1), arguments
        assert said in ran.err
    assert wiki.edits_by(BOT) == []
    assert "policy: -" in shell("runs").out


def test_another_namespace_that_the_wiki_does_not_have_is_told_once(
    shell: Shell, wiki: FakeWiki, settings: Settings
) -> None:
    settings('[policy.exempt]\nnamespaces = {add = ["Hlep"]}\n')
    said = "no namespace “Hlep” (did you mean “Help”?) in exempt.namespaces: it plays no part."
    assert said in shell("patrol", "--since", SINCE).err
    assert shell("patrol").err == ""
    assert shell("patrol", "--since", SINCE).err == ""
    assert said in shell("check", "--wiki", "Good Trope").err


def test_a_workshop_that_nobody_promotes_from_need_not_be_there(
    shell: Shell, settings: Settings
) -> None:
    settings('[policy.workshop]\nnamespace = "Nowhere"\npromote = "no"\n')
    ran = shell("patrol", "--since", SINCE)
    assert ran.code == 0, ran.err


def test_ctrl_c_in_a_pass_says_where_to_look_and_is_noted(shell: Shell, wiki: FakeWiki) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    wiki.once("after", "move", interrupt)
    ran = shell("patrol", "--since", SINCE)
    assert ran.code == 130
    assert "flag " in ran.out
    assert ran.err == (
        "tropebot: Interrupted: `tropebot runs show 1` tells what was done; the next run goes on"
        " from there.\n"
    )
    run = shell("runs", "--json").lines[0]
    assert (run["exit_code"], run["flags"], run["status"][:11]) == (130, 1, "Interrupted")
    assert "interrupted: 1 flagged" in shell("runs").out
    assert "flag" in shell("runs", "show", "1").out
    assert shell("patrol").code == 0
    assert wiki.text("Falling") == FINISHED


def test_v_says_more_on_stderr_and_log_json_says_it_in_json(shell: Shell) -> None:
    assert shell("patrol", "--dry-run", "--since", SINCE).err == ""
    ran = shell("patrol", "--dry-run", "--since", SINCE, "-v")
    assert "Judged “Bad Trope” at revision" in ran.err
    assert "Recent changes since" in ran.err
    ran = shell("patrol", "--dry-run", "--since", SINCE, "-v", "--log-json")
    lines = [json.loads(line) for line in ran.err.splitlines()]
    judged = {line["page"]: line["rules"] for line in lines if line["action"] == "page_judged"}
    assert judged["Bad Trope"] == ["TB101", "TB106"]
    assert {line["action"] for line in lines} >= {"home_opened", "changes_taken", "intent_done"}


def test_runs_of_a_new_home(shell: Shell) -> None:
    assert shell("runs").out == "No run yet.\n"
    ran = shell("runs", "show", "7")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)


def test_check_of_pages_on_the_wiki(shell: Shell) -> None:
    ran = shell("check", "--json", "--wiki", "Bad Trope", "Good Trope")
    assert ran.code == 1
    assert [(line.get("title"), line.get("code")) for line in ran.lines] == [
        ("Bad Trope", "TB101"),
        (None, None),
    ]


def test_a_policy_page_that_anyone_may_edit_steers_no_look_at_a_page(
    shell: Shell, wiki: FakeWiki, settings: Settings
) -> None:
    settings('policy_page = "Demo:Policy"\n')
    wiki.put("Demo:Policy", '{"examples": {"minimum": 1}}', "Ben")
    ran = shell("examples", "--json", "--wiki", "Trope Workshop:Falling")
    assert ran.lines[0]["minimum"] == 3
    assert "“Demo:Policy” is not protected" in ran.err


def test_examples_of_a_draft_on_the_wiki(shell: Shell) -> None:
    (answer,) = shell("examples", "--json", "--wiki", "Trope Workshop:Falling").lines
    assert (answer["works"], answer["enough"]) == (3, True)


@pytest.mark.parametrize("command", ["check", "examples"])
@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Nope", "The wiki has no page “Nope”"),
        ("foo[bar", "“foo[bar” cannot be a page’s title"),
        ("Good Trope#Examples", "“Good Trope#Examples” cannot be a page’s title"),
        ("Special:RecentChanges", "“Special:RecentChanges” is made by the wiki itself"),
    ],
)
def test_a_title_without_a_page_is_told_and_the_others_are_looked_at(
    shell: Shell, command: str, title: str, said: str
) -> None:
    ran = shell(command, "--wiki", title)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    ran = shell(command, "--wiki", title, "Bad Trope")
    assert ran.code == 2
    assert "Bad Trope" in ran.out
    assert said in ran.err


def test_a_page_that_is_not_judged_is_not_counted_among_the_clean(
    shell: Shell, wiki: FakeWiki
) -> None:
    wiki.put("Old Name", "#REDIRECT [[Good Trope]]", "Ada")
    ran = shell("check", "--wiki", "Old Name", "Good Trope")
    assert ran.code == 0
    assert ran.out == ("Old Name: not judged: the page is a redirect\n1 page judged, 0 findings.\n")


def test_offline_commands_judge_by_the_home_that_is_named(shell: Shell, settings: Settings) -> None:
    settings('[policy.types.trope]\noptional = ["category:{{PAGENAME}}"]\n')
    page = shell.file("Bad Trope.wiki", BAD_TROPE)
    assert shell("check", page).code == 0
    assert shell("check", "--preset", "tropedia", page).code == 1


def test_a_policy_mistake_of_the_operator_names_his_file(shell: Shell, settings: Settings) -> None:
    settings("[policy.examples]\nminimun = 3\n")
    ran = shell("patrol")
    assert ran.code == 2
    assert "tropebot.toml [policy]" in ran.err
    assert "“examples.minimun”" in ran.err


def test_a_home_that_is_none_is_one_line(shell: Shell, tmp_path: Path) -> None:
    ran = shell("--home", tmp_path / "nowhere", "patrol")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)


def test_log_json_leaves_stdout_alone(shell: Shell) -> None:
    ran = shell("--log-json", "-vv", "patrol", "--json", "--since", SINCE)
    assert ran.lines[-1]["type"] == "run"
    assert all(json.loads(line) for line in ran.err.splitlines() if line.startswith("{"))


# What the rules do on this wiki.


def state(shell: Shell, code: str) -> str:
    line = shell("rules", "--wiki", "--json", code).lines[0]
    return f"{line['state']}: {line['why']}".removesuffix(": ")


@pytest.mark.parametrize(
    ("title", "text", "code", "expected"),
    [
        ("Any", "The policy acts, and nothing is in the way.", "TB101", "acts"),
        ("Any", "An action.", "TB105", "reports: the policy asks for reports"),
        (
            POLICY_PAGE,
            '{"mode": "report"}',
            "TB101",
            "reports: the policy writes nothing (its mode is “report”)",
        ),
        (POLICY_PAGE, '{"actions": {"TB101": "none"}}', "TB101", "off: the policy turns it off"),
        (RUN_PAGE, "run\nTB101: off", "TB101", "reports: the run page switches it off"),
        (RUN_PAGE, "run\nTB101: off", "TB201", "acts"),
        (RUN_PAGE, "run\nflag: off", "TB201", "reports: the run page switches it off"),
        (RUN_PAGE, "stop", "TB101", "reports: the bot is stopped: The run page"),
    ],
)
def test_rules_say_what_they_do_on_this_wiki(
    shell: Shell, wiki: FakeWiki, *, title: str, text: str, code: str, expected: str
) -> None:
    wiki.put(title, text, "Admin")
    assert state(shell, code).startswith(expected)
    assert wiki.writes == 0


def test_rules_do_nothing_on_a_wiki_where_the_bot_is_blocked(shell: Shell, wiki: FakeWiki) -> None:
    wiki.blocked.add(BOT)
    assert state(shell, "TB101").startswith("reports: the bot is stopped: TropeBot is blocked")


def test_rules_on_the_wiki_for_people(shell: Shell, wiki: FakeWiki) -> None:
    wiki.put(RUN_PAGE, "run\nTB101: off", "Admin")
    ran = shell("rules", "--wiki", "TB101")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[2] == "On this wiki: reports: the run page switches it off."
    assert "On this wiki: acts." in shell("rules", "--wiki", "TB201").out
    listed = shell("rules", "--wiki").out.splitlines()
    assert listed[0].split() == ["code", "name", "here", "why", "no", "more"]
    assert "reports  the run page switches it off" in listed[1]


def test_rules_on_the_wiki_take_its_own_policy(shell: Shell) -> None:
    ran = shell("rules", "--wiki", "--preset", "demo")
    assert (ran.code, ran.out) == (2, "")
    assert "the wiki's own policy is used" in ran.err


def test_rules_ask_no_wiki_unasked(shell: Shell, wiki: FakeWiki) -> None:
    before = wiki.reads
    assert shell("rules", "TB101").code == 0
    assert wiki.reads == before


@pytest.mark.parametrize(
    "command",
    [
        ("patrol", "--limit"),
        ("runs", "show"),
        ("runs", "--limit"),
        ("undo",),
        ("undo", "--intent"),
    ],
)
@pytest.mark.parametrize("number", ["0", "x", "9" * 23])
def test_a_number_that_cannot_be_is_one_line(
    shell: Shell, command: tuple[str, ...], number: str
) -> None:
    ran = shell(*command, number)
    assert (ran.code, ran.out) == (2, "")
    assert "Invalid value" in ran.err
    assert len(ran.err.splitlines()) == 1
