"""Who is told, and how: newcomers and regulars, in the wiki's language and words, or not at all."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from tests.patrols import BAD_TROPE, FINISHED, Bench
from tropebot.i18n import message, texts
from tropebot.model import MESSAGE_WALL, Page, Person

REGULAR = "Hello Ben, this is a message from a bot."
NEWCOMER = "You have done nothing wrong"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "ledger.sqlite")
    made.begin()
    return made


def said_to(bench: Bench, user: str = "Ben") -> str:
    """What stands on a talk page after a pass about a page of that person's."""
    bench.wiki.put("Bad", BAD_TROPE, user)
    report = bench.run()
    assert report.flags == 1
    page = bench.wiki.pages.get(f"User talk:{user}")
    return page.last.text if page else ""


WORDS = [
    (None, None, REGULAR, "the wiki does not tell: as to everybody"),
    (3, 400, NEWCOMER, "three edits in a year"),
    (0, None, NEWCOMER, "an account older than the records, but without edits"),
    (500, 2, NEWCOMER, "many edits, but here for two days"),
    (20, 8, REGULAR, "just enough of both"),
    (5000, 4000, REGULAR, "an old hand"),
]


@pytest.mark.parametrize(("edits", "days", "words", "why"), WORDS)
def test_newcomers_are_spoken_to_in_other_words(
    edits: int | None, days: int | None, words: str, why: str, bench: Bench
) -> None:
    if edits is not None:
        bench.wiki.edits["Ben"] = edits
    if days is not None:
        bench.wiki.registered["Ben"] = bench.wiki.now - timedelta(days=days)
    text = said_to(bench)
    assert words in text, why
    assert ("choose “Edit”" in text) == (words == NEWCOMER)
    assert "has changed, moved and deleted nothing else" in text
    assert "take the flag off: it stays off" in text


def test_the_policy_says_who_is_new(tmp_path: Path) -> None:
    bench = Bench(
        tmp_path / "ledger.sqlite", policy={"notify": {"newcomer_edits": 0, "newcomer_days": 0}}
    )
    bench.begin()
    bench.wiki.edits["Ben"] = 0
    bench.wiki.registered["Ben"] = bench.wiki.now
    assert REGULAR in said_to(bench)


def test_peer_f33_the_blocked_and_bots_are_not_told(bench: Bench) -> None:
    bench.wiki.blocked.add("Ben")
    bench.wiki.groups["Robbie"] = frozenset({"bot"})
    assert said_to(bench) == ""
    bench.wiki.put("Bad too", BAD_TROPE, "Robbie")
    report = bench.run()
    assert (report.flags, report.notices) == (1, 0)
    assert "User talk:Robbie" not in bench.wiki.pages
    assert bench.run().notices == 0


def test_all_accounts_are_looked_at_in_one_question(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    fetch = bench.wiki.fetch_people_and_pages

    def noted(
        names: Collection[str], titles: Collection[str]
    ) -> tuple[Mapping[str, Person], Mapping[str, Page | None]]:
        asked.append(sorted(names))
        assert sorted(titles) == [f"User talk:{name}" for name in sorted(names)]
        return fetch(names, titles)

    monkeypatch.setattr(bench.wiki, "fetch_people_and_pages", noted)
    for name in ("Ada", "Ben", "Cleo", "192.0.2.7"):
        bench.wiki.put(f"Bad of {name}", BAD_TROPE, name)
    assert bench.run().notices == 3
    assert asked == [["Ada", "Ben", "Cleo"]]


WHERE = [
    ("auto", False, 1, "an ordinary wiki"),
    ("auto", True, 0, "message walls: no edit leaves a message there"),
    ("talk", True, 1, "the policy knows better"),
    ("report", False, 0, "the policy wants no messages, only reports"),
]


@pytest.mark.parametrize(("where", "wall", "notices", "why"), WHERE)
def test_where_people_are_told(
    where: str, wall: bool, notices: int, why: str, tmp_path: Path
) -> None:
    bench = Bench(tmp_path / "ledger.sqlite", policy={"notify": {"where": where}})
    if wall:
        bench.wiki.names[MESSAGE_WALL] = "Message Wall"
    bench.begin()
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    report = bench.run()
    assert (report.flags, report.notices) == (1, notices), why
    assert ("User talk:Ben" in bench.wiki.pages) == bool(notices)


def test_a_wiki_is_spoken_to_in_its_language(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "ledger.sqlite", policy={"language": "de"})
    bench.begin()
    bench.wiki.edits["Ben"] = 1
    bench.wiki.genders["Ben"] = "female"
    bench.wiki.put("Falling Dog", FINISHED, "Admin")
    text = said_to(bench)
    assert "== Eine Seite von dir ==" in text
    assert "schön, dass du als neue Autorin hier mitschreibst" in text
    assert "schreib <nowiki" not in text
    assert "wähle „Bearbeiten“" in text
    flagged = next(said for title, said in bench.bot_edits() if title == "Bad")
    assert flagged.startswith("Baustein gesetzt (TB101)")
    english = [text_ for text_ in texts("en").values() if len(text_) > 30 and text_ in text]
    assert english == []


def test_a_wiki_says_it_in_its_own_words(bench: Bench) -> None:
    bench.wiki.put("MediaWiki:Tropebot-notice-title", "A word about $1", "Admin")
    bench.wiki.put("MediaWiki:Tropebot-notice-greeting", "Hello <!-- $1", "Admin")
    bench.wiki.put("MediaWiki:Tropebot-summary-flag", "Marked: $2 ($1)", "Admin")
    bench.wiki.put("Bad", BAD_TROPE, "Ben")
    report = bench.run()
    text = bench.wiki.text("User talk:Ben")
    assert "== A word about 1 ==" in text
    assert message("notice-greeting", "Ben") in text
    assert dict(bench.bot_edits())["Bad"].startswith("Marked: category:{{PAGENAME}} (TB101)")
    told = [note for note in report.notes if "MediaWiki:Tropebot-notice-greeting" in note]
    assert len(told) == 1
    assert "holds “<!--”" in told[0]
    bench.wiki.put("Bad too", BAD_TROPE, "Cleo")
    assert not any("Tropebot-notice" in note for note in bench.run().notes), "told once"
