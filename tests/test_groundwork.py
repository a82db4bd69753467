"""The pages that the bot needs: what they say, that each is made once, and that none is overwritten."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.in_force import in_force
from tests.patrols import BOT, RUN_PAGE, Bench
from tropebot.builder import BuildReport, build
from tropebot.errors import ConfigError, Exit, OutcomeUnknown
from tropebot.groundwork import Wanted, Who, groundwork, manual_in_wikitext
from tropebot.ledger.stops import StopKind
from tropebot.model import OnWikiPage
from tropebot.policy.forbid import Forbid
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import layer_from_json, load
from tropebot.reports.wikipages import MARK
from tropebot.rules import all_rules
from tropebot.rules.rule import Rule
from tropebot.runpage import run_page_problem
from tropebot.undoreport import Asked, Outcome

WHO = Who(
    account=BOT,
    contact="User:You",
    policy_title="MediaWiki:Tropebot-policy.json",
    layer={"mode": "act", "workshop": {"namespace": "Trope Workshop"}},
)
FLAGS = ("Template:Missing markup", "Template:Unattributed image")


def pages(force: PolicyInForce, who: Who = WHO) -> dict[str, Wanted]:
    return {page.title: page for page in groundwork(force, who, all_rules())}


def setup(bench: Bench, *, apply: bool = True, forbid: Forbid | None = None) -> BuildReport:
    patrol = bench.patrol()
    patrol.forbid = forbid or Forbid()
    return build(patrol, lambda force: groundwork(force, WHO, all_rules()), apply=apply)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A wiki without any page of the bot's."""
    found = Bench(tmp_path / "ledger.sqlite")
    for title in (RUN_PAGE, *FLAGS):
        found.wiki.delete(title)
    return found


def states(report: BuildReport) -> dict[str, str]:
    return {
        page.wanted.title: "exists"
        if page.exists
        else "lacks"
        if page.lacks
        else page.why or "made"
        for page in report.pages
    }


def test_the_user_page_names_the_operator_and_invites_stopping() -> None:
    text = pages(in_force("demo"))["User:TropeBot"].text
    for said in ("[[:User:You]]", "Anybody may stop it", "[[User:TropeBot/Run]]", "nobots"):
        assert said in text


@pytest.mark.parametrize(
    ("contact", "shown", "reason"),
    [
        ("", "has not given a name", "nobody is named"),
        ("me@example.org", "me@example.org", "an address is no link"),
        ("[[Evil]] {{delete}}", "&#91;&#91;Evil", "markup of a setting is shown"),
    ],
)
def test_whoever_runs_it_is_named_and_nothing_else(contact: str, shown: str, reason: str) -> None:
    text = pages(in_force("demo"), replace(WHO, contact=contact))["User:TropeBot"].text
    assert shown in text, reason
    assert "{{delete}}" not in text


@pytest.mark.parametrize("word", ["run", "stop", "go"])
def test_the_run_page_never_starts_the_bot(word: str) -> None:
    force = in_force("demo", {"steering": {"run_word": word}})
    page = pages(force)["User:TropeBot/Run"]
    watched = OnWikiPage(title=page.title, rev_id=1, text=page.text)
    assert run_page_problem(watched, force.policy, page.title)
    assert f"“{word}”" in page.text, "it says how to start it"


def test_flags_have_category_documentation_and_the_policys_parameters() -> None:
    found = pages(in_force("demo"))
    text = found["Template:Missing markup"].text
    assert "[[Category:Pages marked as Missing markup]]</includeonly>" in text
    for parameter in ("{{{date|}}}", "{{{missing|}}}", "{{{advice|}}}"):
        assert parameter in text
    assert text.count("{{") == text.count("}}")
    assert "<noinclude>" in text
    assert "[[User:TropeBot/Rules/TB101|TB101]], [[User:TropeBot/Rules/TB102|TB102]]" in text
    assert found["Category:Pages marked as Missing markup"].beside == "Template:Missing markup"


def test_a_policy_without_flags_wants_no_templates() -> None:
    assert not [title for title in pages(in_force("tropedia")) if title.startswith("Template:")]


def test_the_policy_page_is_sound_and_only_reports() -> None:
    text = pages(in_force("demo"))["MediaWiki:Tropebot-policy.json"].text
    assert json.loads(text)["mode"] == "report", "whatever the operator's layer says"
    assert load("demo", [layer_from_json(text, "page")]).policy.mode == "report"


def test_reports_are_kept_on_the_page_that_was_made(bench: Bench) -> None:
    who = replace(WHO, report_mark=MARK)
    made = pages(in_force("demo"), who)["User:TropeBot/Report"]
    page = json.loads(pages(in_force("demo"), who)["MediaWiki:Tropebot-policy.json"].text)
    assert page["reports"]["page"] == made.title
    bench.wiki.put(made.title, made.text, BOT)
    bench.policy = {"reports": {"page": made.title}}
    bench.wiki.put(RUN_PAGE, "run", "Admin")
    for name in FLAGS:
        bench.wiki.put(name, "flag", "Admin")
    bench.begin()
    bench.wiki.put("Bare Trope", "It happens.", "Ada")
    bench.run()
    text = bench.wiki.pages[made.title].last.text
    assert text.startswith(MARK)
    assert text != made.text, "the report took its place"


def test_a_policy_says_where_reports_are_kept() -> None:
    elsewhere = {"reports": {"page": "User:TropeBot/State"}}
    assert "User:TropeBot/State" in pages(in_force("demo", elsewhere))
    assert "User:TropeBot/Report" not in pages(in_force("demo", elsewhere))


def test_rules_that_are_off_get_no_page() -> None:
    found = pages(in_force("demo", {"actions": {"TB107": "none"}}))
    assert "User:TropeBot/Rules/TB107" not in found
    assert "User:TropeBot/Rules/TB101" in found


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_manual_shows_its_samples_and_carries_out_none(rule: Rule) -> None:
    text = manual_in_wikitext(rule.documentation)
    assert "== Why ==" in text
    assert "---" not in text
    outside = "".join(part.partition("</pre>")[2] for part in f"</pre>{text}".split("<pre>"))
    assert "{{" not in outside
    assert "[[" not in outside
    assert text.count("<pre>") == text.count("</pre>")


def test_what_is_not_there_is_made_and_the_bot_does_not_start(bench: Bench) -> None:
    report = setup(bench)
    assert (report.exit_code, report.problem) == (Exit.DONE, "")
    assert bench.wiki.pages[RUN_PAGE].last.text.startswith("stop\n")
    assert {f"Template:{name}" for name in ("Missing markup", "Unattributed image")} <= set(
        bench.wiki.pages
    )
    assert all(not written.payload.bot for written in report.written), "people see it"  # type: ignore[union-attr]
    assert all(comment.startswith("[tb:") for _, comment in bench.wiki.edits_by(BOT))


def test_a_second_time_nothing_is_written(bench: Bench) -> None:
    setup(bench)
    before = len(bench.wiki.edits_by(BOT))
    assert set(states(setup(bench)).values()) <= {"exists", "lacks"}
    assert len(bench.wiki.edits_by(BOT)) == before


def test_what_people_have_is_left_as_it_is(bench: Bench) -> None:
    bench.wiki.put(RUN_PAGE, "run", "Admin")
    bench.wiki.put(FLAGS[0], "our own box", "Ada")
    found = states(setup(bench))
    assert (found[RUN_PAGE], found[FLAGS[0]]) == ("exists", "exists")
    assert "Category:Pages marked as Missing markup" not in found, "theirs is called otherwise"
    assert bench.wiki.pages[FLAGS[0]].last.text == "our own box"


def test_a_page_that_somebody_makes_meanwhile_is_theirs(bench: Bench) -> None:
    def meanwhile(when: str, what: str) -> None:
        if (when, what) == ("before", "edit") and FLAGS[0] not in bench.wiki.pages:
            bench.wiki.put(FLAGS[0], "ours", "Ada")

    bench.wiki.hooks.append(meanwhile)
    assert states(setup(bench))[FLAGS[0]] == "exists"
    assert bench.wiki.pages[FLAGS[0]].last.text == "ours"


def test_what_takes_more_rights_is_for_somebody_else(bench: Bench) -> None:
    report = setup(bench)
    assert states(report)["MediaWiki:Tropebot-policy.json"] == "lacks"
    assert "MediaWiki:Tropebot-policy.json" not in bench.wiki.pages


def test_showing_writes_nothing_anywhere(bench: Bench) -> None:
    report = setup(bench, apply=False)
    assert len(report.written) > 10
    assert bench.wiki.edits_by(BOT) == []
    assert bench.wiki.writes == 0
    assert bench.ledger.runs.get(1) is None


def test_a_page_whose_answer_was_lost_is_made_once(bench: Bench) -> None:
    lost = []

    def losing(when: str, what: str) -> None:
        if (when, what) == ("after", "edit") and not lost:
            lost.append(what)
            raise OutcomeUnknown("the answer was lost")

    bench.wiki.hooks.append(losing)
    report = setup(bench)
    assert lost
    assert "exists" not in states(report).values()
    titles = [title for title, _ in bench.wiki.edits_by(BOT)]
    assert len(titles) == len(set(titles))


def test_what_the_operator_forbids_is_not_made(bench: Bench) -> None:
    with pytest.raises(ConfigError, match="take “write” out"):
        setup(bench, forbid=Forbid(actions=("write",)))
    assert bench.wiki.writes == 0
    assert setup(bench, apply=False, forbid=Forbid(actions=("write",))).written


def test_in_a_namespace_that_the_operator_forbids_nothing_is_made(bench: Bench) -> None:
    found = states(setup(bench, forbid=Forbid(namespaces=("Template",))))
    assert {"forbids writing" in found[title] for title in FLAGS} == {True}
    assert found["User:TropeBot"] == "made"
    assert not set(FLAGS) & set(bench.wiki.pages)


def test_a_block_stops_it_and_a_message_does_not(bench: Bench) -> None:
    bench.ledger.stops.raise_(StopKind.MESSAGE, "1", "Ada wrote", at=bench.wiki.now)
    assert setup(bench, apply=False).exit_code is Exit.DONE
    bench.wiki.blocked.add(BOT)
    assert setup(bench).exit_code is Exit.NOT_ALLOWED
    assert bench.wiki.edits_by(BOT) == []


def test_all_of_it_can_be_taken_back(bench: Bench) -> None:
    made = setup(bench)
    report = bench.patrol().undo(Asked(run=made.run))
    assert {row.outcome for row in report.rows} == {Outcome.TAKEN}
    assert bench.wiki.pages[FLAGS[0]].last.text == ""


def test_what_people_have_edited_since_stays_theirs(bench: Bench) -> None:
    made = setup(bench)
    text = bench.wiki.pages["User:TropeBot"].last.text
    bench.wiki.put("User:TropeBot", text.replace("'''bot'''", "nuisance"), "Ada")
    bench.patrol().undo(Asked(run=made.run))
    assert "nuisance" in bench.wiki.pages["User:TropeBot"].last.text


def test_a_page_that_is_gone_is_made_anew_when_a_person_asks(bench: Bench) -> None:
    setup(bench)
    bench.wiki.delete("User:TropeBot/Report")
    bench.wiki.tick(60)
    assert states(setup(bench))["User:TropeBot/Report"] == "made"


def test_a_wiki_is_spoken_to_in_its_language_and_its_own_words() -> None:
    german = pages(in_force("demo", {"language": "de"}))["User:TropeBot"].text
    assert german != pages(in_force("demo"))["User:TropeBot"].text
    own = in_force("demo", messages={"setup-operator-unknown": "nobody in particular"})
    assert "nobody in particular" in pages(own, replace(WHO, contact=""))["User:TropeBot"].text


# The way back for editors.


def test_the_policy_that_is_made_names_the_way_back_and_its_pages_are_made() -> None:
    found = pages(in_force("demo"))
    document = json.loads(found[WHO.policy_title].text)
    assert document["requests"] == {"page": f"User:{BOT}/Requests", "rules": f"User:{BOT}/Rules"}
    policy = load("demo", [layer_from_json(found[WHO.policy_title].text, "page")]).policy
    assert policy.requests.page in found
    assert f"{policy.requests.rules}/TB101" in found
    assert f"fullurl:{policy.requests.page}|" in found[f"User:{BOT}/Rules/TB101"].text


@pytest.mark.parametrize(
    ("layer", "rev_id", "title", "asked", "why"),
    [
        ({}, 7, WHO.policy_title, "", "a policy stands already and names none"),
        ({}, 0, "", "", "the operator wants no policy page"),
        ({"requests": {"page": "User:Bot/Ask"}}, 0, WHO.policy_title, "User:Bot/Ask", "their own"),
    ],
)
def test_no_page_is_made_that_no_policy_would_name(
    *, layer: dict[str, object], rev_id: int, title: str, asked: str, why: str
) -> None:
    force = replace(in_force("demo", layer), rev_id=rev_id)
    found = pages(force, replace(WHO, policy_title=title, layer=layer))
    assert (f"User:{BOT}/Requests" in found) is False, why
    assert not asked or found[asked].beside == ""


def test_who_has_a_policy_on_the_wiki_gets_no_page_for_requests(bench: Bench) -> None:
    assert states(setup(bench))[f"User:{BOT}/Requests"] == "made"
    other = Bench(bench.path.with_name("other.sqlite"))
    other.wiki.put(WHO.policy_title, '{"version": 1}', "Admin")
    assert f"User:{BOT}/Requests" not in states(setup(other))
