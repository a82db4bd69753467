"""The rows of the lists of faults, and the tests that are named after them.

`python -m tests.faults.rows` writes the table of `docs/reliability.md` anew.
"""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "reliability.md"
MARK = "<!-- rows -->\n"
_TEST = re.compile(r"^ *def (test_(?:h\d\d_)*(?:peer_)?f\d\d_\w+)\(", re.MULTILINE)
_ROW = re.compile(r"f(\d\d)_")

FAULTS = (
    "killed before the intent is committed",
    "killed after the intent, before the request",
    "killed during the request",
    "killed after the answer, before it is recorded",
    "connection reset after the wiki saved",
    "500 to 504 after the wiki saved",
    "HTML after the wiki saved",
    "answer cut in the middle",
    "the wiki processes the request only later",
    "answer lost, and a person edits before it is looked for",
    "answer lost, and a person reverts before it is looked for",
    "`Retry-After`: a date, negative, huge, garbage, missing",
    "429 for ten minutes",
    "`maxlag` without end",
    "`readonly` in the middle",
    "`badtoken` once, always",
    "session lost",
    "bot flag lost",
    "account blocked",
    "page deleted, moved, protected between judging and writing",
    "target made between judging and moving",
    "draft changed between judging and moving",
    "two processes of one account",
    "late rows, equal times, holes in recent changes",
    "clocks that are wrong",
    "recent changes pruned past the watermark",
    "continuation cut, repeated, going round",
    "power loss",
    "disk full, read-only or corrupt ledger",
    "ledger restored from yesterday, or deleted",
    "abuse filter, spam and title blacklist, captcha",
    "nobody at standard input, no password",
    "SIGTERM, SIGINT",
    "a rule that raises, a page beyond the bounds",
    "a replica that lags",
    "run page changed in the middle, or unreadable",
)
PEERS = (
    "two processes on one page; the request itself",
    "a silent merge with a licence added meanwhile",
    "an edit conflict proper",
    "page deleted after it was read",
    "page moved or made a redirect after it was read",
    "answer lost after the wiki saved",
    "each refusal has its own outcome, none is overridden",
    "`badtoken` for ever",
    "a budget for each operation",
    "a failed save shows",
    "a null edit is no action",
    "a machine whose clock is wrong",
    "wikitext that stalls parsers",
    "licences in comments and in parameters",
    "forms of a template's name",
    "a licence through another template; stale tables",
    "a flag that is there already, in any form",
    "a flag that people took off",
    "war with another bot",
    "a rule that suddenly matches far more",
    "no list of licences",
    "files that are none, and files of others",
    "`{{nobots}}` in all its forms",
    "targets that exist, are protected, blacklisted, nearly the same",
    "a crash between the steps of a promotion",
    "a talk page that cannot move",
    "no right to suppress redirects",
    "the author still edits",
    "a draft moved back",
    "examples that are none",
    "a crash between flag and message",
    "many bad files of one person",
    "people who are not to be told",
    "a lost ledger repeats no messages",
    "a cursor reset to the past",
    "blocked, logged out, rights lost in the middle",
    "whatever happens to the run page",
    "whatever happens to the policy page",
    "lag, 429, HTML, cut JSON, login pages",
    "gaps, ties and hidden rows of recent changes",
    "overlap, kill -9, full disk",
    "a log page that is full or gone",
    "one bad page, one dead rule",
    "weeks without growth",
    "stale copies of steering pages",
)


def named_after_rows() -> dict[str, list[str]]:
    """The names of tests by row: `F1` … of the faults, `P1` … of other bots' failures."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "tests").rglob("test_*.py"):
        for name in _TEST.findall(path.read_text(encoding="utf-8")):
            for row in _rows_of(name):
                found[row].add(f"{path.relative_to(ROOT / 'tests')}::{name}")
    return {row: sorted(names) for row, names in found.items()}


def _rows_of(name: str) -> list[str]:
    rows, letter, rest = [], "F", re.sub(r"^test_(h\d\d_)*", "", name)
    while True:
        if rest.startswith("peer_f"):
            letter, rest = "P", rest.removeprefix("peer_")
        match = _ROW.match(rest)
        if match is None:
            return rows
        rows.append(f"{letter}{int(match[1])}")
        rest = rest[match.end() :]


def table() -> str:
    """The table of the document."""
    found = named_after_rows()
    lines = ["| Row | What happens | Tests |", "|---|---|---|"]
    for letter, texts in (("F", FAULTS), ("P", PEERS)):
        for number, text in enumerate(texts, start=1):
            row = f"{letter}{number}"
            names = "<br>".join(f"`{name}`" for name in found.get(row, ()))
            lines.append(f"| {row} | {text} | {names} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    before = DOCUMENT.read_text(encoding="utf-8").partition(MARK)[0]
    DOCUMENT.write_text(f"{before}{MARK}{table()}", encoding="utf-8")
