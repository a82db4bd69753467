"""Made-up states of a wiki, with titles that would like to act, as large as a test wants them."""

from datetime import UTC, datetime, timedelta
from random import Random

from msgspec.structs import replace

from tropebot.ledger.breaks import Standing
from tropebot.ledger.overview import DraftStanding, Found, Promoted
from tropebot.ledger.runs import RunRow
from tropebot.ledger.stops import Stop
from tropebot.policy.broken import Break, Fault
from tropebot.promotion import Hold, Step
from tropebot.reports.state import WikiState

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOSTILE = (
    "A </script><script>window.acted = 1</script>",
    '" onmouseover="window.acted = 1" x="',
    "<img src=x onerror='window.acted = 1'>",
    "<!--<script>",
    "مقالة بالعربية",
    "\u202egnirts desrever",
    "`${window.acted = 1}`",
    "A line\u2028and another",
    "Lone \ud800 surrogate",
)
EMPTY = WikiState(
    at=None,
    found=(),
    flags=(),
    open_flags=0,
    drafts=(),
    promotions=(),
    breaks=(),
    stops=(),
    runs=(),
    rules={"TB101": "missing-markup", "TB201": "missing-licence"},
)


def found(
    number: int, title: str, *, code: str = "TB101", days: float = 1.0, **more: object
) -> Found:
    """Something found so many days before the last run."""
    plain = Found(
        page_id=number,
        title=title,
        code=code,
        opened=AT - days * DAY,
        closed=None,
        flag="",
        creator="Ada",
        said=((f"finding-{code.lower()}", ("{{reflist}}",), 3),),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def full(size: int) -> WikiState:
    """A wiki with so many open findings, the hostile ones among them, and some of everything else."""
    chance = Random(7)  # noqa: S311
    rows = [found(n, title, days=900 + n, creator=title) for n, title in enumerate(HOSTILE, 1)]
    for number in range(len(HOSTILE) + 1, size + 1):
        days = chance.random() * 200
        code = chance.choice(
            ("TB101", "TB101", "TB102", "TB104", "TB105", "TB106", "TB107", "TB201", "TB202")
        )
        rows.append(
            found(number, f"Page {number}", code=code, days=days, flag=chance.choice(("", "ours")))
        )
        gone = replace(rows[-1], closed=rows[-1].opened + chance.random() * days * DAY)
        rows.extend([gone] if number % 3 else [])
    drafts = tuple(_draft(number, title) for number, title in enumerate((*HOSTILE, "Fine"), 1))
    return replace(
        EMPTY,
        at=AT,
        found=tuple(sorted(rows, key=lambda each: each.opened)),
        flags=tuple((("flag", "unflag", "removed")[n % 3], AT - n * DAY) for n in range(60)),
        open_flags=7,
        drafts=drafts,
        promotions=tuple(
            Promoted(
                page_id=n,
                title=f"Trope Workshop:{title}",
                target=title,
                works=5,
                step=(Step.PROMOTED, Step.REFUSED, Step.MOVE, Step.ABANDONED)[n % 4],
                why=title if n % 4 == 1 else "",
                at=AT - n * DAY,
            )
            for n, title in enumerate(HOSTILE)
        ),
        breaks=(Standing(number=1, since=AT, what=Break(title=HOSTILE[0], fault=Fault.MISSING)),),
        stops=(Stop(kind="message", subject="7", since=AT.isoformat(), why=HOSTILE[2]),),
        runs=tuple(_run(number) for number in range(60, 0, -1)),
    )


def _draft(number: int, title: str) -> DraftStanding:
    return DraftStanding(
        page_id=number,
        title=f"Trope Workshop:{title}",
        works=number,
        minimum=3,
        ready=number > 3,
        holds=() if number > 3 else (Hold(message="hold-examples", params=(str(number), "3")),),
        seen=AT,
        creator=title,
        created=AT - 10 * number * DAY,
        touched=AT - number * DAY,
    )


def _run(number: int) -> RunRow:
    return RunRow(
        number=number,
        kind="patrol",
        started_at=(AT - (60 - number) * DAY).isoformat(),
        ended_at="",
        policy_rev=1,
        status="done",
        report={"pages": number, "findings": 2, "flags": number % 2},
    )
