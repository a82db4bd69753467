"""`tropebot plan` and `apply`: what was reviewed is written to the letter, or not at all."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.cli_runs import Ran, Shell
from tests.fake_wiki import FakeWiki
from tests.patrols import BAD_TROPE, BOT, DRAFT, FINISHED, RUN_PAGE
from tests.test_cli_online import POLICY_PAGE, SINCE, Settings, settings, wiki
from tropebot.plans import Plan, _hash, _sealed  # what a forger would do

__all__ = ["settings", "wiki"]

pytestmark = pytest.mark.heavy

DRAFT_PAGE = "Trope Workshop:Falling"


@pytest.fixture(autouse=True)
def _usual(settings: Settings) -> None:
    settings("")


@pytest.fixture
def plan(shell: Shell, tmp_path: Path) -> Path:
    """A plan about recent changes: a flag and a promotion."""
    path = tmp_path / "plan.json"
    ran = shell("plan", "--since", SINCE, "--out", path)
    assert ran.code == 0, ran.err
    return path


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


def write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document), encoding="utf-8")


def outcomes(ran: Ran) -> dict[str, tuple[bool, str]]:
    return {
        line["title"]: (line["done"], line["why"]) for line in ran.lines if line["type"] == "entry"
    }


def test_a_plan_shows_page_revision_reason_diff_and_parameters(plan: Path, wiki: FakeWiki) -> None:
    assert wiki.edits_by(BOT) == []
    document = read(plan)
    flag, promotion = document["entries"]
    assert (document["account"], document["wiki"]) == (BOT, "http://127.0.0.1/w/api.php")
    assert (flag["page"], flag["do"], flag["rule"]) == ("Bad Trope", "flag", "TB101")
    assert flag["revision"] == wiki.pages["Bad Trope"].last.rev_id
    assert "Category:{{PAGENAME}}" in flag["reason"]
    sent = flag["writes"][0]
    assert any(line.startswith("+{{Missing markup|") for line in sent["diff"])
    assert sent["parameters"]["baserevid"] == str(flag["revision"])
    assert sent["parameters"]["summary"].startswith("[tb:…] ")
    assert (promotion["page"], promotion["do"], promotion["rule"]) == (
        DRAFT_PAGE,
        "promotion",
        "Falling",
    )
    assert [each["kind"] for each in promotion["writes"]][:2] == ["strip", "move"]
    assert {each["title"] for each in document["messages"]} == {"User talk:Ada", "User talk:Ben"}


def test_a_plan_says_why_a_page_that_was_named_is_not_in_it(
    shell: Shell, tmp_path: Path, wiki: FakeWiki
) -> None:
    wiki.put("Bad Trope", "{{nobots}}\n" + BAD_TROPE, "Ada")
    path = tmp_path / "plan.json"
    ran = shell("plan", "Bad Trope", "--out", path)
    assert (ran.code, read(path)["entries"]) == (0, [])
    assert "not done   Bad Trope: TB101: the page keeps bots off" in ran.err
    assert f"Nothing to do: the plan in “{path}” is empty." in ran.err


def test_a_title_without_a_page_is_told_and_the_rest_planned(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    ran = shell("plan", "Nosuch", "--out", path)
    assert (ran.code, read(path)["entries"]) == (2, [])
    assert "“Nosuch” does not exist." in ran.err
    ran = shell("plan", "Nosuch", "Bad Trope", "--out", path)
    assert (ran.code, [each["page"] for each in read(path)["entries"]]) == (2, ["Bad Trope"])
    ran = shell("plan", "Bad Trope", "Bad_Trope", "--out", path)
    assert (ran.code, len(read(path)["entries"])) == (0, 1), "one page, named twice"


def test_a_home_that_forbids_writing_says_so_and_blames_no_policy(
    shell: Shell, settings: Settings, plan: Path, wiki: FakeWiki
) -> None:
    settings('[forbid]\nactions = ["write"]\n')
    ran = shell("apply", plan)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert "take “write” out of [forbid] actions to carry out a plan" in ran.err
    assert wiki.edits_by(BOT) == []


def test_an_empty_plan_is_no_run(shell: Shell, tmp_path: Path, plan: Path, wiki: FakeWiki) -> None:
    emptied = tmp_path / "emptied.json"
    write(emptied, {**read(plan), "entries": []})
    before = shell("runs").out
    ran = shell("apply", emptied)
    assert (ran.code, ran.out) == (0, "Nothing to do: the plan is empty.\n")
    (line,) = shell("--json", "apply", emptied).lines
    assert line == {"type": "run", "run": None, "done": 0, "refused": 0, "notices": 0}
    assert shell("runs").out == before
    assert wiki.edits_by(BOT) == []


def test_a_plan_of_one_entry_says_so(shell: Shell, tmp_path: Path) -> None:
    ran = shell("plan", "Bad Trope", "--out", tmp_path / "plan.json")
    assert "1 entry in" in ran.err
    assert "carries it out" in ran.err
    assert "not done" not in ran.err


def test_what_was_reviewed_is_written_and_can_be_undone(
    shell: Shell, plan: Path, wiki: FakeWiki
) -> None:
    shown = read(plan)["entries"][0]["writes"][0]["parameters"]["text"]
    ran = shell("apply", plan)
    assert ran.code == 0, ran.err
    assert wiki.text("Bad Trope") == shown
    assert wiki.text("Falling") == FINISHED
    assert "2 of 2 entries carried out, 2 messages" in ran.out
    number = ran.out.partition("Run ")[2].partition(":")[0]
    assert shell("undo", number).code == 0
    assert (wiki.text("Bad Trope"), wiki.text(DRAFT_PAGE)) == (BAD_TROPE, DRAFT)


def test_the_day_of_the_review_is_the_day_on_the_flag(
    shell: Shell, plan: Path, wiki: FakeWiki
) -> None:
    wiki.tick(3 * 86400)
    assert shell("apply", plan).code == 0
    assert "date=2026-01-05" in wiki.text("Bad Trope")


def test_a_second_time_nothing_is_done(shell: Shell, plan: Path, wiki: FakeWiki) -> None:
    shell("apply", plan)
    edits = len(wiki.edits_by(BOT))
    ran = shell("--json", "apply", plan)
    assert (ran.code, len(wiki.edits_by(BOT))) == (7, edits)
    assert not any(done for done, _ in outcomes(ran).values())


def test_what_a_reviewer_took_out_is_not_done(shell: Shell, plan: Path, wiki: FakeWiki) -> None:
    document = read(plan)
    del document["entries"][0]
    write(plan, document)
    assert shell("apply", plan).code == 0
    assert wiki.text("Bad Trope") == BAD_TROPE
    assert wiki.text("Falling") == FINISHED


Change = Callable[[FakeWiki], object]


@pytest.mark.parametrize(
    ("change", "kept", "why"),
    [
        (
            lambda wiki: wiki.put("Bad Trope", f"{BAD_TROPE}\nMore.", "Ada"),
            "Bad Trope",
            "the page moved on",
        ),
        (
            lambda wiki: wiki.put(
                "Bad Trope", f"{BAD_TROPE}\n[[Category:{{{{PAGENAME}}}}]]", "Ada"
            ),
            "Bad Trope",
            "the page moved on",
        ),
        (lambda wiki: wiki.delete("Bad Trope"), "Bad Trope", "the page is gone"),
        (lambda wiki: wiki.rename("Bad Trope", "Worse", "Ada"), "Bad Trope", "gone or renamed"),
        (
            lambda wiki: wiki.put(DRAFT_PAGE, f"{DRAFT}\nMore.", "Ada"),
            DRAFT_PAGE,
            "the page moved on",
        ),
        (lambda wiki: wiki.put("Falling", "Somebody else's.", "Ada"), DRAFT_PAGE, "Falling"),
    ],
    ids=["edited", "mended", "deleted", "renamed", "draft-edited", "title-taken"],
)
def test_a_page_that_moved_on_is_left_and_the_others_are_done(
    *, shell: Shell, plan: Path, wiki: FakeWiki, change: Change, kept: str, why: str
) -> None:
    wiki.tick(60)
    change(wiki)
    texts = {title: page.last.text for title, page in wiki.pages.items()}
    ran = shell("--json", "apply", plan)
    assert ran.code == 7, ran.err
    found = outcomes(ran)
    assert not found[kept][0]
    assert why in found[kept][1]
    assert [done for title, (done, _) in found.items() if title != kept] == [True]
    assert wiki.pages.get(kept) is None or wiki.text(kept) == texts[kept]


def test_after_a_change_of_policy_nothing_is_done(shell: Shell, plan: Path, wiki: FakeWiki) -> None:
    wiki.put(POLICY_PAGE, '{"mode": "act", "examples": {"minimum": 2}}', "Admin")
    ran = shell("--json", "apply", plan)
    assert ran.code == 7
    assert {why for _, why in outcomes(ran).values()} == {
        "the policy has changed since the plan was made"
    }
    assert wiki.edits_by(BOT) == []


def test_a_policy_page_that_was_only_saved_again_changes_nothing(
    shell: Shell, plan: Path, wiki: FakeWiki
) -> None:
    wiki.put(POLICY_PAGE, '{ "mode": "act" }', "Admin")
    assert shell("apply", plan).code == 0


def test_a_stopped_bot_applies_nothing(shell: Shell, plan: Path, wiki: FakeWiki) -> None:
    wiki.put(RUN_PAGE, "stop", "Ada")
    assert shell("apply", plan).code == 3
    assert wiki.edits_by(BOT) == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("entries", 0, "writes", 0, "parameters", "text"), "Spam.", "altered (“Bad Trope”)"),
        (("entries", 0, "revision"), 1, "altered"),
        (("entries", 1, "rule"), "Main Page", "altered"),
        (("messages", 0, "title"), "User talk:Cem", "altered"),
        (("policy", "digest"), "0", "altered"),
        (("wiki",), "https://wiki.example.org/w/api.php", "another wiki"),
        (("account",), "OtherBot", "another account"),
        (("version",), "0.0.1", "another version"),
        (("tropebot_plan",), 2, "another format"),
        (("more",), 1, "no plan"),
    ],
)
def test_an_altered_or_foreign_plan_is_refused_whole(
    *,
    shell: Shell,
    plan: Path,
    wiki: FakeWiki,
    path: tuple[str | int, ...],
    value: object,
    said: str,
) -> None:
    document = read(plan)
    part: Any = document
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    write(plan, document)
    ran = shell("apply", plan)
    assert (ran.code, wiki.edits_by(BOT)) == (2, [])
    assert said in ran.err
    assert "\n" not in ran.err.removesuffix("\n").rpartition("tropebot: ")[2]


@pytest.mark.parametrize("text", ["", "{}", "[]", "{", "null", "\x00"])
def test_what_is_no_plan_is_one_line(shell: Shell, tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text)
    ran = shell("apply", path)
    assert ran.code == 2
    assert "\n" not in ran.err.removesuffix("\n").rpartition("tropebot: ")[2]


def test_a_forged_seal_still_writes_nothing(shell: Shell, plan: Path, wiki: FakeWiki) -> None:
    """Whoever alters a plan can seal it anew; what is sent is what the bot works out by itself."""
    import msgspec  # noqa: PLC0415

    document = read(plan)
    sent = document["entries"][0]["writes"][0]["parameters"]
    sent["text"] = sent["text"] + "Spam."
    document["entries"][1]["rule"] = "Main Page"
    forged = msgspec.convert(document, Plan)
    bare = msgspec.structs.replace(forged, entries=(), messages=(), seal="")
    forged = msgspec.structs.replace(
        forged,
        entries=tuple(_sealed(each, bare) for each in forged.entries),
        seal=_hash(bare, forged.messages),
    )
    plan.write_bytes(msgspec.json.encode(forged))
    ran = shell("--json", "apply", plan)
    assert ran.code == 7, ran.err
    assert {why for _, why in outcomes(ran).values()} == {
        "the bot would now write something else than the plan shows"
    }
    assert wiki.edits_by(BOT) == []


def test_a_plan_about_named_pages_is_about_them_alone(
    shell: Shell, tmp_path: Path, wiki: FakeWiki
) -> None:
    ran = shell("plan", "Bad Trope", "No such page")
    assert "“No such page” does not exist." in ran.err
    document = json.loads(ran.out)
    assert [entry["page"] for entry in document["entries"]] == ["Bad Trope"]
    path = shell.file("one.json", ran.out)
    before = sha256(wiki.text(DRAFT_PAGE).encode()).hexdigest()
    assert shell("apply", path).code == 0
    assert "{{Missing markup" in wiki.text("Bad Trope")
    assert sha256(wiki.text(DRAFT_PAGE).encode()).hexdigest() == before


def test_nobody_is_told_of_what_the_plan_does_not_hold(
    shell: Shell, tmp_path: Path, wiki: FakeWiki, settings: Settings
) -> None:
    """News that wait from another day are for the next patrol, not for this plan."""
    wiki.put("Other Trope", BAD_TROPE, "Cem")
    shell("plan", "Other Trope", "--out", tmp_path / "one.json")
    settings("[forbid]\nwrites_per_run = 1")
    assert shell("patrol", "--since", SINCE).code == 0
    settings("")
    assert shell("apply", tmp_path / "one.json").code == 0
    assert "User talk:Cem" in wiki.pages
    assert "User talk:Ada" not in wiki.pages
    assert shell("patrol").code == 0
    assert "User talk:Ada" in wiki.pages
