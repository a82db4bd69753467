"""What a patrol printed, in a few lines that fit a screen; the whole stays in the file it was written to.

Must not leave out that something was done: every kind of line is counted.
"""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

WIDTH = 80
FINDING = re.compile(r"(?P<title>.+?):\d+: (?P<code>TB\d+) (?P<rule>[a-z-]+): ")
DONE = re.compile(r"(?P<what>[a-z]+(?: [a-z]+)?) {2,}(?P<title>.+?)(?:: | → |$)")
LAST = re.compile(r"(?:Dry run|Run \d+): ")
SAID = {
    "flag": "marked as faulty",
    "strip": "workshop markup taken off",
    "move": "moved out of the Workshop",
    "notice": "talk pages written to",
    "draft": "drafts looked at",
    "not done": "left alone, for a reason",
}


def gist(text: str) -> Iterator[str]:
    """A line for each kind of thing found or done, with how many and the first; then the run's sum."""
    found: dict[str, list[str]] = {}
    done: dict[str, list[str]] = {}
    lines = text.splitlines()
    end = next((at for at, line in enumerate(lines) if LAST.match(line)), len(lines))
    for line in lines[:end]:
        if match := FINDING.match(line):
            found.setdefault(f"{match['code']} {match['rule']}", []).append(match["title"])
        elif match := DONE.match(line):
            done.setdefault(SAID.get(match["what"], match["what"]), []).append(match["title"])
    for what, titles in (*sorted(found.items()), *done.items()):
        head = f"{len(titles):4} {what:<28}"
        yield f"{head} {textwrap.shorten(_first(titles), WIDTH - len(head) - 1, placeholder=' …')}"
    yield from lines[end:]


def _first(titles: list[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{titles[0]} …"


def main(name: str) -> None:
    """Print it, and where the whole is."""
    for line in gist(Path(name).read_text(encoding="utf-8")):
        print(line)
    print(f"All of it: {name}")


if __name__ == "__main__":
    main(sys.argv[1])
