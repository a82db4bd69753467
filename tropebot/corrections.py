"""Tells people that what they were told of was taken back: one short section for each message of ours.

Must not choose the words (`notices`), and says nothing where nothing was taken back.
"""

from collections.abc import Sequence

from tropebot.enforcer import Enforcer, Saying
from tropebot.model import Action, Edit, Intent, Kind, Page, State
from tropebot.notices import Notice, correction
from tropebot.retold import said_unknown
from tropebot.undoreport import Outcome, Row

TRIES = 3
"""How often it is composed anew where somebody edits the talk page at the same moment."""

_TAKEN = (Outcome.TAKEN, Outcome.PARTLY, Outcome.BEFORE)


class Corrections:
    """The corrections of one run; ``rows`` say what was taken back."""

    def __init__(self, enforcer: Enforcer, rows: Sequence[Row]) -> None:
        self._enforcer = enforcer
        self._taken = {row.effect.page_id: row.title for row in rows if row.outcome in _TAKEN}

    def correct(self, told: Intent, page: Page | None) -> Row:
        """Append the correction of one message to the talk page that it stands on."""
        if page is None:
            return _row(told, Outcome.NOTHING, "the talk page is gone")
        pages = self._enforcer.ledger.undone.pages_told(told.details.get("news", ()))
        titles = sorted(self._taken[page_id] for page_id in pages if page_id in self._taken)
        if not titles:
            return _row(told, Outcome.NOTHING, "nothing that it tells of was taken back")
        if self._corrected_before(told, page):
            return _row(told, Outcome.BEFORE, "the talk page shows it")
        for _ in range(TRIES):
            if page is None or page.redirect or page.content_model != "wikitext":
                return _row(told, Outcome.LEFT, "the talk page is none any more")
            intent = self._send(told, page, titles)
            if intent is None:
                return _row(told, Outcome.UNKNOWN, "run the same again to settle it")
            if intent.state is State.DONE:
                return _row(told, Outcome.CORRECTED, "")
            if intent.state is State.REFUSED:
                return _row(told, Outcome.LEFT, f"the wiki refused it ({intent.why})")
            page = self._enforcer.reader.fetch_pages_by_id([page.page_id])[page.page_id]
        return _row(told, Outcome.LEFT, "people keep editing the page")

    def _corrected_before(self, told: Intent, page: Page) -> bool:
        """Whether a correction of ours that this ledger does not know stands there already."""
        text = self._text(told, ("",))
        return any(
            text.title in said.text and _mark(told) in said.text
            for said in said_unknown(self._enforcer, page)
        )

    def _text(self, told: Intent, titles: Sequence[str]) -> Notice:
        language = self._enforcer.force.wording
        return correction(told.subject, titles, mark=_mark(told), language=language)

    def _send(self, told: Intent, page: Page, titles: Sequence[str]) -> Intent | None:
        text = self._text(told, titles)
        edit = Edit.of(page, append=text.appended, bot=False)
        action = Action(
            kind=Kind.CORRECTION,
            page_id=page.page_id,
            title=page.title,
            subject=told.subject,
            episode=told.intent_id,
            base_rev_id=page.rev_id,
            reason=f"correction of a message to {told.subject}, run {told.run}",
            payload=edit,
        )
        saying = Saying(key="summary-correction", params=(str(told.run),))
        sent = self._enforcer.carry_out(action, saying, before=page.text)
        return sent[0] if sent else None


def _mark(told: Intent) -> str:
    """What a correction is known by, hidden behind its signature."""
    return f"tropebot {told.intent_id}"


def _row(told: Intent, outcome: Outcome, why: str) -> Row:
    return Row(effect=told, outcome=outcome, title=told.title, why=why)
