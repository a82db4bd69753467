"""The list of hostile input, and the tests that are named after its rows.

`python -m tests.hostile_rows` writes the table of `docs/hostile.md` anew.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "hostile.md"
MARK = "<!-- rows -->\n"
_TEST = re.compile(r"^ *def (test_(?:h\d\d_)+\w+)\(", re.MULTILINE)
_ROWS = re.compile(r"(?<=_)h(\d\d)(?=_)")

ROWS: Mapping[int, tuple[str, str]] = {
    1: ("two megabytes of anything that hurts a parser", "a verdict or `TB901`, and the next page"),
    2: ("such a text in a draft with three good examples", "never moved on a partial reading"),
    3: ("pages empty, blank, of one huge line, of control characters", "judged"),
    4: ("lone surrogates in what the wiki answers", "judged"),
    5: ("`{{nobots}}` and its like on a page at fault", "reported, not edited"),
    6: ("a licence in a comment, in nowiki, only where included", "does not count"),
    7: ("a licence by redirect, with a prefix, by another template", "counts"),
    8: ("our message removed by its reader", "not repeated"),
    9: ("our flag hidden from our reading", "not put on again"),
    10: ("drafts whose title leads elsewhere or deceives", "reported and told, not moved"),
    11: ("redirects among the drafts", "never moved, never followed"),
    12: ("targets that are taken or protected", "never overwritten, told once"),
    13: ("authors blocked or new, history hidden", "not moved, reported"),
    14: ("three examples that are none", "do not count"),
    15: ("markup, line breaks, directions, escapes in titles and comments", "do nothing anywhere"),
    16: ("names that would end a template or begin one", "are shown, and do nothing"),
    17: (
        "titles and names in a chat: `@everyone`, links, Markdown",
        "shown, and do nothing; nobody is called",
    ),
    18: (
        "hosts, accounts, paths in the policy page; a webhook anywhere but by https",
        "refused",
    ),
    19: ("a wiki whose certificate is wrong", "nothing is said to it; no page can allow it"),
    20: (
        "policy page unprotected, gone, broken, huge, of the future",
        "no writes; the key is named",
    ),
    21: ("patterns that could stall", "refused with their place"),
    22: ("secrets in messages, logs, representations", "never shown"),
    23: ("password or settings readable, writable or linked by others", "refused"),
    24: ("settings planted in the working directory", "not run"),
    25: ("a state directory that others can write", "refused"),
    26: (
        "dumps that are cut short, spoilt, no dump at all, or expand",
        "all up to the break, then an error with its place; never “0 findings”",
    ),
    27: (
        "packed bombs, streams with rubbish behind them, indexes that lie",
        "bounded and said; no index is read",
    ),
    28: (
        "names of files in what is packed",
        "nothing is unpacked to a file; only --out is written",
    ),
    29: ("ten thousand changes at once", "few requests, capped writes"),
    30: ("a rule that suddenly matches everything", "its breaker opens before the first edit"),
}


def named_after_rows() -> dict[int, list[str]]:
    """The names of tests by row."""
    found: dict[int, set[str]] = defaultdict(set)
    for path in (ROOT / "tests").rglob("test_*.py"):
        for name in _TEST.findall(path.read_text(encoding="utf-8")):
            for row in _ROWS.findall(name):
                found[int(row)].add(f"{path.relative_to(ROOT / 'tests')}::{name}")
    return {row: sorted(names) for row, names in found.items()}


def table() -> str:
    """The table of the document."""
    found = named_after_rows()
    lines = ["| Row | Input | What comes of it | Tests |", "|---|---|---|---|"]
    for row, (text, outcome) in ROWS.items():
        names = "<br>".join(f"`{name}`" for name in found.get(row, ()))
        lines.append(f"| H{row} | {text} | {outcome} | {names} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    before = DOCUMENT.read_text(encoding="utf-8").partition(MARK)[0]
    DOCUMENT.write_text(f"{before}{MARK}{table()}", encoding="utf-8")
