"""`doctor` against the real wiki: things broken on purpose, and the line that each gets."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.mediawiki import ADMIN, Wiki, free_port
from demo.people import Person
from demo.populate import POLICY_PAGE, RUN_PAGE
from tests.real_wiki import BotHome

pytestmark = pytest.mark.real

Row = tuple[Callable[["Scene"], None], str, str, str, str, int]
WRONG = "0123456789abcdefghijklmnopqrstuv"


@dataclass(frozen=True)
class Scene:
    """What a test can break."""

    wiki: Wiki
    home: BotHome
    admin: Person
    ada: Person

    def settings(self, old: str, new: str) -> None:
        path = self.home.directory / "tropebot.toml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def policy(self, **changes: object) -> None:
        self.admin.edit(POLICY_PAGE, json.dumps({"mode": "act", **changes}))

    def file(self, name: str) -> Path:
        return self.home.directory / name

    def ledger(self) -> Path:
        state = self.home.directory / "state"
        state.mkdir(mode=0o700, exist_ok=True)
        return state / "tropedemo-en-TropeBot.sqlite"


@pytest.fixture
def scene(wiki: Wiki, bot_home: BotHome, persons: dict[str, Person]) -> Scene:
    return Scene(wiki, bot_home, persons[ADMIN], persons["Ada"])


def looked_at(scene: Scene) -> tuple[int, list[dict[str, str]], dict[str, int]]:
    done = scene.home.run("--json", "doctor")
    assert done.stdout, done.stderr
    *lines, summary = [json.loads(line) for line in done.stdout.splitlines()]
    assert summary["type"] == "summary"
    assert summary["exit_code"] == done.returncode
    return done.returncode, lines, summary


def test_a_sound_home_gets_no_line_to_put_right(scene: Scene) -> None:
    before = scene.admin.query(list="recentchanges", rcprop="ids", rclimit=1)
    code, lines, summary = looked_at(scene)
    assert code == 0
    assert [line["name"] for line in lines if line["word"] != "ok"] == ["captcha"]
    assert len(lines) >= 25
    assert summary["requests"] <= 8
    assert scene.admin.query(list="recentchanges", rcprop="ids", rclimit=1) == before
    assert not scene.ledger().exists(), "the ledger is looked at, not made"


def no_password(scene: Scene) -> None:
    scene.file("user-password.py").unlink()


def open_password(scene: Scene) -> None:
    scene.file("user-password.py").chmod(0o644)


def wrong_password(scene: Scene) -> None:
    line = f"('TropeBot', BotPassword('patrol', '{WRONG}'))\n"
    scene.file("user-password.py").write_text(line, "utf-8")


def own_password(scene: Scene) -> None:
    line = f"('TropeBot', {scene.wiki.passwords['TropeBot']!r})\n"
    scene.file("user-password.py").write_text(line, "utf-8")


def writable_family(scene: Scene) -> None:
    next(scene.file("families").glob("*.py")).chmod(0o666)


def open_webhooks(scene: Scene) -> None:
    scene.file("webhooks.toml").write_text('json = "https://127.0.0.1/hook"\n', "utf-8")
    scene.file("webhooks.toml").chmod(0o644)


def no_family(scene: Scene) -> None:
    for path in scene.file("families").glob("*.py"):
        path.unlink()


def broken_user_config(scene: Scene) -> None:
    scene.file("user-config.py").write_text("family = nonsense\n", "utf-8")


def another_wiki(scene: Scene) -> None:
    scene.file("user-config.py").write_text("family, mylang = 'other', 'en'\n", "utf-8")


def typo_in_settings(scene: Scene) -> None:
    scene.settings("preset =", "prest =")


def nobody_there(scene: Scene) -> None:
    environment = {**scene.home.environment, "TROPEBOT_DEMO_PORT": str(free_port())}
    object.__setattr__(scene.home, "environment", environment)


def wrong_path(scene: Scene) -> None:
    path = scene.file("families") / "tropedemo_family.py"
    path.write_text(path.read_text("utf-8").replace('"/w"', '"/wiki"'), "utf-8")


def nameless(scene: Scene) -> None:
    scene.settings('contact = "the person who runs the demo"', 'contact = ""')


def blocked(scene: Scene) -> None:
    scene.admin.block("TropeBot", reason="too fast")


def no_flag(scene: Scene) -> None:
    scene.admin.edit("Project:Log", "The flag goes.")  # it logs in
    token = scene.admin.query(meta="tokens", type="userrights")["tokens"]["userrightstoken"]
    scene.admin.ask(action="userrights", user="TropeBot", remove="bot", token=token)


def no_move(scene: Scene) -> None:
    scene.wiki.set_toggle("wgRevokePermissions", {"bot": {"move": True}})


def no_edit(scene: Scene) -> None:
    scene.wiki.set_toggle("wgRevokePermissions", {"bot": {"edit": True}})


def few_moves(scene: Scene) -> None:
    scene.wiki.set_toggle("wgRateLimits", {"move": {"user": [2, 120]}, "edit": {"user": [3, 60]}})


def no_policy(scene: Scene) -> None:
    scene.admin.delete(POLICY_PAGE)


def policy_typo(scene: Scene) -> None:
    scene.policy(exampels={"minimum": 3})


def open_policy(scene: Scene) -> None:
    scene.settings("MediaWiki:Tropebot-policy.json", "Trope Demo:Policy")
    scene.ada.edit("Trope Demo:Policy", "{}")


def no_run_page(scene: Scene) -> None:
    scene.admin.delete(RUN_PAGE)


def stopped(scene: Scene) -> None:
    scene.ada.edit(RUN_PAGE, "stop, please")


def wrong_hand(scene: Scene) -> None:
    scene.ada.edit(RUN_PAGE, "stop")
    scene.ada.edit(RUN_PAGE, "run")


def closed_run_page(scene: Scene) -> None:
    scene.admin.protect(RUN_PAGE)


def no_workshop(scene: Scene) -> None:
    scene.policy(workshop={"namespace": "Trope Workshp"})


def no_flag_template(scene: Scene) -> None:
    scene.admin.delete("Template:Missing markup")


def blank_flag_template(scene: Scene) -> None:
    scene.admin.edit("Template:Missing markup", "")


def blank_header(scene: Scene) -> None:
    scene.admin.edit("Template:Creator", "")


def no_header(scene: Scene) -> None:
    scene.admin.delete("Template:Creator")


def no_preload(scene: Scene) -> None:
    scene.admin.delete("MediaWiki:Works")


def no_draft_templates(scene: Scene) -> None:
    for name in ("Trope Workshop", "Tropeworkshop", "YKTTW"):
        scene.admin.delete(f"Template:{name}")


def no_licences(scene: Scene) -> None:
    scene.policy(
        files={
            "licences": ["Nowhere"],
            "licences_page": "MediaWiki:No",
            "licence_category": "",
            "licence_category_members": [],
            "transcludes_licence": [],
        }
    )
    scene.admin.delete("Template:SemiPD")


def lost_redirect(scene: Scene) -> None:
    scene.admin.edit("Template:YKTTW", "#REDIRECT [[Template:Nowhere at all]]")


def double_redirect(scene: Scene) -> None:
    scene.admin.edit("Template:YKTTW", "#REDIRECT [[Template:Tropeworkshop]]")


def no_tag(scene: Scene) -> None:
    scene.policy(steering={"change_tag": "nobody-made-it"})


def a_captcha(scene: Scene) -> None:
    scene.wiki.set_toggle("wgCaptchaTriggers", {"addurl": True})


def strange_talk(scene: Scene) -> None:
    scene.admin.edit("User talk:TropeBot", "{}", contentmodel="json")


def damaged_ledger(scene: Scene) -> None:
    scene.ledger().write_bytes(b"SQLite format 3\0" + os.urandom(4096))


def newer_ledger(scene: Scene) -> None:
    with closing(sqlite3.connect(scene.ledger())) as connection:
        connection.execute("PRAGMA user_version = 999")


# What breaks it, the line's name and word, what it says, what it says to do, the exit code.
BROKEN: list[Row] = [
    (no_password, "password", "fail", "no password for TropeBot", "Special:BotPasswords", 2),
    (open_password, "password", "fail", "chmod 600", "Special:BotPasswords", 2),
    (wrong_password, "login", "fail", "cannot log in", "new bot password", 4),
    (own_password, "password", "warn", "the account’s own", "Special:BotPasswords", 0),
    (writable_family, "file modes", "fail", "chmod o-w", "run doctor again", 2),
    (open_webhooks, "webhooks", "fail", "chmod 600", "docs/webhooks.md", 2),
    (no_family, "pywikibot", "fail", "no family file", "by-hand", 2),
    (broken_user_config, "pywikibot", "fail", "NameError", "by-hand", 2),
    (another_wiki, "pywikibot", "fail", "make them agree", "by-hand", 2),
    (typo_in_settings, "home", "fail", "preset", "tropebot init", 2),
    (nobody_there, "reachable", "fail", "no connection", "in a browser", 5),
    (wrong_path, "reachable", "fail", "api.php", "families/", 2),
    (nameless, "contact", "warn", "no contact", "set contact", 0),
    (blocked, "account", "fail", "too fast", "ask whoever blocked it", 4),
    (no_flag, "bot flag", "warn", "has none", "bureaucrats", 0),
    (no_move, "rights", "fail", "promote: the session has no right to “move”", "grants: create", 4),
    (no_edit, "account", "fail", "lost the right to edit", "BotPasswords", 4),
    (no_flag, "high limits", "warn", "50 pages", "bot flag", 0),
    (few_moves, "rate limits", "warn", "move 2 in 120 s", "edits_per_minute", 0),
    (no_policy, "policy", "warn", "does not exist", "setup-wiki", 0),
    (policy_typo, "policy", "fail", "examples", "policy check", 2),
    (open_policy, "policy", "fail", "not protected", "administrator protect", 2),
    (no_run_page, "run page", "warn", "does not exist", "setup-wiki", 0),
    (stopped, "run page", "warn", "does not say just “run”", "ask Ada", 0),
    (wrong_hand, "run page", "warn", "saved last by Ada", "group:sysop", 0),
    (closed_run_page, "run page", "warn", "cannot stop the bot", "protection taken off", 0),
    (no_workshop, "namespaces", "fail", "Trope Workshop", "tropebot.toml", 2),
    (no_flag_template, "flags", "fail", "Template:Missing markup", "setup-wiki", 2),
    (blank_flag_template, "flags", "fail", "Missing markup is blank", "put back a revision", 2),
    (blank_header, "templates", "warn", "blank: Template:Creator", "put back a revision", 0),
    (no_header, "page types", "warn", "creator", "types.NAME.headers", 0),
    (no_preload, "preloads", "warn", "MediaWiki:Works (missing)", "types.NAME.preload", 0),
    (no_draft_templates, "workshop", "warn", "none of the templates", "workshop.templates", 0),
    (no_licences, "licences", "warn", "none of the licence templates", "files.licences", 0),
    (lost_redirect, "redirects", "warn", "Nowhere at all, which is not there", "mended", 0),
    (double_redirect, "redirects", "warn", "redirects itself", "mended", 0),
    (no_tag, "change tag", "warn", "“nobody-made-it”", "Special:Tags", 0),
    (a_captcha, "captcha", "warn", "add a link", "skipcaptcha", 0),
    (strange_talk, "talk pages", "warn", "“json”", "notify.enabled", 0),
    (damaged_ledger, "ledger", "fail", "damaged", "backup", 2),
    (newer_ledger, "ledger", "fail", "newer tropebot", "put back a backup", 2),
]


@pytest.mark.parametrize(
    "row", BROKEN, ids=[f"{row[0].__name__}-{row[1].replace(' ', '_')}" for row in BROKEN]
)
def test_what_is_broken_gets_its_line(row: Row, scene: Scene) -> None:
    breaks, name, word, says, do, exit_code = row
    breaks(scene)
    code, lines, summary = looked_at(scene)
    (line,) = [line for line in lines if line["name"] == name and line["word"] == word]
    assert says in line["says"]
    assert do in line["do"]
    assert code == exit_code
    assert summary["requests"] <= 8
    assert scene.wiki.passwords["TropeBot@patrol"] not in str(lines)


def test_each_file_with_a_wrong_mode_has_its_line(scene: Scene) -> None:
    writable_family(scene)
    open_password(scene)
    scene.file("user-config.py").chmod(0o666)
    code, lines, _ = looked_at(scene)
    assert code == 2
    assert [line["name"] for line in lines] == ["file modes"] * 3
    said = "".join(line["says"] for line in lines)
    assert all(name in said for name in ("user-config.py", "_family.py", "user-password.py"))


def test_for_people_it_fits_a_terminal(scene: Scene) -> None:
    no_flag_template(scene)
    done = scene.home.run("doctor")
    assert done.returncode == 2
    path = str(scene.home.directory)
    assert all(len(line) <= 80 for line in done.stdout.splitlines() if path not in line)
    assert "fail flags" in done.stdout
    assert "→ tropebot setup-wiki makes it" in done.stdout
    assert "nothing was written" in done.stdout
