"""The Workshop's drafts as values: their lives by their histories, and what a table shows of each.

Must not ask the wiki or the ledger. An edit is substantial by the policy's measure (`workshop.stale`): its
size, and that nobody took it back.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from tropebot.i18n import FALLBACK, message
from tropebot.model import MAIN, Authorship, DraftLife, Revision
from tropebot.policy.schema import Stale
from tropebot.promotion import Draft, Hold
from tropebot.wikitext.inert import inert, link
from tropebot.wikitext.late import late

_LINK = late(r"\[\[:?([^\[\]|]+)")
_HEADS = (
    "workshop-head-draft",
    "workshop-head-works",
    "workshop-head-instances",
    "workshop-head-missing",
    "workshop-head-begun",
    "workshop-head-touched",
    "workshop-head-creator",
    "workshop-head-live",
    "workshop-head-marks",
)
_ELSEWHERE = ">"
"""Stands between wiki and name where a revision's author has no account here."""


class DraftState(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as the table shows it; ``again`` is when time alone may let it go.

    ``stale`` and ``over_limit`` are what TB301 and TB302 say of it.
    """

    draft: Draft
    holds: tuple[Hold, ...]
    again: datetime | None = None
    life: DraftLife | None = None
    stale: bool = False
    over_limit: bool = False

    @property
    def title(self) -> str:
        """Its full title."""
        return self.draft.page.title

    @property
    def ready(self) -> bool:
        """Nothing holds it."""
        return not self.holds

    def reasons(self, language: str = FALLBACK) -> tuple[str, ...]:
        """What holds it, in words, each once."""
        said = (message(hold.message, *hold.params, language=language) for hold in self.holds)
        return tuple(dict.fromkeys(said))

    def marks(self, language: str = FALLBACK) -> tuple[str, ...]:
        """Whether it is stale, or one too many, in words."""
        marks = ((self.stale, "workshop-stale"), (self.over_limit, "workshop-over-limit"))
        return tuple(message(key, language=language) for marked, key in marks if marked)


def life(
    history: Sequence[Revision],
    author: Authorship | None,
    stale: Stale,
    *,
    bots: Collection[str],
    imported: bool,
    namespace_of: Callable[[str], int],
) -> DraftLife | None:
    """A draft's life by its history, the newest revision first; ``None`` where there is none.

    What a bot made, or was made on another wiki, nobody here began.
    """
    if not history:
        return None
    creator = author.user if author else ""
    return DraftLife(
        creator=creator,
        created=author.created if author else history[-1].timestamp,
        touched=_last_substantial(history, stale, bots).timestamp,
        imported=imported or _ELSEWHERE in creator or creator in bots,
        returned=_came_from_main(history, namespace_of),
    )


def in_order(states: Iterable[DraftState]) -> tuple[DraftState, ...]:
    """The ready ones first, then those that nobody has worked on for longest."""

    def key(state: DraftState) -> tuple[bool, float, str]:
        touched = state.life.touched.timestamp() if state.life else 0.0
        return not state.ready, touched, state.title

    return tuple(sorted(states, key=key))


def wikitable(states: Sequence[DraftState], *, user: str, language: str = FALLBACK) -> str:
    """The drafts as a table for a wiki page; ``user`` is the namespace of user pages, as the wiki calls it.

    Nothing of a title, name or value acts as markup.
    """
    heads = " !! ".join(message(key, language=language) for key in _HEADS)
    rows = (" || ".join(_cells(state, user, language)) for state in states)
    lines = ('{| class="wikitable sortable"', f"! {heads}", *(f"|-\n| {row}" for row in rows), "|}")
    return "\n".join(lines)


def _cells(state: DraftState, user: str, language: str) -> Iterator[str]:
    ready = message("workshop-ready", language=language)
    life = state.life
    yield link(state.title)
    yield from map(str, state.draft.counted)
    yield "; ".join(map(inert, state.reasons(language))) or ready
    yield f"{life.created:%Y-%m-%d}" if life else "?"
    yield f"{life.touched:%Y-%m-%d}" if life else "?"
    yield link(f"{user}:{life.creator}", life.creator) if life and life.creator else "?"
    yield str(life.live) if life and life.place else ""
    yield ", ".join(state.marks(language))


def age(since: datetime, now: datetime) -> int:
    """Whole days; none where the two clocks differ."""
    return max(now - since, timedelta()) // timedelta(days=1)


def measure(stale: Stale) -> str:
    """Names how substantial edits are told from others, so that what was told otherwise is not used."""
    return f"{stale.substantial_bytes} {stale.minor_edits:d} {stale.bot_edits:d}"


def _last_substantial(history: Sequence[Revision], stale: Stale, bots: Collection[str]) -> Revision:
    """The newest revision that did something substantial; the oldest known one did in any case."""
    rows = history[::-1]
    undone = _undone(rows)
    for number in range(len(rows) - 1, 0, -1):
        row = rows[number]
        if (
            number not in undone
            and (stale.minor_edits or not row.minor)
            and (stale.bot_edits or row.user not in bots)
            and abs(row.size - rows[number - 1].size) >= max(stale.substantial_bytes, 1)
        ):
            return row
    return rows[0]


def _undone(rows: Sequence[Revision]) -> frozenset[int]:
    """Which revisions, the oldest first, left the text as it was before, or were taken back that way."""
    last: dict[str, int] = {}
    found: set[int] = set()
    for number, row in enumerate(rows):
        if row.sha1 in last and row.sha1:
            found.update(range(last[row.sha1] + 1, number + 1))
        last[row.sha1] = number
    return frozenset(found)


def _came_from_main(history: Sequence[Revision], namespace_of: Callable[[str], int]) -> bool:
    """Whether the page was moved out of the main namespace or into it: such a revision changes no text."""
    for newer, older in pairwise(history):
        titles = _LINK.findall(newer.comment)[:2]
        if newer.sha1 == older.sha1 and len(titles) == 2:
            spaces = [namespace_of(title) for title in titles]
            if MAIN in spaces and spaces[0] != spaces[1]:
                return True
    return False
