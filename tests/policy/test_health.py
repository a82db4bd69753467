"""What is a break of the pages that a policy relies on, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.in_force import in_force
from tropebot.model import Page
from tropebot.policy.broken import Break, Fault, sentences, silenced
from tropebot.policy.force import PolicyInForce
from tropebot.policy.health import (
    Relied,
    State,
    drafts_category,
    fills,
    preload_break,
    preloads_relied_on,
    template_break,
    templates_relied_on,
    unread,
    workshop_break,
)

THERE = State(page_id=7, rev_id=70)
RELIED = Relied(
    title="Template:Trope",
    codes=frozenset({"TB101"}),
    promotes=True,
    instead=frozenset({"Template:Trope", "Template:Tropus"}),
)
ALIAS = State(page_id=8, rev_id=80, redirect_to="Template:Trope")
TYPE = "{{trope}}\n{{examples}}\n[[Category:{{PAGENAME}}]]"
DRAFT = "{{Trope Workshop}}\n{{trope}}\n{{examples}}\n[[Category:{{PAGENAME}}]]"


def fault(found: Break | None) -> str:
    return found.fault if found else ""


@pytest.mark.parametrize(
    ("now", "before", "broken", "why"),
    [
        (State(), THERE, "missing", "deleted, or moved without a redirect"),
        (State(page_id=7, rev_id=71, blank=True), THERE, "blank", "blanked"),
        (
            State(page_id=7, rev_id=71, redirect_to="Template:Work"),
            THERE,
            "redirect",
            "now another template",
        ),
        (
            State(page_id=8, rev_id=81, redirect_to="Template:Work"),
            ALIAS,
            "redirect",
            "an alias led to it, and leads elsewhere",
        ),
        (State(page_id=7, rev_id=71), THERE, "", "another look"),
        (THERE, None, "", "seen for the first time"),
        (State(), None, "", "a preset names what this wiki never had"),
        (ALIAS, None, "", "a redirect from the first"),
        (State(page_id=9, rev_id=90), THERE, "", "deleted and made again"),
        (State(page_id=8, rev_id=81), ALIAS, "", "no redirect any more, but a template"),
        (
            State(page_id=7, rev_id=71, redirect_to="Template:Tropus"),
            THERE,
            "",
            "it leads to another name of the same",
        ),
        (
            State(page_id=7, rev_id=70, blank=True),
            State(page_id=7, rev_id=70, blank=True),
            "",
            "blank from the first, as {{nobots}} is",
        ),
    ],
)
def test_templates(now: State, before: State | None, broken: str, why: str) -> None:
    assert fault(template_break(RELIED, now, before)) == broken, why


TITLES = st.sampled_from(["", "Template:Trope", "Template:Tropus", "Template:Work"])
STATES = st.builds(
    State,
    page_id=st.integers(0, 3),
    rev_id=st.integers(0, 5),
    redirect_to=TITLES,
    blank=st.booleans(),
)


@given(STATES, st.one_of(st.none(), STATES), st.one_of(st.none(), STATES))
def test_what_is_as_it_was_is_not_broken(
    now: State, before: State | None, target: State | None
) -> None:
    """Whatever was known: what is found sound stays so while nothing happens, and a break says what it is."""
    found = template_break(RELIED, now, before, target=target)
    if found is None:
        assert template_break(RELIED, now, now) is None
    else:
        assert before is not None
        assert before.page_id
        assert (now.page_id == 0) == (found.fault is Fault.MISSING)
        assert sentences(found)[0] == (found.message, found.params)


def test_a_renamed_template_is_not_broken() -> None:
    now = State(page_id=12, rev_id=71, redirect_to="Template:Trope header")
    moved, other = State(page_id=7, rev_id=70), State(page_id=99, rev_id=1)
    assert template_break(RELIED, now, THERE, target=moved) is None
    assert fault(template_break(RELIED, now, THERE, target=other)) == "redirect"


def test_what_the_policy_cannot_do_without_must_be_there() -> None:
    flag = Relied(title="Template:Missing markup", needed=True)
    assert fault(template_break(flag, State(), None)) == "missing"


def test_nothing_rests_on_an_alias_that_is_gone() -> None:
    found = template_break(RELIED, State(), ALIAS)
    assert found is not None
    assert (found.spared, found.codes, found.promotes) == (True, frozenset(), False)


@pytest.mark.parametrize(
    ("title", "codes", "promotes"),
    [
        ("Template:Trope", {"TB101", "TB102", "TB103", "TB106"}, True),
        ("Template:Worksubpagefooter", {"TB101"}, False),
        ("Template:Examples", {"TB101"}, True),
        ("Template:Hold", set(), True),
        ("Template:YKTTW", set(), True),
        ("Template:Missing markup", set(), False),
        ("Template:Fairuse", {"TB201", "TB202"}, False),
        ("Template:No license", {"TB201", "TB202"}, False),
        ("Template:Parody", {"TB201", "TB202"}, False),
    ],
)
def test_what_rests_on_a_template(title: str, codes: set[str], promotes: bool) -> None:
    """The last is a licence that only the wiki names."""
    force = in_force("demo", pages={"MediaWiki:Licenses": "* Parody|A parody"})
    relied = templates_relied_on(force)[title]
    assert (relied.codes, relied.promotes) == (codes, promotes)


@pytest.mark.parametrize("title", ["Template:Stub", "Template:Disambig", "Template:Poster"])
def test_on_what_nothing_rests(title: str) -> None:
    assert title not in templates_relied_on(in_force("demo"))


def test_a_redirect_does_not_excuse_itself() -> None:
    """Where a vandal's redirect leads is no other name of the template."""
    force = in_force(
        "demo",
        pages={"MediaWiki:Licenses": "* Fairuse|Fair use"},
        template_redirects={"Fairuse": "Nonsense", "Trope": "Work"},
    )
    relied = templates_relied_on(force)
    assert "Template:Nonsense" not in relied["Template:Fairuse"].instead
    assert "Template:Work" not in relied["Template:Trope"].instead


def of_preload(force: PolicyInForce, title: str, before: State | None = THERE) -> Break | None:
    preload = next(each for each in preloads_relied_on(force) if each.title == title)
    return None if unread(preload, force) else preload_break(preload, force, before)


@pytest.mark.parametrize(
    ("title", "text", "broken", "says", "why"),
    [
        ("MediaWiki:Tropes", "{{work}}\n{{examples}}", "lacks", "{{Trope}}", "another's header"),
        ("MediaWiki:Tropes", "", "blank", "", "emptied"),
        (
            "MediaWiki:Tropes",
            "<noinclude>{{trope}}</noinclude>",
            "blank",
            "",
            "none of it is loaded",
        ),
        (
            "MediaWiki:Tropes",
            "<!-- {{trope}} --> Hello!",
            "lacks",
            "{{Trope}}",
            "only in a comment",
        ),
        ("MediaWiki:TropesWorkshop", TYPE, "lacks", "{{Trope Workshop}}", "drafts without mark"),
        (
            "MediaWiki:TropesWorkshop",
            DRAFT.replace("{{examples}}", "== Examples =="),
            "lacks",
            "{{Examples}}",
            "the opener by which examples are counted",
        ),
        (
            "MediaWiki:TropesWorkshop",
            "{{Trope Workshop}} {{examples}}",
            "lacks",
            "{{Trope}}",
            "header",
        ),
        ("MediaWiki:Tropes", TYPE, "", "", "as it should be"),
        (
            "MediaWiki:Tropes",
            "{{trope}} Something else entirely.",
            "",
            "",
            "people may ask for less",
        ),
        ("MediaWiki:Tropes", f"{{{{quote}}}}{TYPE}", "", "", "and for more"),
        ("MediaWiki:TropesWorkshop", DRAFT, "", "", "as it should be"),
        (
            "MediaWiki:TropesWorkshop",
            DRAFT.replace("Trope Workshop", "YKTTW"),
            "",
            "",
            "by its alias",
        ),
    ],
)
def test_preloads(title: str, text: str, broken: str, says: str, why: str) -> None:
    found = of_preload(in_force("demo", pages={title: text}), title)
    assert fault(found) == broken, why
    assert (found.params if found else ()) == ((says,) if says else ()), why


def test_a_preload_of_which_nothing_is_known_is_not_broken() -> None:
    assert of_preload(in_force("demo"), "MediaWiki:Tropes") is None


@pytest.mark.parametrize(
    ("text", "copy", "before", "spared", "why"),
    [
        ("Junk.", True, THERE, False, "what it asks for now is somebody's joke"),
        ("Junk.", True, None, True, "it was never otherwise: the policy's header is asked for"),
        ("", True, THERE, True, "the policy has a text of its own"),
        ("", False, THERE, False, "nobody knows what is asked for"),
    ],
)
def test_what_rests_on_a_broken_preload(
    text: str, copy: bool, before: State | None, spared: bool, why: str
) -> None:
    title = "MediaWiki:Tropes"
    types = {} if copy else {"trope": {"preload_text": ""}}
    force = in_force("demo", {"types": types}, pages={title: text})
    found = of_preload(force, title, before)
    assert found is not None
    assert (found.spared, found.promotes) == (spared, not spared), why
    force = PolicyInForce(policy=force.policy, facts=force.facts, breaks=(found,))
    asked = {each.name: each.elements for each in force.types}["trope"]
    assert (asked is None) is not spared, why


def test_junk_in_a_broken_preload_is_no_boilerplate() -> None:
    title, junk = "MediaWiki:Tropes", "{{work}}\n<!-- Write your trope here, dear friend! -->"
    force = in_force("demo", pages={title: junk})
    broken = of_preload(force, title)
    assert broken is not None
    judged_by = PolicyInForce(policy=force.policy, facts=force.facts, breaks=(broken,))
    assert set(force.boilerplate) - set(judged_by.boilerplate)


def draft(*, templates: set[str], categories: set[str], title: str = "Trope Workshop:X") -> Page:
    return Page(
        title=title,
        text="",
        namespace=3000,
        templates=frozenset(templates),
        categories=frozenset(categories),
    )


@pytest.mark.parametrize(
    ("page", "filled", "why"),
    [
        (
            draft(templates={"Template:Trope Workshop"}, categories={"Trope Workshop"}),
            True,
            "in it",
        ),
        (draft(templates={"Template:YKTTW"}, categories={"X", "Trope Workshop"}), True, "an alias"),
        (draft(templates={"Template:Trope Workshop"}, categories={"X"}), False, "not in it"),
        (draft(templates={"Template:Trope"}, categories=set()), None, "it does not carry it"),
        (Page(title="Trope Workshop:X", text="{{YKTTW}}", namespace=3000), None, "offline"),
        (
            Page(
                title="X",
                text="",
                templates=frozenset({"Template:YKTTW"}),
                categories=frozenset(),
            ),
            None,
            "no draft",
        ),
    ],
)
def test_whether_a_draft_fills_the_category(page: Page, filled: bool | None, why: str) -> None:
    assert fills(page, in_force("demo")) is filled, why


def test_no_category_no_question() -> None:
    force = in_force("demo", {"workshop": {"categories": []}})
    page = draft(templates={"Template:Trope Workshop"}, categories=set())
    assert (drafts_category(force), fills(page, force)) == ("", None)


def test_one_of_the_drafts_templates_is_enough() -> None:
    force = in_force("demo")
    assert (
        workshop_break(force, {"Template:YKTTW": THERE, "Template:Trope Workshop": State()}) is None
    )
    assert fault(workshop_break(force, {"Template:Trope Workshop": State()})) == "missing"


def test_what_is_said_of_a_break() -> None:
    what = Break(
        title="Template:Trope",
        fault=Fault.REDIRECT,
        params=("Template:Work",),
        codes=frozenset({"TB102", "TB101"}),
        promotes=True,
        rev_id=71,
        user="Mallory",
        sound_rev=70,
    )
    assert [key for key, _ in sentences(what)] == [
        "break-redirect",
        "break-since",
        "break-sound",
        "break-rules",
        "break-promotes",
    ]
    assert silenced((what,)) == {"TB101", "TB102"}
