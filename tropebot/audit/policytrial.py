"""Two policies over a dump: what one would flag, report or promote and the other would not.

Must not print or ask a wiki. Of what only a wiki knows (who began a draft, whether its title is free) nothing
is asked, by neither policy.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from tropebot.audit.course import Files, order_for
from tropebot.audit.judging import Judge
from tropebot.audit.knowledge import Knowledge, Survey, known_from, site_facts, surveyed
from tropebot.audit.units import Read, pages_of
from tropebot.audit.values import Caps, DumpPage, SiteInfo
from tropebot.comparison import Difference, Outcome, differences, outcome
from tropebot.engine import SecondReader
from tropebot.errors import BrokenDump
from tropebot.judgement import Judgement
from tropebot.model import Page, Verdict
from tropebot.planning import Judged, Past
from tropebot.policy.force import PolicyInForce
from tropebot.policy.schema import Policy
from tropebot.promotion import Hold, readiness


class DumpTrial(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: ``pages`` were judged by both policies; ``problems`` say where a dump breaks."""

    pages: int
    differences: tuple[Difference, ...]
    problems: tuple[str, ...] = ()


def page_text(dumps: Sequence[str], title: str, caps: Caps) -> str | None:
    """The text of one page; ``None`` where no dump has it. Raises as `knowledge` does."""
    files = Files(dumps, caps)
    for pages in _read(files):
        for page in pages:
            if page.title == title:
                return page.text
    _assert_some(files)
    return None


def knowledge(
    dumps: Sequence[str], policies: Sequence[Policy], site: SiteInfo, caps: Caps
) -> tuple[Knowledge, ...]:
    """What the dumps say of their wiki, for each of the policies, in one reading.

    Raises `BrokenDump` where no page can be read.
    """
    found = tuple((policy, site_facts(site, policy), Survey()) for policy in policies)
    files = Files(dumps, caps)
    for pages in _read(files):
        kept = tuple(pages)
        for policy, facts, survey in found:
            force = PolicyInForce(policy=policy, facts=facts)
            exempt = force.namespaces(policy.exempt.namespaces)
            survey.add(surveyed(kept, policy, facts, exempt))
    _assert_some(files)
    return tuple(known_from(site, survey) for _, _, survey in found)


def try_on_dump(
    dumps: Sequence[str],
    policies: tuple[Policy, Policy],
    known: Sequence[Knowledge],
    *,
    second: SecondReader,
    now: datetime,
    progress: Callable[[int], None],
) -> DumpTrial:
    """What would change if the second policy stood in place of the first.

    ``progress`` hears now and then how many pages were judged.
    """
    caps = Caps()
    looks = tuple(
        _Look(policy, each, second, now) for policy, each in zip(policies, known, strict=True)
    )
    files, judged, found = Files(dumps, caps), 0, list[Difference]()
    for pages in _read(files):
        for page in pages:
            judged += 1
            before, after = (look.outcome(page) for look in looks)
            found += differences(before, after)
        progress(judged)
    files.settle()
    return DumpTrial(
        pages=judged, differences=tuple(found), problems=tuple(files.problems.values())
    )


class _Look:
    """One policy's look at the pages of a dump."""

    def __init__(
        self, policy: Policy, known: Knowledge, second: SecondReader, now: datetime
    ) -> None:
        self._judge = Judge(order_for(policy, known, source="trial"), second)
        self._drafts = Judgement("", second)
        self._now = now

    def outcome(self, dumped: DumpPage) -> Outcome:
        verdict, force = self._judge.verdict(dumped), self._judge.force
        judged = Judged(
            page=verdict.page,
            findings=verdict.findings,
            exempt=verdict.exempt,
            no_edit=verdict.no_edit,
            no_edit_codes=verdict.no_edit_codes,
        )
        return outcome(judged, Past(), force, holds=self._holds(verdict.page, verdict))

    def _holds(self, page: Page, verdict: Verdict) -> tuple[Hold, ...] | None:
        """What keeps a draft; ``None`` for a page that is none."""
        force = self._judge.force
        draft = None if verdict.exempt else self._drafts.draft(page, force)
        if draft is None or draft.subpage:
            return None
        holds = readiness(draft, force.policy.workshop, now=self._now).holds
        kept_off = (Hold(message=f"held-{verdict.no_edit}"),) if verdict.no_edit else ()
        return (*holds, *kept_off)


def _assert_some(files: Files) -> None:
    if files.problems and not any(files.pages.values()):
        raise BrokenDump(next(iter(files.problems.values())))


def _read(files: Files) -> Iterator[Iterator[DumpPage]]:
    """The pages of every unit, up to where a file breaks; each unit's are to be taken before the next."""
    for unit in files.units():
        read = Read()
        yield pages_of(unit, files.caps, read)
        files.note(unit.path, read.pages, read.problem)
