"""What the ledger remembers of pages: episodes of findings, our flags, people's lasting "no"s, authors.

Must not decide anything: `planning` does, on the `Past` that this module gives out.
"""

import json
from collections.abc import Collection
from datetime import datetime

from tropebot.ledger.store import Store, moment, stamp
from tropebot.model import Authorship, Finding, Intent, Kind, Page
from tropebot.planning import Episode, FlagNews, OurFlag, Past


class Pages:
    """Episodes, flags, noes and authors."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def past(self, page_id: int) -> Past:
        """Everything the planner needs to know of a page."""
        episodes = self._store.rows(
            "SELECT id, code, flag FROM episode WHERE page_id = ? AND closed_at = ''", (page_id,)
        )
        flags = self._store.rows(
            "SELECT flag.template, intent.subject, intent.episode FROM flag"
            " JOIN intent ON intent.id = flag.intent WHERE flag.page_id = ?",
            (page_id,),
        )
        settled = self._store.rows(
            "SELECT kind, subject, episode FROM intent"
            " WHERE page_id = ? AND state NOT IN ('planned', 'superseded')",
            (page_id,),
        )
        return Past(
            episodes={row[1]: Episode(number=row[0], code=row[1], flag=row[2]) for row in episodes},
            flags={
                row[0]: OurFlag(template=row[0], subject=row[1], episode=row[2]) for row in flags
            },
            noes=self.noes(page_id),
            settled=frozenset((Kind(row[0]), row[1], row[2]) for row in settled),
        )

    def observe(
        self,
        page_id: int,
        codes: Collection[str],
        *,
        unjudged: Collection[str],
        rev_id: int,
        at: datetime,
    ) -> frozenset[str]:
        """Open an episode for each code found, and close those whose finding is gone; the codes opened.

        Episodes of ``unjudged`` codes stay as they are.
        """
        new: set[str] = set()
        with self._store.transaction():
            for row in self._store.rows(
                "SELECT id, code FROM episode WHERE page_id = ? AND closed_at = ''", (page_id,)
            ):
                if row["code"] not in codes and row["code"] not in unjudged:
                    self._store.execute(
                        "UPDATE episode SET closed_at = ? WHERE id = ?", (stamp(at), row["id"])
                    )
            for code in sorted(codes):
                opened = self._store.execute(
                    "INSERT OR IGNORE INTO episode (page_id, code, first_rev, opened_at)"
                    " VALUES (?, ?, ?, ?)",
                    (page_id, code, rev_id, stamp(at)),
                )
                new |= {code} if opened else set()
        return frozenset(new)

    def call(self, page: Page) -> None:
        """What lists call a page on which nothing may be found."""
        self._store.execute(
            "INSERT INTO page (page_id, title) VALUES (?1, ?2)"
            " ON CONFLICT (page_id) DO UPDATE SET title = ?2",
            (page.page_id, page.title),
        )

    def describe(self, page: Page, findings: Collection[Finding]) -> None:
        """What lists and reports call the page, and say of its open episodes."""
        creator = page.file.uploader if page.file else page.life.creator if page.life else ""
        said: dict[str, list[tuple[str, tuple[str, ...], int]]] = {}
        for each in findings:
            said.setdefault(each.code, []).append((each.message, each.params, each.line))
        with self._store.transaction():
            if said:
                self._store.execute(
                    "INSERT INTO page VALUES (?1, ?2, ?3) ON CONFLICT (page_id) DO UPDATE SET title = ?2,"
                    " creator = CASE ?3 WHEN '' THEN creator ELSE ?3 END",
                    (page.page_id, page.title, creator),
                )
            for code, what in said.items():
                self._store.execute(
                    "UPDATE episode SET said = ? WHERE page_id = ? AND code = ? AND closed_at = ''",
                    (json.dumps(what), page.page_id, code),
                )

    def with_findings(self, *, after: int, limit: int) -> tuple[int, ...]:
        """Pages on which something found still stands, by id, from behind ``after`` on."""
        rows = self._store.rows(
            "SELECT DISTINCT page_id FROM episode WHERE closed_at = '' AND page_id > ?"
            " ORDER BY page_id LIMIT ?",
            (after, limit),
        )
        return tuple(row[0] for row in rows)

    def note_flags(self, page_id: int, news: FlagNews, *, at: datetime) -> None:
        """A flag of ours that a person took off while its finding stands is a lasting no."""
        with self._store.transaction():
            for template in news.removed:
                for row in self._store.rows(
                    "SELECT intent.codes FROM flag JOIN intent ON intent.id = flag.intent"
                    " WHERE flag.page_id = ? AND flag.template = ?",
                    (page_id, template),
                ):
                    self._refuse_open(page_id, row["codes"], at)
                self._store.execute(
                    "DELETE FROM flag WHERE page_id = ? AND template = ?", (page_id, template)
                )
            for code in news.theirs:
                self._mark_episode(page_id, code, "theirs")

    def flagged(self, intent: Intent, template: str) -> None:
        """Our flag stands on the page."""
        self._store.execute(
            "INSERT OR REPLACE INTO flag VALUES (?, ?, ?)",
            (intent.page_id, template, intent.intent_id),
        )
        for code in intent.codes:
            self._mark_episode(intent.page_id, code, "ours")

    def unflagged(self, page_id: int, template: str) -> None:
        """Our flag is off the page, by our own hand."""
        self._store.execute(
            "DELETE FROM flag WHERE page_id = ? AND template = ?", (page_id, template)
        )

    def taken_back(self, effect: Intent, why: str, *, at: datetime) -> None:
        """An effect of ours was taken back: a lasting no for its codes, and its flag is ours no more."""
        template = effect.details.get("template", "")
        with self._store.transaction():
            if effect.kind is Kind.FLAG:
                self._store.execute(
                    "DELETE FROM flag WHERE page_id = ? AND template = ?",
                    (effect.page_id, template),
                )
            for code in effect.codes:
                if effect.kind is Kind.FLAG:
                    self._mark_episode(effect.page_id, code, "removed")
                self.refuse(effect.page_id, code, why, at=at)

    def open_flags(self) -> int:
        """How many flags of ours stand on the wiki."""
        row = self._store.row("SELECT count(*) FROM flag")
        return int(row[0]) if row else 0

    def flagged_at(self, page_id: int) -> dict[str, datetime]:
        """Since when (server time) flags of ours stand on a page, by template."""
        rows = self._store.rows(
            "SELECT flag.template, max(event.at) FROM flag JOIN event ON event.intent = flag.intent"
            " AND event.new_state = 'done' WHERE flag.page_id = ? GROUP BY flag.template",
            (page_id,),
        )
        return {row[0]: moment(row[1]) for row in rows}

    def with_flags(self) -> tuple[int, ...]:
        """The pages on which flags of ours stand, by id, the longest flagged first."""
        rows = self._store.rows("SELECT page_id FROM flag GROUP BY page_id ORDER BY min(intent)")
        return tuple(row[0] for row in rows)

    def forget(self, page_id: int, *, at: datetime) -> None:
        """The page is gone from the wiki: its episodes end and its flags with them."""
        with self._store.transaction():
            self._store.execute(
                "UPDATE episode SET closed_at = ? WHERE page_id = ? AND closed_at = ''",
                (stamp(at), page_id),
            )
            self._store.execute("DELETE FROM flag WHERE page_id = ?", (page_id,))

    def noes(self, page_id: int) -> frozenset[str]:
        """Codes about which a person has said no on this page."""
        rows = self._store.rows(
            "SELECT code FROM lasting_no WHERE page_id = ? AND cleared_at = ''", (page_id,)
        )
        return frozenset(row[0] for row in rows)

    def refuse(self, page_id: int, code: str, why: str, *, at: datetime) -> None:
        """Remember that a person said no."""
        if code not in self.noes(page_id):
            self._store.execute(
                "INSERT INTO lasting_no (page_id, code, why, at) VALUES (?, ?, ?, ?)",
                (page_id, code, why, stamp(at)),
            )

    def refuse_once(self, page_id: int, code: str, why: str, *, at: datetime) -> None:
        """Remember one particular no, unless it was remembered before, also where it was cleared since."""
        known = self._store.row(
            "SELECT 1 FROM lasting_no WHERE page_id = ? AND code = ? AND why = ?",
            (page_id, code, why),
        )
        if known is None:
            self._store.execute(
                "INSERT INTO lasting_no (page_id, code, why, at) VALUES (?, ?, ?, ?)",
                (page_id, code, why, stamp(at)),
            )

    def note_undone_fixes(self, page_id: int, codes: Collection[str], *, at: datetime) -> None:
        """A finding that came back after we had fixed it is a lasting no: no edit war is begun.

        ``codes`` are those that an edit of the page has brought (back).
        """
        rows = self._store.rows(
            "SELECT DISTINCT episode.code, intent.id FROM episode"
            " JOIN intent ON intent.page_id = episode.page_id AND intent.kind = 'fix'"
            " AND intent.state = 'done'"
            " JOIN event ON event.intent = intent.id AND event.new_state = 'done'"
            " WHERE episode.page_id = ? AND episode.closed_at = ''"
            " AND episode.opened_at > event.at"
            " AND episode.code IN (SELECT value FROM json_each(intent.codes))"
            " AND episode.code IN (SELECT value FROM json_each(?))"
            # what an undo took back is a no of its own, which a person may have cleared
            " AND NOT EXISTS (SELECT 1 FROM intent AS undo WHERE undo.kind = 'undo'"
            " AND undo.state = 'done' AND undo.episode = intent.id)",
            (page_id, json.dumps(sorted(codes))),
        )
        for row in rows:
            self.refuse_once(page_id, row[0], f"came back after our fix (intent {row[1]})", at=at)

    def author(self, page_id: int) -> Authorship | None:
        """The page's first author, if anybody asked before."""
        row = self._store.row("SELECT * FROM author WHERE page_id = ?", (page_id,))
        if row is None:
            return None
        return Authorship(user=row["name"], user_id=row["user_id"], created=moment(row["created"]))

    def set_author(self, page_id: int, author: Authorship) -> None:
        """Keep a page's first author."""
        self._store.execute(
            "INSERT OR REPLACE INTO author VALUES (?, ?, ?, ?)",
            (page_id, author.user, author.user_id, stamp(author.created)),
        )

    def _refuse_open(self, page_id: int, codes: str, at: datetime) -> None:
        rows = self._store.rows(
            "SELECT code FROM episode WHERE page_id = ? AND closed_at = '' AND flag = 'ours'"
            " AND code IN (SELECT value FROM json_each(?))",
            (page_id, codes),
        )
        for row in rows:
            self._mark_episode(page_id, row["code"], "removed")
            self.refuse(page_id, row["code"], "flag removed", at=at)

    def _mark_episode(self, page_id: int, code: str, flag: str) -> None:
        self._store.execute(
            "UPDATE episode SET flag = ? WHERE page_id = ? AND code = ? AND closed_at = ''",
            (flag, page_id, code),
        )
