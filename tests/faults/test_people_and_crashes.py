"""People, an operator who takes back, a bot that is killed and loses answers: what must always hold.

Ledger, enforcer and patrol are real, the wiki is the FakeWiki; Hypothesis tells the stories.
What must hold is asked of the wiki alone.
"""

import re
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.patrols import BAD_TROPE, BOT, DRAFT, GOOD_TROPE, Bench
from tests.test_enforcer_crash import Fuse, Killed, LateWriter, fused
from tropebot.errors import Exit, OutcomeUnknown, Unavailable
from tropebot.ledger.strays import MARK
from tropebot.undoreport import Asked

FLAG = "{{Missing markup|"
CATEGORY = "\n[[Category:{{PAGENAME}}]]"
TROPES = ("Alpha", "Beta", "Gamma")
DRAFTS = ("Trope Workshop:Delta", "Trope Workshop:Epsilon")
AUTHORS = ("Ben", "Cleo")
MOST_PASSES = 12
EVERYTHING = Asked(since=datetime(2000, 1, 1, tzinfo=UTC))

tropes = st.sampled_from(TROPES)
drafts = st.sampled_from(DRAFTS)
authors = st.sampled_from(AUTHORS)


class Wiki(RuleBasedStateMachine):
    """A wiki on which anything may happen."""

    @initialize()
    def begin(self) -> None:
        self.place = tempfile.TemporaryDirectory()
        self.bench = Bench(Path(self.place.name) / "ledger.sqlite")
        self.bench.policy = {"limits": {"breaker_minimum": 100_000}}
        self.wiki = self.bench.wiki
        self.bench.begin()
        self.late: list[LateWriter] = []
        self.ours_removed: set[int] = set()
        self.flags_when_removed: dict[int, int] = {}

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            try:
                self._comes_to_rest()
            finally:
                self.bench.ledger.close()
                self.place.cleanup()

    # What people do.

    @rule(title=tropes, author=authors)
    def writes_a_bad_trope(self, title: str, author: str) -> None:
        """Writes it anew; where the bot's flag stood, that takes it off."""
        self._repeated_arrive()
        if not self._redirects(title):
            self._put(title, BAD_TROPE, author)

    @rule(title=tropes, author=authors)
    def writes_a_good_trope(self, title: str, author: str) -> None:
        self._repeated_arrive()
        if not self._redirects(title):
            self._put(title, GOOD_TROPE, author)

    @rule(title=tropes)
    def mends(self, title: str) -> None:
        """Adds what is missing and leaves the flag where it is."""
        self._repeated_arrive()
        page = self.wiki.pages.get(title)
        if page and CATEGORY.strip() not in page.last.text and not self._redirects(title):
            self.wiki.put(title, page.last.text + CATEGORY, "Ada")

    @rule(title=tropes)
    def spoils(self, title: str) -> None:
        self._repeated_arrive()
        page = self.wiki.pages.get(title)
        if page and not self._redirects(title):
            self.wiki.put(title, page.last.text.replace(CATEGORY, ""), "Ada")

    @rule(title=st.sampled_from((*TROPES, *DRAFTS)), line=st.integers(0, 9))
    def adds_a_line(self, title: str, line: int) -> None:
        self._repeated_arrive()
        page = self.wiki.pages.get(title)
        if page and not self._redirects(title):
            text = page.last.text.replace("It happens.", f"It happens {line} times.")
            self.wiki.put(title, text, "Ada")

    @rule(title=tropes)
    def deletes(self, title: str) -> None:
        self._repeated_arrive()
        if title in self.wiki.pages:
            self.wiki.delete(title)

    @rule(title=tropes)
    def moves_away(self, title: str) -> None:
        self._repeated_arrive()
        target = f"{title} (trope)"
        if title in self.wiki.pages and target not in self.wiki.pages:
            self.wiki.rename(title, target, "Ada", redirect=False)

    @rule(title=drafts, author=authors)
    def writes_a_draft(self, title: str, author: str) -> None:
        self._repeated_arrive()
        if not self._redirects(title):
            self.wiki.put(title, DRAFT, author)

    @rule(title=drafts)
    def empties_a_draft(self, title: str) -> None:
        self._repeated_arrive()
        if title in self.wiki.pages and not self._redirects(title):
            self.wiki.put(title, "{{Trope Workshop}}\nNever mind.", "Cleo")

    @rule(title=drafts)
    def moves_a_promoted_draft_back(self, title: str) -> None:
        self._repeated_arrive()
        target = title.partition(":")[2]
        if target in self.wiki.pages:
            if title in self.wiki.pages:
                self.wiki.delete(title)
            self.wiki.rename(target, title, "Admin", redirect=False)

    @rule(author=authors)
    def talks(self, author: str) -> None:
        talk = f"User talk:{author}"
        old = self.wiki.text(talk) if talk in self.wiki.pages else ""
        self.wiki.put(talk, f"{old}\n\n== Hello ==\nHow are you?", "Dora")

    @rule(minutes=st.integers(1, 300))
    def time_passes(self, minutes: int) -> None:
        self.wiki.tick(minutes * 60)

    # What happens to the bot.

    @rule()
    def patrols(self) -> None:
        self.bench.run()

    @rule(step=st.integers(1, 60))
    def is_killed(self, step: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            try:
                with fused(self.bench, Fuse(step), patch):
                    self.bench.run()
            except Killed:
                pass
        self.bench.reopen()

    @rule(
        number=st.integers(1, 4),
        moment=st.sampled_from(["before", "after"]),
        error=st.sampled_from([OutcomeUnknown, Unavailable]),
    )
    def loses_an_answer(self, number: int, moment: str, error: type[Exception]) -> None:
        if error is Unavailable:
            moment = "before"  # it says that nothing was done
        left = number

        def hook(seen: str, request: str) -> None:
            nonlocal left
            if seen == moment and request in ("edit", "move"):
                left -= 1
                if left == 0:
                    raise error

        self.wiki.hooks.append(hook)
        self.bench.run()
        self.wiki.hooks.remove(hook)

    @rule(number=st.integers(1, 4))
    def writes_late(self, number: int) -> None:
        """A write is on its way when the pass ends."""
        patrol, writer = self.bench.patrol(), LateWriter(self.bench, number)
        patrol.writer = writer
        patrol.run()
        self.late.append(writer)

    @rule()
    def is_taken_back(self) -> None:
        """The operator has everything taken back that the bot has done."""
        self._repeated_arrive()
        self.bench.patrol().undo(EVERYTHING)

    @rule(step=st.integers(1, 60))
    def is_killed_while_taking_back(self, step: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            try:
                with fused(self.bench, Fuse(step), patch):
                    self.is_taken_back()
            except Killed:
                pass
        self.bench.reopen()

    @precondition(lambda self: self.late)
    @rule()
    def arrives(self) -> None:
        self.late.pop(0).arrive()

    @rule(title=tropes)
    def is_interrupted_by_a_person(self, title: str) -> None:
        """Somebody mends a page just before the bot's next edit."""
        self.wiki.once("before", "edit", lambda: self.mends(title))
        self.bench.run()
        self.wiki.hooks.clear()

    # What must always hold.

    @invariant()
    def each_mark_is_on_the_wiki_once(self) -> None:
        marks: Counter[tuple[str, int]] = Counter()
        for page in self.wiki.pages.values():
            for revision in page.revisions:
                mark = re.match(r"\[tb:\w+\] ", revision.comment)
                if revision.user == BOT and mark:
                    marks[mark[0], page.page_id] += 1
        assert not [mark for mark, count in marks.items() if count > 1]

    @invariant()
    def no_page_has_two_flags(self) -> None:
        doubled = [
            title for title, page in self.wiki.pages.items() if page.last.text.count(FLAG) > 1
        ]
        assert not doubled

    @invariant()
    def a_flag_that_people_took_off_stays_off(self) -> None:
        for page in self.wiki.pages.values():
            if page.page_id in self.ours_removed:
                assert self._flags(page.page_id) <= self.flags_when_removed[page.page_id]

    @invariant()
    def nothing_is_told_that_did_not_happen(self) -> None:
        told = sum(
            revision.text.count("\n* ") - (before.text.count("\n* ") if before else 0)
            for title, page in self.wiki.pages.items()
            if title.startswith("User talk:")
            for before, revision in zip((None, *page.revisions), page.revisions, strict=False)
            if revision.user == BOT
        )
        assert told <= self.happened, f"{told} items told of {self.happened} effects"

    @invariant()
    def the_bot_makes_no_pages_but_messages(self) -> None:
        made = [
            title
            for title, page in self.wiki.pages.items()
            if page.revisions[0].user == BOT
            and not title.startswith(("User talk:", "Trope Workshop talk:"))
            and not page.revisions[0].text.startswith("#REDIRECT")
        ]
        assert not made

    @invariant()
    def no_draft_is_promoted_again_against_people(self) -> None:
        """The bot moves a page into the main namespace once more than it moves it back, at most."""
        balance: Counter[int] = Counter()
        for row in self.wiki.moves:
            if row.user == BOT and "talk:" not in row.title.lower():
                balance[row.page_id] += 1 if row.title.startswith("Trope Workshop:") else -1
        assert not [page_id for page_id, count in balance.items() if count > 1]

    # The end.

    def _comes_to_rest(self) -> None:
        """Late writes arrive, the passes end, and every page is as the policy wants it."""
        for writer in self.late:
            writer.arrive()
        self.wiki.tick(60)
        for _ in range(MOST_PASSES):
            report = self.bench.run()
            self.wiki.tick(60)
            if not report.writes and report.exit_code is Exit.DONE and not report.deferred:
                break
        else:
            raise AssertionError("the passes come to no end")
        for title, page in self.wiki.pages.items():
            if title.startswith(TROPES) and not self._redirects(title):
                bad = CATEGORY not in page.last.text
                flagged = page.last.text.count(FLAG)
                if bad and not self._flags(page.page_id):
                    raise AssertionError(f"{title} was never flagged")
                assert bad or not flagged, f"{title} is clean and flagged"
        for check in (
            self.each_mark_is_on_the_wiki_once,
            self.no_page_has_two_flags,
            self.a_flag_that_people_took_off_stays_off,
            self.nothing_is_told_that_did_not_happen,
            self.no_draft_is_promoted_again_against_people,
        ):
            check()

    # What the tests share.

    def _repeated_arrive(self) -> None:
        """What was lost and sent again arrives before people can answer the second one.

        Later than that nobody can help it: a move has no revision condition, and the wiki merges an edit
        into a text of which people put the same lines back.
        """
        marks = {
            mark
            for page in self.wiki.pages.values()
            for revision in page.revisions
            for mark in MARK.findall(revision.comment)
        }
        for writer in self.late:
            if writer.late is not None and marks & set(MARK.findall(writer.late.summary)):
                writer.arrive()

    @property
    def happened(self) -> int:
        """How many flags and promotions of ours the wiki has seen, deleted pages included."""
        flags = sum(self._flags(page_id) for page_id in self._ids())
        moves = sum(
            row.user == BOT and row.title.startswith("Trope Workshop:") for row in self.wiki.moves
        )
        return flags + moves + self.gone

    @property
    def gone(self) -> int:
        """Flags on pages that were deleted since: their history is not to be seen any more."""
        return 1000 if self.wiki.deleted else 0

    def _ids(self) -> list[int]:
        return [page.page_id for page in self.wiki.pages.values()]

    def _flags(self, page_id: int) -> int:
        page = self.wiki._by_id(page_id)
        return sum(
            revision.user == BOT and "Flagged (" in revision.comment
            for revision in (page.revisions if page else ())
        )

    def _redirects(self, title: str) -> bool:
        page = self.wiki.pages.get(title)
        return page is not None and page.last.text.startswith("#REDIRECT")

    def _put(self, title: str, text: str, author: str) -> None:
        page = self.wiki.pages.get(title)
        if page and FLAG in page.last.text and text == BAD_TROPE:
            self.ours_removed.add(page.page_id)
            self.flags_when_removed.setdefault(page.page_id, self._flags(page.page_id))
        self.wiki.put(title, text, author)


QUIET = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
TestShortStories = Wiki.TestCase
TestShortStories.settings = settings(
    max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=QUIET
)


@pytest.mark.long
class TestLongStories(Wiki.TestCase):  # type: ignore[misc, name-defined]  # made at run time
    """The same, many times longer."""

    settings = settings(
        max_examples=600, stateful_step_count=40, deadline=None, suppress_health_check=QUIET
    )
