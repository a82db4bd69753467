"""The patrol: a pass over recent changes, or of another kind, under the lock; for cron, daemon and people.

Must not import pywikibot, sqlite3 or click, and decides nothing itself: `planning` and `promotion` do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tropebot.equipment import Equipment
from tropebot.errors import TropebotError
from tropebot.ledger import Ledger
from tropebot.onepass import Pass
from tropebot.runreport import RunReport
from tropebot.undoreport import Asked, UndoReport


@dataclass(kw_only=True)
class Patrol(Equipment):
    """The doors to the one loop; all of them keep the same rules of safety."""

    def run(
        self, *, dry_run: bool = False, limit: int | None = None, since: datetime | None = None
    ) -> RunReport:
        """One pass from the stored cursor, or from ``since``; at most ``limit`` pages are judged.

        Raises what keeps a pass from beginning (`LockHeld`, `Stopped`, `NotAllowed`, `Unavailable`,
        `ConfigError`); what ends it later is told by the report's ``problem`` and ``exit_code``.
        """
        with self.ledger_for(dry_run=dry_run) as ledger:
            return self._heard(ledger, dry_run, lambda each: each.patrol(limit, since))

    def promote(self, titles: Sequence[str], *, dry_run: bool = False) -> RunReport:
        """Promote the named drafts by the same rules; raises as `run` does."""
        with self.ledger_for(dry_run=dry_run) as ledger:
            return self._heard(ledger, dry_run, lambda each: each.promote(titles))

    def report(self, *, dry_run: bool = False) -> RunReport:
        """Bring the reports on the wiki up to date; raises as `run` does."""
        with self.ledger_for(dry_run=dry_run) as ledger:
            return self._heard(ledger, dry_run, lambda each: each.report())

    def undo(self, asked: Asked, *, dry_run: bool = False) -> UndoReport:
        """Take effects back, newest first; a stopped run page does not keep a person from that.

        Raises as `run` does, and `ConfigError` where nothing such was ever done.
        """
        with self.ledger_for(dry_run=dry_run) as ledger:
            return Pass(self, ledger, dry_run=dry_run).undo(asked)

    def _heard(self, ledger: Ledger, dry_run: bool, work: Callable[[Pass], RunReport]) -> RunReport:
        """The pass; of a rehearsal nobody hears."""
        try:
            report = work(Pass(self, ledger, dry_run=dry_run))
        except TropebotError as error:
            if not dry_run:
                self.hear(ledger, None, error)
            raise
        if not dry_run:
            self.hear(ledger, report, None)
        return report
