"""What every pass needs: the wiki by its two ports, the ledger, the judge, a clock, and who is to hear of it.

Must not do anything but lend the ledger; `onepass.py` does the work.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from tropebot.errors import TropebotError
from tropebot.gate import Clock
from tropebot.ledger import Ledger
from tropebot.policy.forbid import Forbid
from tropebot.ports import WikiReader, WikiWriter
from tropebot.rounds import Judge
from tropebot.runreport import RunReport
from tropebot.standing import LoadPolicy


@dataclass(kw_only=True)
class Equipment:
    """What a pass needs; ``requests`` gives the reads and writes sent to the wiki so far.

    ``forbid`` is the operator's own, which no policy shows; an undo heeds it. ``ending``: whether the process
    was asked to end, which it does before its next write. ``hear`` is told how each pass ended that wrote, or
    why it could not begin, while no other run works; it raises nothing.
    ``progress`` hears how many pages of a pass are done, and of how many; then the same of messages.
    """

    reader: WikiReader
    writer: WikiWriter
    ledger: Ledger
    judge: Judge
    clock: Clock
    new_mark: Callable[[], str]
    account: str
    load_policy: LoadPolicy
    policy_title: str = ""
    forbid: Forbid = Forbid()  # noqa: RUF009  frozen
    lock: Callable[[], AbstractContextManager[None]] = nullcontext
    requests: Callable[[], tuple[int, int]] = lambda: (0, 0)
    ending: Callable[[], bool] = lambda: False
    hear: Callable[[Ledger, RunReport | None, TropebotError | None], None] = lambda *_: None
    progress: Callable[[int, int], None] = lambda *_: None

    @contextmanager
    def ledger_for(self, *, dry_run: bool) -> Iterator[Ledger]:
        """The ledger under the lock, or a copy that a rehearsal may scribble on."""
        if dry_run:
            scratch = self.ledger.scratch_copy()
            try:
                yield scratch
            finally:
                scratch.close()
        else:
            with self.lock():
                yield self.ledger
