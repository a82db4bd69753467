"""Findings are kept current: where what judgement rests on changes, unedited pages are judged again."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, GOOD_TROPE, POLICY_PAGE, Bench
from tropebot.errors import Unavailable

pytestmark = pytest.mark.heavy

PRELOAD = "{{trope}}\n\n{{examples}}\n\n{{reflist}}\n\n[[Category:{{PAGENAME}}]]"
STRICTER = PRELOAD.replace("{{examples}}", "{{tropelist}}\n\n{{examples}}")
LICENCES = "* Fairuse|Fair use"
FILE = "File:Old.png"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A wiki with pages from long ago, and a bot that has made its first rounds."""
    made = Bench(tmp_path / "ledger.sqlite", policy_title=POLICY_PAGE)
    made.wiki.put(POLICY_PAGE, "{}", "Admin")
    made.wiki.put("MediaWiki:Tropes", PRELOAD, "Admin")
    made.wiki.put("MediaWiki:Licenses", LICENCES, "Admin")
    made.wiki.put("Template:Parody", "a parody", "Admin")
    for number in range(5):
        made.wiki.put(f"Old trope {number}", GOOD_TROPE)
    made.wiki.put("Old work", "{{work}}\n{{tropelist}}\n[[Category:Old work]]")
    made.wiki.upload(FILE, "A picture.\n{{Parody}}")
    made.wiki.tick(90 * 86400)
    made.begin()
    stir(made)
    return made


def stir(bench: Bench) -> None:
    """Somebody edits a page that has nothing to do with it, so that there is work."""
    bench.wiki.put("Stirred", f"{GOOD_TROPE}\n{bench.wiki.now}")
    bench.run()
    bench.wiki.tick(60)


def flagged(wiki: FakeWiki) -> set[str]:
    return {title for title, page in wiki.pages.items() if "{{Missing markup" in page.last.text}


def lists_read(bench: Bench, act: Callable[[], object]) -> int:
    """How often the act asks for a list of pages."""
    asked: list[str] = []

    def hook(moment: str, request: str) -> None:
        if (moment, request) == ("before", "fetch_page_ids"):
            asked.append(request)

    bench.wiki.hooks.append(hook)
    act()
    bench.wiki.hooks.remove(hook)
    return len(asked)


def steer(bench: Bench, **policy: object) -> None:
    bench.wiki.put(POLICY_PAGE, json.dumps(policy), "Admin")


def test_a_stricter_preload_reaches_pages_that_nobody_edited(bench: Bench) -> None:
    assert flagged(bench.wiki) == set()
    bench.wiki.put("MediaWiki:Tropes", STRICTER, "Admin")
    report = bench.run()
    assert flagged(bench.wiki) == {"Stirred", *(f"Old trope {number}" for number in range(5))}
    assert any("type trope" in note for note in report.notes)


def test_what_changed_is_told_in_words(bench: Bench) -> None:
    bench.run()
    steer(bench, actions={"TB101": "report"}, examples={"minimum": 7})
    (note,) = (each for each in bench.run().notes if "has changed" in each)
    assert "(what the bot does about findings, what is asked of drafts)" in note


def test_it_goes_slice_by_slice(bench: Bench) -> None:
    steer(bench, limits={"judged_again_per_run": 2})
    bench.run()
    bench.wiki.put("MediaWiki:Tropes", STRICTER, "Admin")
    counts = [0]
    for _ in range(6):
        bench.run()
        bench.wiki.tick(60)
        counts.append(len(flagged(bench.wiki)))
    assert counts[-1] == 6
    assert max(after - before for before, after in pairwise(counts)) <= 2


def test_after_a_stop_it_goes_on_where_it_was(bench: Bench) -> None:
    steer(bench, limits={"judged_again_per_run": 2})
    bench.run()
    bench.wiki.put("MediaWiki:Tropes", STRICTER, "Admin")
    bench.run()
    before = flagged(bench.wiki)

    def fail() -> None:
        raise Unavailable("the wiki sleeps")

    bench.wiki.once("before", "fetch_page_ids", fail)
    assert bench.run().exit_code == 5
    assert flagged(bench.wiki) == before
    bench.reopen()
    for _ in range(4):
        bench.run()
    assert len(flagged(bench.wiki)) == 6


def test_a_laxer_preload_takes_flags_off(bench: Bench) -> None:
    bench.wiki.put("New trope", BAD_TROPE)
    bench.run()
    assert flagged(bench.wiki) == {"New trope"}
    bench.wiki.put("MediaWiki:Tropes", PRELOAD.replace("[[Category:{{PAGENAME}}]]", ""), "Admin")
    bench.run()
    assert flagged(bench.wiki) == set()
    assert bench.wiki.text("New trope") == BAD_TROPE


def test_what_was_fixed_once_may_be_at_fault_again(bench: Bench) -> None:
    """Nobody took our fix back: the wiki asks for more."""
    steer(bench, actions={"TB101": "fix"})
    bench.wiki.put("New trope", BAD_TROPE)
    assert bench.run().fixes == 1
    bench.wiki.tick(60)
    bench.run()
    bench.wiki.put("MediaWiki:Tropes", STRICTER, "Admin")
    bench.run()
    assert "New trope" in flagged(bench.wiki)
    bench.wiki.tick(60)
    bench.run()
    page_id = bench.wiki.pages["New trope"].page_id
    assert bench.ledger.pages.noes(page_id) == frozenset()


def test_a_licence_more_and_a_licence_less(bench: Bench) -> None:
    bench.wiki.put(FILE, "A picture, of mine.\n{{Parody}}", "Ada")
    report = bench.run()
    assert [finding.code for finding in report.findings] == ["TB201"]
    assert bench.wiki.text(FILE).startswith("{{Unattributed image")
    bench.wiki.put("MediaWiki:Licenses", f"{LICENCES}\n* Parody|Parody", "Admin")
    bench.run()
    assert bench.wiki.text(FILE).startswith("A picture")
    bench.wiki.put("MediaWiki:Licenses", LICENCES, "Admin")
    report = bench.run()
    assert [(finding.title, finding.code) for finding in report.findings] == [(FILE, "TB201")]


def test_a_redirect_of_a_header(bench: Bench) -> None:
    odd = GOOD_TROPE.replace("{{trope}}", "{{Tropus}}")
    bench.wiki.put("Odd trope", odd)
    assert [finding.code for finding in bench.run().findings] == ["TB102"]
    bench.wiki.put("Template:Tropus", "#REDIRECT [[Template:Trope]]", "Admin")
    bench.run()
    assert bench.wiki.text("Odd trope") == odd, "found clean, and the flag is off"
    bench.wiki.put("Template:Tropus", "#REDIRECT [[Template:Examples]]", "Admin")
    report = bench.run()
    assert [finding.title for finding in report.findings] == ["Odd trope"]


def test_the_policy_page_itself(bench: Bench) -> None:
    steer(bench, types={"trope": {"require": ["heading:Trivia"]}})
    bench.run()
    assert len(flagged(bench.wiki)) == 6
    steer(bench)
    bench.run()
    assert flagged(bench.wiki) == set()


def test_an_action_that_changes_concerns_what_was_found(bench: Bench) -> None:
    steer(bench, actions={"TB101": "report"})
    bench.wiki.put("New trope", BAD_TROPE)
    bench.run()
    assert flagged(bench.wiki) == set()
    steer(bench)
    assert lists_read(bench, bench.run) == 0, "the ledger knows the pages"
    assert flagged(bench.wiki) == {"New trope"}


def test_the_operators_own_policy_is_noticed_without_any_change_on_the_wiki(bench: Bench) -> None:
    bench.policy["types"] = {"trope": {"require": ["heading:Trivia"]}}
    bench.run()
    assert len(flagged(bench.wiki)) == 6


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda wiki: wiki.tick(), "nothing happened"),
        (lambda wiki: wiki.put("MediaWiki:Tropes", f"{PRELOAD}\n\n", "Admin"), "a null edit"),
        (
            lambda wiki: wiki.put("MediaWiki:Tropes", f"{PRELOAD}<noinclude>Help.</noinclude>"),
            "help beside the preload",
        ),
        (
            lambda wiki: wiki.put("Template:Parody", "#REDIRECT [[Template:Infobox]]"),
            "a redirect that no rule asks for, where a template stood",
        ),
        (lambda wiki: wiki.put("Template:Trope", "another look"), "what a template shows"),
        (lambda wiki: wiki.put(POLICY_PAGE, '{"contacts": ["Ada"]}', "Admin"), "whom to tell"),
    ],
)
def test_what_makes_nobody_look_again(
    bench: Bench, act: Callable[[FakeWiki], object], why: str
) -> None:
    act(bench.wiki)
    bench.wiki.put("Stirred", GOOD_TROPE)
    assert lists_read(bench, bench.run) == 0, why


def test_without_change_a_pass_asks_one_question(bench: Bench) -> None:
    before = bench.wiki.reads
    bench.run()
    assert bench.wiki.reads - before == 1


def test_what_cannot_be_read_is_no_change(bench: Bench) -> None:
    """An unreadable preload never means that everything is at fault, nor does its coming back."""
    bench.policy["types"] = {"trope": {"preload_text": ""}}
    stir(bench)
    gone = bench.wiki.pages.pop("MediaWiki:Tropes")
    assert lists_read(bench, lambda: stir(bench)) == 0
    bench.wiki.pages["MediaWiki:Tropes"] = gone
    assert lists_read(bench, lambda: stir(bench)) == 0
    assert flagged(bench.wiki) == set()


def test_an_unsound_policy_page_is_no_change(bench: Bench) -> None:
    bench.wiki.put(POLICY_PAGE, '{"actoins": {}}', "Admin")
    assert lists_read(bench, lambda: stir(bench)) == 0
    steer(bench)
    assert lists_read(bench, lambda: stir(bench)) == 0


def test_a_first_pass_looks_at_nothing_old(tmp_path: Path) -> None:
    made = Bench(tmp_path / "ledger.sqlite")
    made.wiki.put("Old trope", BAD_TROPE)
    made.wiki.tick(3600)
    made.begin()
    assert lists_read(made, lambda: stir(made)) == 0
    assert flagged(made.wiki) == set()


def test_pages_that_people_edit_come_first(bench: Bench) -> None:
    """With `--limit` what was edited is not kept waiting by what is judged again."""
    bench.wiki.put("MediaWiki:Tropes", STRICTER, "Admin")
    bench.wiki.put("Stirred", BAD_TROPE)
    bench.patrol().run(limit=2)
    assert flagged(bench.wiki) == {"Stirred"}


# Templates that come and go, and types that no template tells.

MISSING = f"{{{{Gallery}}}}\n{GOOD_TROPE}".replace(
    "{{Gallery}}\n{{trope}}", "{{trope}}\n{{Gallery}}"
)
ELSEWHERE = "User:Ada/Gallery"
ASKED = {
    "actions": {"TB105": "flag"},
    "flags": {"TB105": {"template": "Missing markup"}},
}


@pytest.mark.parametrize(
    ("act", "missing", "why"),
    [
        (lambda wiki: wiki.put("Template:Gallery", "Shown."), False, "it was made"),
        (lambda wiki: wiki.rename(ELSEWHERE, "Template:Gallery"), False, "it was moved there"),
        (lambda wiki: wiki.put("Template:Other", "Shown."), True, "another one was made"),
        (lambda wiki: wiki.put("Gallery", "Shown."), True, "a page of that name is no template"),
    ],
)
def test_a_template_that_comes(
    bench: Bench, act: Callable[[FakeWiki], object], missing: bool, why: str
) -> None:
    bench.policy |= ASKED
    bench.wiki.put(ELSEWHERE, "Shown.")
    bench.wiki.put("Pictures", MISSING)
    for _ in range(3):  # the bot's own edit has been looked at as well
        bench.run()
        bench.wiki.tick(60)
    assert "Pictures" in flagged(bench.wiki)
    act(bench.wiki)
    bench.run()
    assert ("Pictures" in flagged(bench.wiki)) == missing, why


@pytest.mark.parametrize(
    ("act", "missing", "why"),
    [
        (lambda wiki: wiki.delete("Template:Gallery"), True, "it was deleted"),
        (
            lambda wiki: wiki.rename("Template:Gallery", ELSEWHERE, redirect=False),
            True,
            "it was moved away",
        ),
        (
            lambda wiki: wiki.rename("Template:Gallery", "Template:Pictures"),
            False,
            "it was moved, and its old name leads there",
        ),
        (lambda wiki: wiki.delete("Template:Other"), False, "another one was deleted"),
        (lambda wiki: wiki.put("Template:Gallery", "More."), False, "it was edited"),
    ],
)
def test_a_template_that_goes(
    bench: Bench, act: Callable[[FakeWiki], object], missing: bool, why: str
) -> None:
    bench.policy |= ASKED
    for name in ("Gallery", "Other"):
        bench.wiki.put(f"Template:{name}", "Shown.")
    bench.wiki.put("Pictures", MISSING)
    bench.run()
    assert flagged(bench.wiki) == set()
    bench.wiki.tick(60)
    act(bench.wiki)
    bench.run()
    assert flagged(bench.wiki) == ({"Pictures"} if missing else set()), why


def test_what_went_while_nobody_looked_is_not_taken_as_there(bench: Bench) -> None:
    bench.policy |= ASKED
    bench.wiki.put("Template:Gallery", "Shown.")
    bench.wiki.put("Pictures", MISSING)
    bench.run()
    assert "Template:Gallery" in bench.ledger.templates.there(bench.wiki.now)
    bench.wiki.tick(3 * 3600)
    bench.wiki.delete("Template:Gallery")
    bench.wiki.put("Pictures", f"{MISSING} More.")
    bench.wiki.rows = bench.wiki.rows[-1:]
    assert bench.run().gap
    assert flagged(bench.wiki) == {"Pictures"}


def test_what_a_run_by_hand_reads_is_asked_for_in_full(bench: Bench) -> None:
    """Who reads no recent changes does not know what happened to templates since."""
    bench.wiki.put("Pictures", MISSING.replace("Gallery", "Hold"))
    bench.run()
    assert "Template:Hold" in bench.ledger.templates.there(bench.wiki.now)
    bench.patrol().promote(["Pictures"])
    assert not bench.wiki.taken_as_there
    bench.wiki.put("Pictures", MISSING)
    bench.run()
    assert "Template:Hold" in bench.wiki.taken_as_there


def test_a_template_on_many_pages_goes_slice_by_slice(bench: Bench) -> None:
    bench.policy |= {**ASKED, "limits": {"judged_again_per_run": 2}}
    bench.wiki.put("Template:Gallery", "Shown.")
    for number in range(5):
        bench.wiki.put(f"Pictures {number}", MISSING)
    bench.run()
    bench.wiki.tick(60)
    bench.wiki.delete("Template:Gallery")
    counts = []
    for _ in range(3):
        bench.run()
        bench.wiki.tick(60)
        counts.append(len(flagged(bench.wiki)))
    assert counts == [2, 4, 5]


SKETCH = {"headers": [], "categories": ["Sketches"], "preload": "MediaWiki:Sketches"}


def test_a_type_that_is_known_by_a_category_alone(bench: Bench) -> None:
    bench.policy |= {"types": {"sketch": SKETCH}, "limits": {"judged_again_per_run": 2}}
    bench.wiki.put("MediaWiki:Sketches", "{{examples}}", "Admin")
    text = "It happens.\n{{examples}}\n[[Category:Sketches]]"
    for number in range(3):
        bench.wiki.put(f"Sketch {number}", text)
    stir(bench)
    stir(bench)
    assert flagged(bench.wiki) == set()
    bench.wiki.put("MediaWiki:Sketches", "{{examples}}\n\n{{reflist}}", "Admin")
    bench.policy["markup"] = {"reflist_when": "always"}
    for _ in range(6):
        bench.run()
        bench.wiki.tick(60)
    assert {f"Sketch {number}" for number in range(3)} <= flagged(bench.wiki)


# A place in a list that the wiki does not know.


def test_a_list_is_begun_again_once(bench: Bench) -> None:
    steer(bench, limits={"judged_again_per_run": 2})
    bench.run()
    bench.wiki.put("MediaWiki:Tropes", STRICTER, "Admin")
    bench.run()
    waiting = bench.ledger.changes.waiting_lists()
    bench.ledger.changes.set_waiting_lists(dict.fromkeys(waiting, "no such place"))
    report = bench.run()
    assert report.exit_code == 0
    assert any("read again from its beginning" in note for note in report.notes)
    for _ in range(6):
        bench.wiki.tick(60)
        bench.run()
    assert len(flagged(bench.wiki)) == 6
    assert bench.ledger.changes.waiting_lists() == {}


def test_a_list_that_is_refused_again_is_given_up(bench: Bench) -> None:
    name = "using:Template:Trope"
    told = []
    for _ in range(2):
        bench.ledger.changes.set_waiting_lists({name: "no such place"})
        bench.policy["limits"] = {"judged_again_per_run": 2}
        told.append(" ".join(bench.run().notes))
        waits = bench.ledger.changes.waiting_lists()
        bench.wiki.tick(60)
    assert "read again from its beginning" in told[0]
    assert "refused twice" in told[1]
    assert waits == {}


def test_a_list_that_came_to_its_end_may_be_begun_again(bench: Bench) -> None:
    for _ in range(3):
        bench.ledger.changes.set_waiting_lists({"using:Template:Trope": "no such place"})
        told = " ".join(bench.run().notes)
        bench.wiki.tick(60)
        assert "read again from its beginning" in told
        assert bench.ledger.changes.waiting_lists() == {}
