"""A wiki and people that mean us ill: markup in names, hidden notices, spoilt steering pages, floods.

Tests named `test_hNN_…` are the rows of the list of hostile inputs; those about drafts are in
`test_laundry.py`, those about texts that hurt a parser in `test_hostile.py`, those about the bot home in
`test_home.py`.
"""

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import mwparserfromhell
import pytest

from tests.cli_runs import Shell
from tests.patrols import BAD_TROPE, BOT, DRAFT, GOOD_TROPE, POLICY_PAGE, RUN_PAGE, Bench
from tropebot.cli.logs import Objects, Sentences
from tropebot.cli.terminal import one_line, shown
from tropebot.errors import Exit, PolicyError, Stopped
from tropebot.notices import Promoted, notice, refusal
from tropebot.policy.forbid import Forbid
from tropebot.policy.layers import Layer, layer_from_json, load
from tropebot.promotion import Hold

pytestmark = pytest.mark.heavy


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def flags(bench: Bench) -> int:
    """How many flags the bot has ever put on a page."""
    return sum("Flagged" in comment for _, comment in bench.bot_edits())


# Pages that keep off, pretend or hide.

KEEP_OFF = {
    "{{nobots}}": "no bots at all",
    "{{bots|deny=all}}": "the same",
    "{{bots|deny=TropeBot}}": "not us",
    "{{bots|allow=none}}": "none allowed",
    "{{bots|allow=OtherBot}}": "only another",
    "{{ Bots | deny = TropeBot , OtherBot }}": "spaced",
}


@pytest.mark.parametrize("mark", KEEP_OFF)
def test_h05_a_page_that_keeps_bots_off_is_reported_and_not_edited(mark: str, bench: Bench) -> None:
    bench.wiki.put("Bad", f"{BAD_TROPE}\n{mark}", "Ben")
    report = bench.run()
    assert report.writes == 0, KEEP_OFF[mark]
    assert "TB101" in {finding.code for finding in report.findings}
    assert {each.held.why for each in report.held} == {"held-nobots"}


NO_LICENCE = {
    "<includeonly>{{Fairuse}}</includeonly>": "only where the page is included",
    "<!-- {{Fairuse}}": "in a comment that is never closed",
    "<!-- {{Fairuse}} -->": "in a comment",
    "<nowiki>{{Fairuse}}</nowiki>": "shown",
    "{{tl|Fairuse}}": "named",
}


@pytest.mark.parametrize("text", NO_LICENCE)
def test_h06_a_licence_that_is_none(text: str, bench: Bench) -> None:
    bench.wiki.upload("File:X.png", text, "Ben")
    assert "TB201" in {finding.code for finding in bench.run().findings}, NO_LICENCE[text]


LICENCE = {
    "{{Fair}}": "a redirect",
    "{{:Template:Fairuse}}": "with colon and namespace",
    "{{template: fairuse }}": "spelled loosely",
    "{{Our licence}}": "a template that uses one",
}


@pytest.mark.parametrize("text", LICENCE)
def test_h07_a_licence_in_another_guise_counts(text: str, bench: Bench) -> None:
    bench.wiki.put("Template:Fair", "#REDIRECT [[Template:Fairuse]]", "Admin")
    bench.wiki.put("Template:Our licence", "{{Fairuse}}", "Admin")
    bench.wiki.upload("File:X.png", text, "Ben")
    assert bench.run().writes == 0, LICENCE[text]


def test_h08_a_message_that_was_removed_is_not_repeated(bench: Bench) -> None:
    bench.wiki.upload("File:X.png", "a picture", "Ben")
    assert bench.run().notices == 1
    bench.wiki.put("User talk:Ben", " ", "Ben", "go away")
    for number in range(3):
        bench.wiki.put("File:X.png", f"{bench.wiki.text('File:X.png')}\n{number}", "Ben")
        assert bench.run().writes == 0


HIDDEN: dict[str, Callable[[str], str]] = {
    "with a direction mark in its name": lambda text: text.replace("Missing", "Miss\u200fing"),
    "in a comment": lambda text: text.replace("{{Missing", "<!--{{Missing").replace(
        "}}\n", "}}-->\n", 1
    ),
    "shown only": lambda text: text.replace("{{Missing", "<nowiki>{{Missing"),
    "safesubst": lambda text: text.replace("{{Missing", "{{safesubst:Missing"),
    "under its other name": lambda text: text.replace("Missing markup", "Markup needed"),
    "with an entity": lambda text: text.replace("Missing", "Missin&#103;"),
    "in a template of theirs": lambda text: "{{Ours}}\n" + text.partition("\n")[2],
}


@pytest.mark.parametrize("how", HIDDEN)
def test_h09_a_flag_that_is_hidden_is_not_put_on_again(how: str, bench: Bench) -> None:
    bench.wiki.put("Template:Ours", "{{Missing markup}}", "Ben")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.run()
    bench.wiki.put("Bad", HIDDEN[how](bench.wiki.text("Bad")), "Ben")
    for number in range(3):
        bench.run()
        bench.wiki.put("Bad", f"{bench.wiki.text('Bad')}\n{number}", "Ben")
    assert flags(bench) == 1
    assert len([title for title, _ in bench.bot_edits() if title == "User talk:Ben"]) == 1


GOOD = "* ''[[One Film]]'': it happens to the hero there.\n* ''[[Two Film]]'': it happens to the dog there.\n"
FAKED = {
    "* ": "an empty bullet",
    "* a": "a letter",
    "* ''[[One Film]]'': it happens to the hero there.": "the same line again",
    "** ''[[Three Film]]'': it happens to the cat there.": "an instance of the one above",
    "<!-- * ''[[Three Film]]'': it happens to the cat there. -->": "a comment",
    "<nowiki>\n* ''[[Three Film]]'': it happens to the cat there.\n</nowiki>": "shown only",
    "* <!-- x -->''[[Three Film]]''": "no context",
    "* Example 3": "a placeholder",
    ": ''[[Three Film]]'': it happens to the cat there.": "no bullet",
    "{{folder|* ''''x'''': y}}": "a bullet in the middle of a line",
}


@pytest.mark.parametrize("line", FAKED)
def test_h14_a_third_example_that_is_none_promotes_nothing(line: str, bench: Bench) -> None:
    head, _, _ = DRAFT.partition("* ")
    tail = "[[Category:{{PAGENAME}}]]\n[[Category:Trope Workshop]]"
    bench.wiki.put("Trope Workshop:Falling Dog", f"{head}{GOOD}{line}\n{tail}", "Cleo")
    report = bench.run()
    assert report.promotions == 0, FAKED[line]
    assert [each.works for each in report.drafts] == [2], FAKED[line]


# Markup in names, titles and comments.

EVIL = (
    "{{subst:Delete}}",
    "~~~~",
    "a|b=c",
    "}}{{Delete}}",
    "-->",
    "<!--",
    "]] [[Category:Owned]] [[",
    "<script>alert(1)</script>",
    "</nowiki>",
    "@everyone",
    "__NOTOC__",
    "'''''",
    "http://evil.example/",
    "x\u202egnp.exe",
    "\x1b[31mred",
    "a\u2028b",
    "\n== Heading ==\n",
    "{{{1|}}}",
    "[x](http://evil.example)",
)


def live(text: str) -> list[str]:
    """Whatever of a text would do something, but for links to pages that begin with a colon."""
    code = mwparserfromhell.parse(text)
    found = [str(node) for node in code.filter_templates()]
    found += [str(node) for node in code.filter_arguments()]
    found += [str(node) for node in code.filter_external_links()]
    found += [str(node) for node in code.filter_wikilinks() if not str(node.title).startswith(":")]
    found += [str(node) for node in code.filter_tags() if str(node.tag) not in ("code", "li")]
    found += re.findall(r"~~~+|__[A-Z]+__|[\x00-\x09\x0b-\x1f\u202a-\u202e\u2028]", text)
    return found


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_h15_h16_names_of_others_do_nothing_in_what_we_write(evil: str, bench: Bench) -> None:
    """The page's title and the comment carry it; MediaWiki itself forbids most of these."""
    wiki = bench.wiki
    wiki.put(f"Bad {evil}", BAD_TROPE, "Ben", evil)
    wiki.put(f"Trope Workshop:Dog {evil}", DRAFT, "Ben", evil)
    bench.run()
    ours = [
        (
            page.title,
            revision.text,
            revision.comment,
            page.revisions[index - 1].text if index else "",
        )
        for page in wiki.pages.values()
        for index, revision in enumerate(page.revisions)
        if revision.user == BOT and "moved page" not in revision.comment
    ]
    assert len(ours) >= 2
    for title, text, comment, before in ours:
        assert "\n" not in comment
        assert not re.search(r"\[\[(?!:)", comment), comment
        if title.startswith("User talk:"):
            signed = text.rpartition(" [[User:TropeBot|")[0]
            assert not live(signed), text
            assert text.count("[[User:TropeBot") == 1
        elif text.startswith("{{Missing"):
            flag = text.removesuffix(before)
            assert [str(each.name) for each in mwparserfromhell.parse(flag).filter_templates()] == [
                "Missing markup"
            ]


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_h16_names_do_nothing_in_a_section_or_a_greeting(evil: str) -> None:
    section = refusal([Hold(message="hold-title-similar", params=(evil, evil))], mark=f"t {evil}")
    greeting = notice(
        f"Ben {evil}", promoted=[Promoted(draft=f"X:{evil}", target=evil)], mark=f"t {evil}"
    )
    for text in (section, greeting):
        body = text.section.rpartition(" ~~~~<!-- ")[0]
        assert not live(body), body
        assert len(re.findall("^==", text.section, re.MULTILINE)) == 1


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_h15_a_log_line_stays_one_line_and_a_terminal_is_left_alone(evil: str) -> None:
    record = logging.makeLogRecord(
        {"msg": "“%s” is odd", "args": (evil,), "levelno": logging.WARNING}
    )
    for line in (Sentences("%(message)s").format(record), Objects().format(record)):
        assert len(line.splitlines()) == 1
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u202a-\u202e]", line)
    assert len(one_line(evil).splitlines()) <= 1
    assert "\x1b" not in shown(evil)


def test_h15_what_is_harmless_is_shown_as_it_is() -> None:
    text = "Ünïcode — “quoted” 日本語 עברית 👩‍👩‍👧 tab\there\nnext line"
    assert shown(text) == text


def test_h15_the_command_line_shows_no_escape_of_a_page(shell: Shell, tmp_path: Path) -> None:
    page = tmp_path / "page.wiki"
    page.write_text("{{trope}}\n{{No such \x1b[31m template}}\n", encoding="utf-8")
    ran = shell("check", "--preset", "demo", "--title", "A \x1b[2J\u202e page", str(page))
    assert "\x1b" not in ran.out + ran.err
    assert "\u202e" not in ran.out + ran.err


# Steering pages.


def steered(tmp_path: Path, title: str = POLICY_PAGE, text: str = "{}") -> Bench:
    bench = Bench(tmp_path / "ledger.sqlite", policy_title=title)
    bench.wiki.put(title, text, "Admin")
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    return bench


SPOILT = {
    "{": "not JSON",
    '{"actoins": {}}': "“actoins”",
    '{"version": 2}': "version",
    '{"actions": {"TB101": "delete"}}': "actions.TB101",
    '{"limits": {"writes_per_run": -1}}': "limits.writes_per_run",
    '{"limits": {"writes_per_run": "many"}}': "limits.writes_per_run",
    '{"examples": {"placeholders": ["("]}}': "examples.placeholders",
    '["a", "list"]': "object",
    "null": "object",
    '{"mode": "act", "mode": "report"}': "mode",
    "[" * 100_000: "nested",
    '{"name": "' + "x" * 5_000_000: "JSON",
}


@pytest.mark.parametrize("text", SPOILT, ids=lambda text: str(text)[:30])
def test_h20_a_spoilt_policy_page_writes_nothing_and_names_the_fault(
    text: str, tmp_path: Path
) -> None:
    bench = steered(tmp_path)
    bench.load_policy = lambda page: load(  # type: ignore[method-assign]  # as `app.py` loads it
        "demo", [layer_from_json(page.text if page else "{}", POLICY_PAGE)]
    )
    bench.wiki.put(POLICY_PAGE, text, "Admin")
    report = bench.run()
    assert report.writes == 0
    assert "TB101" in {
        finding.code for finding in report.findings
    }  # the last good one serves reports
    assert any(POLICY_PAGE in note and SPOILT[text] in note for note in report.notes), report.notes
    assert all(len(note) < 2000 for note in report.notes)


@pytest.mark.parametrize(
    "title", ["Project:Policy", "Policy", "User:Ada/policy.json", "Template:Policy"]
)
def test_h20_a_policy_that_anyone_may_edit_writes_nothing(title: str, tmp_path: Path) -> None:
    bench = steered(tmp_path, title)
    report = bench.run()
    assert report.writes == 0
    assert any("not protected" in note for note in report.notes)
    bench.wiki.protect(title)
    bench.wiki.put("Bad", f"{BAD_TROPE}\nMore.", "Ben")
    assert bench.run().flags == 1


def test_h20_a_policy_page_that_is_gone_writes_nothing(tmp_path: Path) -> None:
    bench = steered(tmp_path)
    bench.wiki.delete(POLICY_PAGE)
    report = bench.run()
    assert report.writes == 0
    assert any("does not exist" in note for note in report.notes)


def test_a_policy_that_asks_for_more_than_the_operator_allows_gets_less() -> None:
    page = Layer(
        name=POLICY_PAGE,
        document={
            "mode": "act",
            "actions": {"TB101": "fix", "TB201": "flag"},
            "workshop": {"promote": "act"},
            "limits": {"writes_per_run": 100_000, "promotions_per_run": 999, "keep_out": []},
        },
    )
    forbid = Forbid(
        actions=("fix", "promote", "unflag"),
        rules=("TB201",),
        namespaces=("File",),
        writes_per_run=5,
        promotions_per_run=1,
    )
    policy = load("demo", [page], forbid=forbid).policy
    assert (policy.actions["TB101"], policy.actions["TB201"]) == ("report", "report")
    assert policy.workshop.promote == "report"
    assert (policy.limits.writes_per_run, policy.limits.promotions_per_run) == (5, 1)
    assert policy.limits.keep_out == ("File",)
    assert policy.limits.keep_flags


REFUSED_KEYS = [
    "preset",
    "user",
    "password",
    "family",
    "url",
    "forbid",
    "contact",
    "limits.edit_seconds",
    "webhook",
    "verify_ssl",
    "wiki.ignore_certificate_error",
]


@pytest.mark.parametrize("key", REFUSED_KEYS)
def test_h18_h19_no_page_can_name_hosts_accounts_paths_rates_or_whom_to_trust(key: str) -> None:
    """Those are the operator's; a page that names one is refused as a whole."""
    *outer, last = key.split(".")
    document: dict[str, object] = {last: "https://evil.example"}
    for name in reversed(outer):
        document = {name: document}
    with pytest.raises(PolicyError, match=last):
        load("demo", [layer_from_json(json.dumps(document), POLICY_PAGE)])


PATTERNS = ["(?=x)", r"(\w)\1", "x{1000}{1000}", "[", "\ud800"]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda each: ascii(each)[:20])
def test_h21_a_pattern_that_could_stall_is_refused(pattern: str) -> None:
    with pytest.raises(PolicyError, match=r"examples\.placeholders") as refused:
        load("demo", [Layer(name="page", document={"examples": {"placeholders": [pattern]}})])
    assert len(str(refused.value)) < 1000


RUN_PAGES = {
    "run\n\n[[Category:Bots]]": "a category below",
    "{{run}}": "a template",
    "<includeonly>run</includeonly>": "included only",
    "run\u2028stop": "a line separator",
    "r\u00adun": "a soft hyphen",
    "#REDIRECT [[User:Mallory/Run]]": "a redirect to somebody's page",
}


@pytest.mark.parametrize("text", RUN_PAGES)
def test_peer_f37_a_run_page_that_is_not_understood_stops(text: str, bench: Bench) -> None:
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    bench.wiki.put(RUN_PAGE, text, "Admin")
    with pytest.raises(Stopped):
        bench.run()
    assert bench.bot_edits() == []


def test_peer_f37_a_run_page_that_was_moved_away_stops(bench: Bench) -> None:
    bench.wiki.rename(RUN_PAGE, "User:Mallory/Run", "Mallory")
    with pytest.raises(Stopped):
        bench.run()


# Talk pages.

UNTOLD: dict[str, Callable[[Bench], object]] = {
    "leads to somebody else": lambda bench: bench.wiki.put(
        "User talk:Ben", "#REDIRECT [[User talk:Victim]]"
    ),
    "leads to an article": lambda bench: bench.wiki.put("User talk:Ben", "#REDIRECT [[Good]]"),
    "is JSON": lambda bench: (
        bench.wiki.put("User talk:Ben", "{}"),
        setattr(bench.wiki.pages["User talk:Ben"], "content_model", "json"),
    ),
    "is protected": lambda bench: (
        bench.wiki.put("User talk:Ben", "Hello."),
        bench.wiki.protect("User talk:Ben"),
    ),
    "wants no messages": lambda bench: bench.wiki.put("User talk:Ben", "{{nobots}}"),
}


@pytest.mark.parametrize("how", UNTOLD)
def test_peer_f33_a_talk_page_that_is_not_theirs_to_read_gets_nothing(
    how: str, bench: Bench
) -> None:
    bench.wiki.put("User talk:Victim", "Hello.", "Victim")
    bench.wiki.put("Good", GOOD_TROPE, "Ada")
    UNTOLD[how](bench)
    before = bench.wiki.text("User talk:Ben")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    report = bench.run()
    assert (report.flags, report.notices) == (1, 0)
    assert bench.wiki.text("User talk:Ben") == before
    assert bench.wiki.text("User talk:Victim") == "Hello."
    assert bench.wiki.text("Good") == GOOD_TROPE
    assert bench.run().notices == 0


def test_peer_f32_fifty_bad_files_of_one_person_are_one_message(bench: Bench) -> None:
    for number in range(49):
        bench.wiki.upload(f"File:{number}.png", "a picture", "Ben")
    report = bench.run()
    assert (report.flags, report.notices) == (49, 1)
    assert bench.wiki.text("User talk:Ben").count("\n* ") < 50


# Floods.


def test_h29_a_flood_of_changes_takes_few_requests_and_capped_writes(bench: Bench) -> None:
    bench.policy["limits"] = {"writes_per_run": 50, "breaker_share": 100}
    for number in range(500):
        text = BAD_TROPE if number % 2 else GOOD_TROPE
        bench.wiki.put(f"Flood {number}", text, f"Vandal {number % 7}")
    for number in range(9_500):
        bench.wiki.put(f"Flood {number % 500 // 2 * 2}", f"{GOOD_TROPE}\n{number}", "Vandal")
    report = bench.run()
    assert report.changes == 10_000
    assert report.writes <= 50
    assert report.deferred
    assert report.pages <= 500
    # recent changes and pages come in hundreds; of each new page its past is asked, of each author who he is
    assert report.reads <= 50 + 500 + 100


def test_peer_f21_a_licence_list_that_cannot_be_read_judges_no_file(bench: Bench) -> None:
    bench.policy["files"] = {"licences": [], "licence_category": "", "mandatory": {"SemiPD": None}}
    bench.wiki.upload("File:X.png", "a picture", "Ben")
    report = bench.run()
    assert (report.findings, report.writes) == ((), 0)
    assert report.notes
    assert report.exit_code is Exit.DONE
