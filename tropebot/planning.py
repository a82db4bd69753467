"""From findings to actions: what policy and a page's history say is to be done.

Must not read the wiki, the ledger or a clock. What may not or need not be done is not dropped but
comes back as a `Held` with its reason, so that "why was my page not flagged" has an answer.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from tropebot.model import Action, Edit, Finding, Kind, Page
from tropebot.policy.force import PolicyInForce
from tropebot.policy.schema import ActionWord, Flag

ONLY_REPORTED = "held-report-only"
"""Why nothing is done where the policy asks for reports only."""

FLAGGED = "held-flagged"
"""Why no flag is put on where ours stands."""


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """A finding from first seen to gone; ``flag`` is ``ours``, ``theirs``, ``removed`` or empty."""

    number: int
    code: str
    flag: str = ""


class OurFlag(msgspec.Struct, frozen=True, kw_only=True):
    """A flag that the bot put on and that nobody took off since; the key of the edit that did it."""

    template: str
    subject: str
    episode: int


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger knows of a page: open episodes by code, our flags by template, the people's "no"s.

    ``settled`` are keys (kind, subject, episode) whose effect has happened, may be happening or was refused.
    """

    episodes: Mapping[str, Episode] = {}
    flags: Mapping[str, OurFlag] = {}
    noes: frozenset[str] = frozenset()
    settled: frozenset[tuple[Kind, str, int]] = frozenset()


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A page with what was found on it, as the planner needs it.

    What is not told here is as in `Verdict`. ``unjudged`` are codes about which nothing is known this
    time, so that a flag for them stays; ``present`` are the flag templates on the page by our reading or
    the wiki's; ``disputed`` are templates and categories that only our reading sees.
    """

    page: Page
    findings: tuple[Finding, ...]
    exempt: str = ""
    no_edit: str = ""
    no_edit_codes: frozenset[str] = frozenset()
    unjudged: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    disputed: frozenset[str] = frozenset()
    again_at: datetime | None = None
    notes: tuple[str, ...] = ()


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """The pure changes of text that the planner uses."""

    flagged: Callable[[Page, Flag, Sequence[Finding], datetime], str]
    unflagged: Callable[[Page, Flag], str]
    fixed: Callable[[Page, Sequence[Finding]], str | None]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An action that is not taken, and why."""

    code: str
    why: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done about one page, the first of ``actions`` now; its author gets ``told``."""

    actions: tuple[Action, ...] = ()
    held: tuple[Held, ...] = ()
    told: tuple[Finding, ...] = ()


class FlagNews(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at the page's flags tells: which of ours are gone, which codes somebody else flagged."""

    removed: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


def flag_news(judged: Judged, past: Past, force: PolicyInForce) -> FlagNews:
    """Our flags that are no longer there, and open episodes that stand flagged without us."""
    flags = force.policy.flags
    return FlagNews(
        removed=tuple(name for name in past.flags if name not in judged.present),
        theirs=tuple(
            code
            for code, episode in past.episodes.items()
            if code in flags
            and not episode.flag
            and flags[code].template in judged.present
            and flags[code].template not in past.flags
        ),
    )


def standing_codes(past: Past, force: PolicyInForce) -> frozenset[str]:
    """Codes about which something stands on the page: a finding, or a flag of ours that serves them too."""
    flagged = {code for code, flag in force.policy.flags.items() if flag.template in past.flags}
    return frozenset(past.episodes.keys() | flagged)


def new_codes(judged: Judged, past: Past, force: PolicyInForce) -> frozenset[str]:
    """The rules that ask for a write here which has not been made yet, nor been turned down by people."""
    if why_not(judged, force, too_old=False):
        return frozenset()
    words = {finding.code: action_word(finding.code, force) for finding in judged.findings}
    return frozenset(
        code
        for code, word in words.items()
        if word in ("tell", "flag", "fix") and code not in past.noes | judged.no_edit_codes
        if (episode := past.episodes.get(code)) is None
        or (
            word != "tell"
            and not (episode.flag or (Kind(word), code, episode.number) in past.settled)
        )
    )


def plan(
    judged: Judged,
    past: Past,
    force: PolicyInForce,
    texts: Texts,
    *,
    now: datetime,
    too_old: bool,
    resting: bool = False,
    breakers: Collection[str] = (),
) -> Plan:
    """The edits that policy asks for about one page; ``now`` is server time, for the flag's date.

    ``breakers`` are rules that only report at present. On a page that has been ``resting`` too long for
    anything new our flags may still come off.
    """
    policy, page = force.policy, judged.page
    words = {finding.code: action_word(finding.code, force) for finding in judged.findings}
    deeds = ("tell", "flag", "fix")
    wanted = [finding for finding in judged.findings if words[finding.code] in deeds]
    why = why_not(judged, force, too_old=too_old)
    if why:
        ours = [Held(code=flag.subject, why=why) for flag in past.flags.values()]
        return Plan(
            held=tuple(Held(code=finding.code, why=why) for finding in wanted) or tuple(ours)
        )
    actions: list[Action] = []
    why = "held-too-old" if resting else "held-breaker"
    kept_back = [each for each in wanted if resting or each.code in breakers]
    held = [Held(code=each.code, why=why) for each in kept_back]
    wanted = [each for each in wanted if each not in kept_back]
    kept = judged.no_edit_codes
    told = [each for each in wanted if words[each.code] == "tell"]
    wanted = [each for each in wanted if each not in told]
    told = [each for each in told if each.code not in past.noes | kept]
    to_fix = [each for each in wanted if words[each.code] == "fix" and each.code not in kept]
    fixed = texts.fixed(page, to_fix) if to_fix else None
    if fixed is not None and fixed != page.text:
        outcome = _fix(page, to_fix, past, fixed)
        actions.append(outcome) if isinstance(outcome, Action) else held.append(outcome)
        wanted = [finding for finding in wanted if finding not in to_fix]
    for template in () if policy.limits.keep_flags else _faultless(judged, past, force):
        flag = next(each for each in policy.flags.values() if each.template == template)
        outcome = _unflag(judged, past.flags[template], past, texts.unflagged(page, flag))
        actions.append(outcome) if isinstance(outcome, Action) else held.append(outcome)
    for template, findings in _by_template(wanted, policy.flags).items():
        flag = policy.flags[findings[0].code]
        broken = "held-broken" if force.is_broken(template) else ""
        reasons = [
            _why_unflagged(finding, past, template, judged) or broken for finding in findings
        ]
        held += [
            Held(code=finding.code, why=reason)
            for finding, reason in zip(findings, reasons, strict=True)
            if reason
        ]
        if not any(reasons):
            text = texts.flagged(page, flag, findings, now)
            actions.append(_flag(page, findings, past, text))
    return Plan(actions=tuple(actions), held=tuple(held), told=tuple(told))


def is_news(held: Held, past: Past, known: Collection[str], *, unedited: bool) -> bool:
    """Whether it tells people anything: what was so before an edit, or without one, does not.

    ``known`` are the codes of which the ledger knew.
    """
    was_so = unedited or held.why == FLAGGED
    return not was_so or (held.code in past.episodes and held.code not in known)


def action_word(code: str, force: PolicyInForce) -> ActionWord:
    """What policy says to do about a code; a code that it does not name is reported."""
    return force.policy.actions.get(code, "report")


def only_reported(code: str, force: PolicyInForce) -> bool:
    """Whether nobody but those who read the reports learns of this rule's findings."""
    return force.policy.mode == "report" or action_word(code, force) == "report"


def why_not(judged: Judged, force: PolicyInForce, *, too_old: bool) -> str:
    """Why nothing at all may be written to this page; empty if something may."""
    if force.policy.mode == "report":
        return ONLY_REPORTED
    return why_left_alone(judged, force, too_old=too_old)


def why_left_alone(judged: Judged, force: PolicyInForce, *, too_old: bool) -> str:
    """Why nothing may be written to this page even by a policy that acts; empty if something may."""
    page, policy = judged.page, force.policy
    if page.namespace in force.namespaces(policy.limits.keep_out):
        return "held-keep-out"
    if judged.exempt or judged.no_edit:
        return f"held-{judged.exempt or judged.no_edit}"
    if too_old:
        return "held-too-old"
    if page.content_model != "wikitext":
        return "held-content-model"
    if judged.disputed:
        return "held-disputed"
    return ""


def _faultless(judged: Judged, past: Past, force: PolicyInForce) -> list[str]:
    """Templates of our flags whose rules find nothing any more and were all asked."""
    found = {finding.code for finding in judged.findings} | judged.unjudged
    by_template: dict[str, set[str]] = {}
    for code, flag in force.policy.flags.items():
        by_template.setdefault(flag.template, set()).add(code)
    return [name for name in past.flags if name in by_template and not by_template[name] & found]


def _by_template(
    findings: Sequence[Finding], flags: Mapping[str, Flag]
) -> dict[str, list[Finding]]:
    """Findings by the flag that serves them: one flag on the page serves all its codes."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.code in flags:
            groups.setdefault(flags[finding.code].template, []).append(finding)
    return groups


def _why_unflagged(finding: Finding, past: Past, template: str, judged: Judged) -> str:
    if finding.code in judged.no_edit_codes:
        return "held-nobots"
    episode = past.episodes.get(finding.code)
    if template in past.flags or (episode and episode.flag == "ours"):
        return FLAGGED
    if finding.code in past.noes or (episode and episode.flag == "removed"):
        return "held-removed"
    if template in judged.present or (episode and episode.flag == "theirs"):
        return "held-flagged-by-people"
    if episode is None:
        return "held-no-episode"
    if (Kind.FLAG, finding.code, episode.number) in past.settled:
        return "held-settled"
    return ""


def _flag(page: Page, findings: Sequence[Finding], past: Past, text: str) -> Action:
    first = min(findings, key=lambda finding: finding.code)
    return _action(
        Kind.FLAG, page, first.code, past.episodes[first.code].number, findings=findings, text=text
    )


def _unflag(judged: Judged, flag: OurFlag, past: Past, text: str) -> Action | Held:
    if (Kind.UNFLAG, flag.subject, flag.episode) in past.settled:
        return Held(code=flag.subject, why="held-settled")
    if text == judged.page.text:
        return Held(code=flag.subject, why="held-flag-not-found")
    return _action(Kind.UNFLAG, judged.page, flag.subject, flag.episode, findings=(), text=text)


def _fix(page: Page, findings: Sequence[Finding], past: Past, text: str) -> Action | Held:
    code = min(finding.code for finding in findings)
    episode = past.episodes.get(code)
    if code in past.noes:
        return Held(code=code, why="held-removed")
    if episode is None or (Kind.FIX, code, episode.number) in past.settled:
        return Held(code=code, why="held-settled")
    return _action(Kind.FIX, page, code, episode.number, findings=findings, text=text)


def _action(
    kind: Kind, page: Page, subject: str, episode: int, *, findings: Sequence[Finding], text: str
) -> Action:
    return Action(
        kind=kind,
        page_id=page.page_id,
        title=page.title,
        subject=subject,
        episode=episode,
        base_rev_id=page.rev_id,
        reason=f"{kind} {subject}",
        findings=tuple(findings),
        payload=Edit.of(page, text=text),
    )
