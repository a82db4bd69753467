"""What is done about findings: rows of (findings, past, page) with the actions wanted, and why."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tropebot.model import Edit, Finding, Kind, Page
from tropebot.planning import (
    Episode,
    FlagNews,
    Held,
    Judged,
    OurFlag,
    Past,
    Texts,
    flag_news,
    new_codes,
    plan,
)
from tropebot.policy.force import PolicyInForce
from tropebot.policy.schema import Flag, Limits, Policy
from tropebot.wikitext.facts import WikiFacts

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
PAGE = Page(title="Bad", text="text", page_id=7, rev_id=70, read_at=NOW, templates=frozenset())
FLAGS = {
    "TB101": Flag(template="Missing markup"),
    "TB102": Flag(template="Missing markup"),
    "TB201": Flag(template="Unattributed image"),
}
ACT = Policy(
    mode="act",
    actions={"TB101": "flag", "TB102": "flag", "TB103": "report", "TB201": "flag", "TB107": "none"},
    flags=FLAGS,
)
FIX = Policy(mode="act", actions={"TB101": "fix"}, flags=FLAGS)
OURS = OurFlag(template="Missing markup", subject="TB101", episode=1)


def texts(fixed: str | None = "fixed") -> Texts:
    return Texts(
        flagged=lambda page, flag, _findings, _now: f"{{{{{flag.template}}}}}{page.text}",
        unflagged=lambda page, flag: page.text.replace(f"{{{{{flag.template}}}}}", ""),
        fixed=lambda _page, _findings: fixed,
    )


def finding(code: str) -> Finding:
    return Finding(code=code, rule="rule", title="Bad", page_id=7, rev_id=70, message="m")


def past(**flags: str) -> Past:
    """Open episodes by code, each with its flag word."""
    return Past(
        episodes={
            code: Episode(number=number, code=code, flag=flag)
            for number, (code, flag) in enumerate(flags.items(), start=1)
        }
    )


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is known of a page, the actions wanted (kind and subject) and what is held back."""

    why: str
    codes: tuple[str, ...] = ("TB101",)
    past: Past = field(default_factory=lambda: past(TB101=""))
    judged: dict[str, object] = field(default_factory=dict)
    policy: Policy = ACT
    fixed: str | None = "fixed"
    too_old: bool = False
    actions: tuple[tuple[Kind, str], ...] = ()
    held: tuple[str, ...] = ()


ACTS = [
    Row(why="a finding is flagged", actions=((Kind.FLAG, "TB101"),)),
    Row(
        why="one flag serves two codes",
        codes=("TB102", "TB101"),
        past=past(TB101="", TB102=""),
        actions=((Kind.FLAG, "TB101"),),
    ),
    Row(
        why="two flags where two are wanted",
        codes=("TB101", "TB201"),
        past=past(TB101="", TB201=""),
        actions=((Kind.FLAG, "TB101"), (Kind.FLAG, "TB201")),
    ),
    Row(
        why="our flag comes off a page in order",
        codes=(),
        past=Past(flags={"Missing markup": OURS}),
        judged={"page": replace(PAGE, text="{{Missing markup}}text")},
        actions=((Kind.UNFLAG, "TB101"),),
    ),
    Row(
        why="our flag comes off where only findings of other flags are left",
        codes=("TB103",),
        past=Past(flags={"Missing markup": OURS}, episodes=past(TB103="").episodes),
        judged={"page": replace(PAGE, text="{{Missing markup}}text")},
        actions=((Kind.UNFLAG, "TB101"),),
    ),
    Row(why="a fix is made where there is one", policy=FIX, actions=((Kind.FIX, "TB101"),)),
    Row(
        why="without a fix the finding is flagged",
        policy=FIX,
        fixed=None,
        actions=((Kind.FLAG, "TB101"),),
    ),
    Row(
        why="what a fix left over is flagged",
        policy=FIX,
        past=replace(past(TB101=""), settled=frozenset({(Kind.FIX, "TB101", 1)})),
        fixed=None,
        actions=((Kind.FLAG, "TB101"),),
    ),
]
DOES_NOT_ACT = [
    Row(
        why="a fix was made before and could be made again: somebody took it out, so no flag either",
        policy=FIX,
        past=replace(past(TB101=""), settled=frozenset({(Kind.FIX, "TB101", 1)})),
        held=("held-settled",),
    ),
    Row(why="nothing found, nothing done", codes=(), past=Past()),
    Row(why="policy says report", codes=("TB103",), past=past(TB103="")),
    Row(why="policy says none", codes=("TB107",), past=past(TB107="")),
    Row(why="policy does not name the code", codes=("TB999",), past=past(TB999="")),
    Row(
        why="the policy only reports",
        policy=Policy(flags=FLAGS, actions=ACT.actions),
        held=("held-report-only",),
    ),
    Row(why="a page that bids bots keep off", judged={"no_edit": "nobots"}, held=("held-nobots",)),
    Row(
        why="a page that bids keep off for this rule",
        judged={"no_edit_codes": frozenset({"TB101"})},
        held=("held-nobots",),
    ),
    Row(
        why="nor is it fixed then",
        policy=FIX,
        judged={"no_edit_codes": frozenset({"TB101"})},
        held=("held-nobots",),
    ),
    Row(why="the change is too old", too_old=True, held=("held-too-old",)),
    Row(
        why="the wiki does not see a template that we see",
        judged={"disputed": frozenset({"Trope"})},
        held=("held-disputed",),
    ),
    Row(
        why="a page of another content model",
        judged={"page": replace(PAGE, content_model="css")},
        held=("held-content-model",),
    ),
    Row(
        why="the operator keeps out of the namespace",
        policy=Policy(mode="act", actions=ACT.actions, flags=FLAGS, limits=Limits(keep_out=("",))),
        held=("held-keep-out",),
    ),
    Row(
        why="our flag is there",
        past=replace(past(TB101="ours"), flags={"Missing markup": OURS}),
        held=("held-flagged",),
    ),
    Row(
        why="another code of the same flag",
        codes=("TB102",),
        past=replace(past(TB102=""), flags={"Missing markup": OURS}),
        held=("held-flagged",),
    ),
    Row(
        why="a person's flag is there",
        judged={"present": frozenset({"Missing markup"})},
        past=past(TB101="theirs"),
        held=("held-flagged-by-people",),
    ),
    Row(why="a person took ours off", past=past(TB101="removed"), held=("held-removed",)),
    Row(
        why="a person said no in an earlier episode",
        past=replace(past(TB101=""), noes=frozenset({"TB101"})),
        held=("held-removed",),
    ),
    Row(
        why="it was tried in this episode",
        past=replace(past(TB101=""), settled=frozenset({(Kind.FLAG, "TB101", 1)})),
        held=("held-settled",),
    ),
    Row(why="no episode was noted", past=Past(), held=("held-no-episode",)),
    Row(
        why="a flag stays where its rule could not be asked",
        codes=(),
        past=Past(flags={"Missing markup": OURS}),
        judged={
            "page": replace(PAGE, text="{{Missing markup}}text"),
            "unjudged": frozenset({"TB101"}),
        },
    ),
    Row(
        why="a flag that only the wiki sees cannot be taken off",
        codes=(),
        past=Past(flags={"Missing markup": OURS}),
        held=("held-flag-not-found",),
    ),
    Row(
        why="the flag of an exempt page stays",
        codes=(),
        past=Past(flags={"Missing markup": OURS}),
        judged={"page": replace(PAGE, text="{{Missing markup}}text"), "exempt": "redirect"},
        held=("held-redirect",),
    ),
]


@pytest.mark.parametrize("row", [*ACTS, *DOES_NOT_ACT], ids=lambda row: row.why)
def test_what_is_done(row: Row) -> None:
    force = PolicyInForce(
        policy=row.policy, facts=WikiFacts(online=True, namespace_names={0: "", 6: "File"})
    )
    fields: dict[str, object] = {"page": PAGE, "findings": tuple(map(finding, row.codes))}
    judged = Judged(**{**fields, **row.judged})  # type: ignore[arg-type]  # fields of Judged
    made = plan(judged, row.past, force, texts(row.fixed), now=NOW, too_old=row.too_old)
    assert tuple((action.kind, action.subject) for action in made.actions) == row.actions
    assert tuple(held.why for held in made.held) == row.held


@pytest.mark.parametrize("row", ACTS, ids=lambda row: row.why)
def test_every_edit_is_for_the_revision_that_was_judged(row: Row) -> None:
    force = PolicyInForce(policy=row.policy, facts=WikiFacts(online=True))
    fields: dict[str, object] = {"page": PAGE, "findings": tuple(map(finding, row.codes))}
    judged = Judged(**{**fields, **row.judged})  # type: ignore[arg-type]  # fields of Judged
    for action in plan(judged, row.past, force, texts(row.fixed), now=NOW, too_old=False).actions:
        assert isinstance(action.payload, Edit)
        assert action.payload.base_rev_id == action.base_rev_id == 70
        assert action.payload.read_at == NOW
        assert action.payload.text not in (None, judged.page.text)


NEWS = [
    ("ours is there", past(TB101="ours"), {"Missing markup": OURS}, {"Missing markup"}, FlagNews()),
    ("ours is gone", past(TB101="ours"), {"Missing markup": OURS}, set(),
     FlagNews(removed=("Missing markup",))),
    ("somebody else's is there", past(TB101=""), {}, {"Missing markup"}, FlagNews(theirs=("TB101",))),
    ("somebody else's other flag", past(TB101=""), {}, {"Unattributed image"}, FlagNews()),
    ("known to be theirs", past(TB101="theirs"), {}, {"Missing markup"}, FlagNews()),
    ("no flag at all", past(TB101=""), {}, set(), FlagNews()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "before", "flags", "present", "wanted"), NEWS)
def test_what_the_pages_flags_tell(
    why: str, before: Past, flags: dict[str, OurFlag], present: set[str], wanted: FlagNews
) -> None:
    force = PolicyInForce(policy=ACT, facts=WikiFacts())
    judged = Judged(page=PAGE, findings=(), present=frozenset(present))
    assert flag_news(judged, replace(before, flags=flags), force) == wanted, why


TELL = Policy(mode="act", actions={"TB301": "tell"})
TOLD: list[tuple[str, Past, dict[str, object], tuple[str, ...]]] = [
    ("its author is told", past(TB301=""), {}, ()),
]
UNTOLD: list[tuple[str, Past, dict[str, object], tuple[str, ...]]] = [
    ("a person said no", replace(past(TB301=""), noes=frozenset({"TB301"})), {}, ()),
    ("the page bids keep off", past(TB301=""), {"no_edit_codes": frozenset({"TB301"})}, ()),
    ("somebody is at it", past(TB301=""), {"no_edit": "in-use"}, ()),
    ("the wiki sees another page than we do", past(TB301=""), {"disputed": frozenset({"X"})}, ()),
    ("its breaker is open", past(TB301=""), {}, ("TB301",)),
]


@pytest.mark.parametrize(("why", "before", "judged", "breakers"), [*TOLD, *UNTOLD])
def test_what_is_only_told(
    why: str, before: Past, judged: dict[str, object], breakers: tuple[str, ...]
) -> None:
    page = Judged(page=PAGE, findings=(finding("TB301"),), **judged)  # type: ignore[arg-type]  # fields of Judged
    force = PolicyInForce(policy=TELL, facts=WikiFacts())
    made = plan(page, before, force, texts(), now=NOW, too_old=False, breakers=breakers)
    assert made.actions == ()
    told = why in [row[0] for row in TOLD]
    assert [each.code for each in made.told] == (["TB301"] if told else []), why


def test_a_breaker_counts_what_is_told_once() -> None:
    force = PolicyInForce(policy=TELL, facts=WikiFacts())
    judged = Judged(page=PAGE, findings=(finding("TB301"),))
    assert new_codes(judged, past(), force) == {"TB301"}
    assert new_codes(judged, past(TB301=""), force) == frozenset()


def test_held_says_which_code() -> None:
    force = PolicyInForce(policy=ACT, facts=WikiFacts())
    judged = Judged(page=PAGE, findings=(finding("TB101"), finding("TB103")), no_edit="in-use")
    made = plan(judged, past(TB101=""), force, texts(), now=NOW, too_old=False)
    assert made.held == (Held(code="TB101", why="held-in-use"),)
