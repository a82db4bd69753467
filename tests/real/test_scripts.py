"""Each script as a moderator runs it on the demo wiki: a process, answers piped in; and through `pwb`."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from demo.mediawiki import ADMIN, Wiki
from demo.people import Person
from tests.real.test_undo import texts
from tests.real_wiki import CHECKOUT, BotHome

pytestmark = pytest.mark.real

Done = subprocess.CompletedProcess[str]
PWB = Path(sys.executable).parent / "pwb"


def process(home: BotHome, *command: str | Path, typed: str = "", **environment: str) -> Done:
    """What a moderator types; tropebot is the one that is installed, as for `pwb` it must be."""
    installed = {name: value for name, value in home.environment.items() if name != "PYTHONPATH"}
    return subprocess.run(
        tuple(map(str, command)),
        env={**installed, **environment},
        cwd=home.directory.parent,
        input=typed,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def script(home: BotHome, name: str, *arguments: str, typed: str = "") -> Done:
    """`python scripts/NAME.py …`."""
    path = CHECKOUT / "scripts" / f"{name}.py"
    return process(home, sys.executable, path, *arguments, typed=typed)


def last_run(home: BotHome) -> str:
    return str(json.loads(home.run("--json", "runs").stdout.splitlines()[0])["run"])


def test_pages_are_planned_asked_about_flagged_and_taken_back(
    bot_home: BotHome, persons: dict[str, Person]
) -> None:
    admin = persons[ADMIN]
    before = texts(admin)
    pages = ("-page:Glass Ladder", "-page:Fox and Ferryman", "-page:Being Rewritten")
    plan = script(bot_home, "flag_missing_markup", *pages)
    assert plan.returncode == 0, plan.stderr
    assert "+{{Missing markup|" in plan.stdout
    assert "TB101: somebody is editing the page" in plan.stdout
    assert texts(admin) == before
    done = script(bot_home, "flag_missing_markup", *pages, "--apply", typed="n\ny\n")
    assert done.returncode == 0, done.stderr
    now = texts(admin)
    assert now["Glass Ladder"] == before["Glass Ladder"]
    assert now["Fox and Ferryman"].startswith("{{Missing markup|")
    assert now["Being Rewritten"] == before["Being Rewritten"]
    assert "Fox and Ferryman" in now["User talk:Cleo"]
    run = last_run(bot_home)
    shown = script(bot_home, "undo_run", run)
    assert "-{{Missing markup|" in shown.stdout
    assert texts(admin) == now
    back = script(bot_home, "undo_run", run, "--apply", typed="a\n")
    assert back.returncode == 0, back.stderr
    assert texts(admin)["Fox and Ferryman"] == before["Fox and Ferryman"]
    again = script(
        bot_home, "flag_missing_markup", "-page:Fox and Ferryman", "--apply", typed="y\n"
    )
    assert texts(admin)["Fox and Ferryman"] == before["Fox and Ferryman"], again.stdout


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("-cat:Trope", "-limit:1"), 1),
        (("-start:!", "-limit:2"), 2),
        (("-prefixindex:Glass",), 1),
        (("-transcludes:Work", "-ns:0"), 2),
        (("-file:list.txt",), 1),
        (("-search:ladder", "-ns:0"), 1),
        (("-cat:No such category",), 0),
    ],
)
def test_pages_are_named_as_for_pywikibots_scripts(
    bot_home: BotHome, words: tuple[str, ...], found: int
) -> None:
    (bot_home.directory.parent / "list.txt").write_text("[[Glass Ladder]]\n[[Borrowed Sword]]\n")
    ran = script(bot_home, "flag_missing_markup", *words, "--json")
    assert ran.returncode == 0, ran.stderr
    last = json.loads(ran.stdout.splitlines()[-1])
    assert (last["dry_run"], last["flags"] >= found, last["requests"]["write"]) == (True, True, 0)
    assert found or last["pages"] == 0


def test_unasked_it_takes_as_many_as_the_limit_says(bot_home: BotHome, wiki: Wiki) -> None:
    ran = script(bot_home, "fix_markup", "-start:!", "--apply", "--limit", "2")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("\nfix ") + ran.stdout.startswith("fix ") == 2
    more = script(bot_home, "fix_markup", "-start:!", "--apply", "--limit", "2")
    assert "Missing markup added" in more.stdout


def test_files_are_flagged_and_unflagged(bot_home: BotHome, persons: dict[str, Person]) -> None:
    admin = persons[ADMIN]
    before = texts(admin)
    done = script(bot_home, "flag_unattributed_images", "-start:File:!", "--apply", typed="y\nq\n")
    assert done.returncode == 0, done.stderr
    now = texts(admin).items()
    flagged = [title for title, text in now if title[:5] == "File:" and text != before[title]]
    assert len(flagged) == 1
    persons["Ada"].edit(flagged[0], (admin.text(flagged[0]) or "") + "\n{{Fairuse}}")
    clean = script(bot_home, "unflag_clean", "--apply", typed="y\n")
    assert clean.returncode == 0, clean.stderr
    assert "{{Unattributed image|" not in (admin.text(flagged[0]) or "")


def test_drafts_are_promoted_one_by_one(bot_home: BotHome, persons: dict[str, Person]) -> None:
    done = script(bot_home, "promote_ready_drafts", "--apply", typed="y\nq\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\nmove ") == 1
    moved = done.stdout.partition("\nmove ")[2].partition(" → ")[2].partition("\n")[0]
    assert persons[ADMIN].text(moved)
    back = script(bot_home, "undo_run", last_run(bot_home), "--apply", typed="a\n")
    assert back.returncode == 0, back.stderr
    assert persons[ADMIN].text(f"Trope Workshop:{moved}")


def test_pywikibots_wrapper_runs_the_scripts(bot_home: BotHome, persons: dict[str, Person]) -> None:
    home = {"PYWIKIBOT_DIR": str(bot_home.directory), "TROPEBOT_HOME": ""}
    words = ("flag_missing_markup", "-page:Glass Ladder")
    plan = process(bot_home, PWB, *words, **home)
    assert plan.returncode == 0, plan.stderr
    assert "+{{Missing markup|" in plan.stdout
    simulated = process(bot_home, PWB, *words, "-simulate", "--apply", typed="y\n", **home)
    assert "Plan: 1 page " in simulated.stdout
    assert "{{Missing" not in (persons[ADMIN].text("Glass Ladder") or "")
    done = process(bot_home, PWB, *words, "--apply", typed="y\n", **home)
    assert done.returncode == 0, done.stderr
    assert (persons[ADMIN].text("Glass Ladder") or "").startswith("{{Missing markup|")


def test_another_family_than_the_homes_is_refused(bot_home: BotHome) -> None:
    families = bot_home.directory / "families"
    text = (families / "tropedemo_family.py").read_text("utf-8")
    other = text.replace('"tropedemo"', '"otherdemo"')
    (families / "otherdemo_family.py").write_text(other, encoding="utf-8")
    home = {"PYWIKIBOT_DIR": str(bot_home.directory), "TROPEBOT_HOME": ""}
    name = "fix_markup"
    for command in (
        (PWB, "-family:otherdemo", "-lang:en", name, "-start:!"),
        (PWB, name, "-family:otherdemo", "-start:!"),
        (sys.executable, CHECKOUT / "scripts" / f"{name}.py", "-family:otherdemo", "-start:!"),
    ):
        ran = process(bot_home, *command, "--apply", "--limit", "1", **home)
        assert ran.returncode == 2, ran.stdout
        assert "for nothing else" in ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say which pages"),
        (("-cat",), "A value is missing"),
        (("-catfish:Foo",), "no way to name pages"),
        (("-limit:x",), "-limit:20"),
        (("--what",), "No such option"),
        (("-file:nofile.txt",), "“nofile.txt” is not there"),
        (("-file:.",), "cannot be read"),
        (("-ns:Nope", "-start:!"), "Nope"),
        (("-namespace:99", "-start:!"), "99"),
        (("-titleregex:(", "-start:!"), "is not understood"),
        (("-grep:(", "-start:!"), "is not understood"),
        (("-logevents:x",), "logevents"),
        (("-property:no such",), "property"),
        (("-google:foo",), "asks elsewhere"),
        (("-url:http://127.0.0.1:1/",), "asks elsewhere"),
        (("-sparql:x",), "asks elsewhere"),
    ],
)
def test_what_is_not_understood_is_one_line(
    bot_home: BotHome, words: tuple[str, ...], said: str
) -> None:
    ran = script(bot_home, "fix_markup", *words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_plan_is_reviewed_applied_and_refused_where_pages_moved_on(
    bot_home: BotHome, persons: dict[str, Person]
) -> None:
    path = str(bot_home.directory.parent / "plan.json")
    made = bot_home.run("plan", "--since", bot_home.since, "--out", path)
    assert made.returncode == 0, made.stderr
    document = json.loads(Path(path).read_text("utf-8"))
    entries = {entry["page"]: entry for entry in document["entries"]}
    assert entries["Glass Ladder"]["do"] == "flag"
    persons["Ben"].append("Glass Ladder", "\n\nOne more line.")
    done = bot_home.run("--json", "apply", path)
    assert done.returncode == 7, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    left = {row["title"]: row["why"] for row in rows if row["type"] == "entry" and not row["done"]}
    assert left.keys() == {"Glass Ladder"}, left
    assert "moved on" in left["Glass Ladder"]
    for title, entry in entries.items():
        if entry["do"] == "flag" and title not in left:
            text = entry["writes"][0]["parameters"]["text"]
            assert (persons[ADMIN].text(title) or "").rstrip() == text.rstrip()


def test_expired_flags_are_listed_and_nominated(
    bot_home: BotHome, persons: dict[str, Person]
) -> None:
    admin = persons[ADMIN]
    admin.edit("Template:Delete", "To be deleted: {{{1}}}")
    path = bot_home.directory / "tropebot.toml"
    path.write_text(
        path.read_text("utf-8")
        + '\n[policy.flags.TB201]\ntemplate = "Unattributed image"\nwarning_days = 7\n',
        "utf-8",
    )
    bot_home.patrol("--since", bot_home.since)
    flagged = texts(admin)
    assert "edits and moves: 0" in script(bot_home, "expired_flags").stdout
    with sqlite3.connect(next(bot_home.directory.glob("state/*.sqlite"))) as ledger:
        ledger.execute("UPDATE event SET at = '2026-01-05T12:00:00.000000+00:00'")
    listed = script(bot_home, "expired_flags")
    assert listed.returncode == 0, listed.stderr
    assert "2026-01-05" in listed.stdout
    assert "TB101" not in listed.stdout, "the policy sets no time for it"
    assert texts(admin) == flagged
    done = script(bot_home, "expired_flags", "--nominate", "--apply", typed="n\ny\nq\n")
    assert done.returncode == 0, done.stderr
    now = texts(admin)
    changed = [title for title in now if now[title] != flagged.get(title)]
    assert len(changed) == 1
    assert now[changed[0]].startswith("{{delete|1=Flagged for ")
    assert script(bot_home, "expired_flags").stdout.count(changed[0]) == 0
