"""What a wiki shows of all that was done to it: texts, the bot's edits, messages, moves, edits of nobody.

Must not look into the bot's ledger or import its code: it reads the wiki, as anybody can.
"""

import re
from collections import Counter
from dataclasses import dataclass

from demo.mediawiki import ADMIN, BOT, Wiki
from demo.people import Person

NAMESPACES = (0, 1, 2, 3, 4, 6, 7, 8, 10, 14, 3000, 3001)
KINDS = {
    "flag": "Flagged ",
    "unflag": "Flag taken off ",
    "fix": "Missing markup added ",
    "notice": "Message about ",
    "strip": "Workshop markup taken off ",
    "restore": "Draft put back ",
    "refusal": "Why this draft was not moved",
    "edit taken back": "An edit of this bot is taken back",
    "message taken back": "A message of this bot is taken back",
}
"""What the bot's edits are for, by the first words of their summaries."""

_MARK = re.compile(r"\[tb:\w+\] ")
_TIMES = re.compile(r"\d\d:\d\d, \d+ \w+ \d{4} \(UTC\)|tropebot \d+|\(run \d+\)")


@dataclass(frozen=True)
class Shown:
    """A wiki's state, without what differs from run to run: times, marks, numbers of batches and runs."""

    texts: dict[str, str]
    bot_edits: Counter[tuple[str, str]]
    moves: Counter[str]
    sections: Counter[str]
    anonymous: Counter[str]
    marks: Counter[str]

    def differences(self, wanted: "Shown") -> list[str]:
        """What is other than wanted, one line each; empty if nothing is."""
        found = [
            f"{title}: {self.texts.get(title)!r} instead of {wanted.texts.get(title)!r}"
            for title in sorted(self.texts.keys() | wanted.texts.keys())
            if self.texts.get(title) != wanted.texts.get(title)
        ]
        for name in ("bot_edits", "moves", "sections", "anonymous"):
            here, there = getattr(self, name), getattr(wanted, name)
            found += [
                f"{name}: {each}: {here[each]} instead of {there[each]} times"
                for each in sorted(here.keys() | there.keys(), key=str)
                if here[each] != there[each]
            ]
        return found

    def doubled(self) -> list[str]:
        """Marks that stand in more than one summary of an edit or of a move."""
        return [mark for mark, count in self.marks.items() if count > 1]

    def count(self, title: str, kind: str) -> int:
        """How many edits of that kind the bot made to a page."""
        return sum(
            count
            for (each, summary), count in self.bot_edits.items()
            if each == title and summary.startswith(KINDS[kind])
        )

    def kinds(self) -> Counter[str]:
        """How many effects of each kind the wiki shows, told by the words of their summaries."""
        return Counter(
            kind
            for _, summary in self.bot_edits.elements()
            for kind, words in KINDS.items()
            if summary.startswith(words)
        ) + Counter(
            "move" if move.startswith("Trope Workshop") else "move taken back"
            for move in self.moves.elements()
        )


def shown(wiki: Wiki) -> Shown:
    """The wiki as it is now."""
    admin = Person(wiki.api, ADMIN, wiki.passwords[ADMIN])
    admin.do(action="query", meta="userinfo")  # logged in: higher limits
    texts = {
        str(page["title"]): _text(page) for number in NAMESPACES for page in _pages(admin, number)
    }
    edits = admin.query(list="usercontribs", ucuser=BOT, ucprop="title|comment|ids", uclimit=500)
    log = admin.query(list="logevents", letype="move", leuser=BOT, lelimit=500)["logevents"]
    anonymous = admin.query(
        list="recentchanges", rcshow="anon", rcprop="title|user|ids", rclimit=500
    )["recentchanges"]
    plain = [row for row in edits["usercontribs"] if " moved page " not in row["comment"]]
    marks = [_MARK.match(str(row["comment"])) for row in (*plain, *log)]
    return Shown(
        texts={title: _TIMES.sub("…", text) for title, text in texts.items()},
        bot_edits=Counter(
            (str(row["title"]), _TIMES.sub("…", _MARK.sub("", str(row["comment"]))))
            for row in edits["usercontribs"]
        ),
        moves=Counter(f"{row['title']} → {row['params']['target_title']}" for row in log),
        sections=Counter(
            title
            for title, text in texts.items()
            if title.startswith("User talk:")
            for _ in re.finditer(r"<!-- *tropebot", text)
        ),
        anonymous=Counter(str(row["title"]) for row in anonymous),
        # A move of a page with its talk page has two rows, of one request.
        marks=Counter(
            f"{mark[0]}{_namespace_of_talk(row)}"
            for mark, row in zip(marks, (*plain, *log), strict=True)
            if mark
        ),
    )


def _namespace_of_talk(row: dict[str, object]) -> str:
    return "talk" if int(str(row["ns"])) % 2 and "params" in row else ""


def _pages(person: Person, namespace: int) -> list[dict[str, object]]:
    found = person.query(
        generator="allpages",
        gapnamespace=namespace,
        gaplimit=500,
        prop="revisions",
        rvprop="content",
        rvslots="main",
    )
    pages: list[dict[str, object]] = found.get("pages", [])
    return pages


def _text(page: dict[str, object]) -> str:
    revisions = page["revisions"]
    assert isinstance(revisions, list)
    return str(revisions[0]["slots"]["main"]["content"])
