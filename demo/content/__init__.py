"""Reads the demo's pages: `.wiki` bundles of steps, one step for each saved revision, upload or move.

Must not talk to a wiki. A step begins with `@@ Title`; lines that begin with `@ ` right below it say who
(`by`), when (`on`, for what is imported), the summary (`says`) and what else is done (`uploads`,
`deletes`, `moves to`); the rest, up to the next step, is the page's text.
"""

from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOBODY = "anybody"
"""Somebody who is not logged in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that somebody did to a page; ``on`` is a date, ``target`` where it was moved to."""

    title: str
    by: str = "Admin"
    on: str = ""
    says: str = ""
    action: str = "edits"
    target: str = ""
    text: str = ""


def _with_directive(step: Step, line: str) -> Step:
    match line.split(" ", 1):
        case ["by", name]:
            return replace(step, by=name)
        case ["on", date]:
            return replace(step, on=date)
        case ["says", summary]:
            return replace(step, says=summary)
        case ["uploads" | "deletes" as action]:
            return replace(step, action=action)
        case ["moves", target]:
            return replace(step, action="moves", target=target.removeprefix("to "))
        case _:
            raise ValueError(f"{step.title}: “@ {line}” is no directive")


def steps_of(bundle: str) -> tuple[Step, ...]:
    """The steps of one bundle, in order.

    Raises ValueError for a directive that does not exist.
    """
    steps: list[Step] = []
    for part in ("\n" + bundle).split("\n@@ ")[1:]:
        title, _, rest = part.partition("\n")
        step = Step(title=title.strip())
        lines = rest.split("\n")
        while lines and lines[0].startswith("@ "):
            step = _with_directive(step, lines.pop(0)[2:].strip())
        steps.append(replace(step, text="\n".join(lines).rstrip("\n")))
    return tuple(steps)


def base() -> tuple[Step, ...]:
    """What stands on the wiki from long ago: templates, preloads, old pages."""
    return _bundles("base")


def recent() -> tuple[Step, ...]:
    """What people did lately, for the patrol to find in recent changes."""
    return _bundles("recent")


def _bundles(name: str) -> tuple[Step, ...]:
    bundles = sorted((HERE / name).glob("*.wiki"))
    return tuple(step for path in bundles for step in steps_of(path.read_text(encoding="utf-8")))
