"""A new bot home: its files are usable whatever a wiki calls itself, and nothing is overwritten."""

import ast
import json
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli_runs import Shell
from tropebot.errors import ConfigError
from tropebot.home import open_home, read_credentials
from tropebot.newhome.texts import Choices, Found, home_files
from tropebot.newhome.writing import read_secret, refuse_taken, write_home
from tropebot.policy.layers import Layer, load
from tropebot.policy.presence import Gaps
from tropebot.sites import Place, Site, family_name, place_of

SECRET = "0123456789abcdefghijklmnopqrstuv"
CHOICES = Choices(family="example", user="ExampleBot", preset="tropedia", contact="User:You")


def site(
    name: str = "Example", url: str = "https://wiki.example/w/api.php", **more: object
) -> Site:
    values: dict[str, object] = {
        "place": place_of(url),
        "name": name,
        "generator": "MediaWiki 1.43.1",
        "language": "en",
        "server": "https://wiki.example",
        "article_path": "/wiki/$1",
        "namespaces": {0: "", 10: "Template"},
    }
    return Site(**{**values, **more})  # type: ignore[arg-type]  # a table of keywords


def found(**more: object) -> Found:
    values: dict[str, object] = {"site": site(), "gaps": Gaps(), "asked_workshop": "Trope Workshop"}
    return Found(**{**values, **more})  # type: ignore[arg-type]  # a table of keywords


@pytest.mark.parametrize(
    ("typed", "url", "reason"),
    [
        ("https://wiki.example/w/api.php", "https://wiki.example/w/api.php", "as Miraheze has it"),
        ("tropedia.fandom.com/api.php", "https://tropedia.fandom.com/api.php", "no scheme: https"),
        ("https://x.fandom.com/de/api.php", "https://x.fandom.com/de/api.php", "a language's wiki"),
        (" https://Wiki.Example/api.php ", "https://wiki.example/api.php", "pasted"),
        ("http://127.0.0.1:8125/w/api.php", "http://127.0.0.1:8125/w/api.php", "with a port"),
        ("https://w.example/api.php?action=query", "https://w.example/api.php", "with a question"),
    ],
)
def test_addresses_as_people_type_them(typed: str, url: str, reason: str) -> None:
    assert place_of(typed).url == url, reason


@pytest.mark.parametrize(
    ("typed", "says", "reason"),
    [
        ("https://wiki.example/wiki/Main_Page", "https://wiki.example/w/api.php", "a page"),
        ("https://x.fandom.com/wiki/Main", "https://x.fandom.com/api.php", "Fandom has no /w"),
        ("https://x.fandom.com/rest.php", "Special:Version", "the other API"),
        ("ftp://wiki.example/api.php", "no address of a wiki", "no web"),
        ("https://me:secret@wiki.example/api.php", "without a name or password", "a secret in it"),
        ("https://wiki.example:99999/api.php", "is no address", "no such port"),
        ("api.php", "not the address of an api.php", "no host"),
        ("", "no address", "nothing"),
    ],
)
def test_what_is_no_address_of_an_api(typed: str, says: str, reason: str) -> None:
    with pytest.raises(ConfigError) as raised:
        place_of(typed)
    assert says in str(raised.value), reason


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("tropedia.fandom.com", "tropedia"),
        ("allthetropes.miraheze.org", "allthetropes"),
        ("allthetropes.org", "allthetropes"),
        ("www.example-wiki.net", "examplewiki"),
        ("wiki.example.org", "example"),
        ("127.0.0.1:8125", "mywiki"),
        ("localhost", "localhost"),
        ("[::1]:80", "mywiki"),
    ],
)
def test_what_a_family_is_called(host: str, name: str) -> None:
    assert family_name(Place(protocol="https", host=host, script_path="/w")) == name


ANYTHING = st.text(st.characters(), max_size=80)  # half letters too: a wiki's JSON may hold them


@given(name=ANYTHING, contact=ANYTHING)
def test_whatever_a_wiki_calls_itself_its_home_can_be_read(name: str, contact: str) -> None:
    choices = Choices(family="example", user="ExampleBot", preset="tropedia", contact=contact)
    missing = Gaps(templates=(name,), preloads=(name,), types=(name,))
    told = site(name=name, generator=f"MediaWiki {name}", server=name, language=name or "en")
    hostile = found(site=told, gaps=missing, workshop=name, licence_category=name)
    texts = home_files(choices, hostile, None)
    for path, text in texts.items():
        if path.endswith(".py"):
            ast.parse(text.encode("utf-8"))
    settings = tomllib.loads(texts["tropebot.toml"].encode("utf-8").decode())
    assert settings["forbid"] == {"actions": ["write"]}
    assert settings["policy"]["mode"] == "report"


WRITES_NOTHING = [
    (found(), "the barest"),
    (found(workshop="Trope Workshop"), "with the preset's namespace"),
    (found(workshop="Draft", licence_category="Licences", licence_templates=3), "with others"),
    (found(asked_workshop=""), "without drafts"),
    (found(site=site(url="https://x.fandom.com/api.php", namespaces={0: "", 1200: "Wall"})), "F"),
    (found(site=site(extensions=frozenset({"ManageWiki"}))), "Miraheze"),
    (found(site=site(url="http://wiki.example/api.php")), "plain http"),
]


@pytest.mark.parametrize(("seen", "reason"), WRITES_NOTHING)
def test_a_new_home_is_sound_and_writes_nothing(seen: Found, reason: str, tmp_path: Path) -> None:
    for preset in ("tropedia", "allthetropes", "demo", "none"):
        directory = tmp_path / preset
        choices = Choices(family="example", user="ExampleBot", preset=preset)
        write_home(directory, home_files(choices, seen, None))
        operator = open_home(directory).operator
        layer = Layer(name="toml", document=operator.policy)
        policy = load(preset, [layer], forbid=operator.forbid).policy
        assert policy.mode == "report", reason
        assert operator.forbid.actions == ("write",), reason


def test_what_the_wiki_said_stands_in_the_settings() -> None:
    fandom = site(url="https://x.fandom.com/api.php", namespaces={0: "", 1200: "Message Wall"})
    settings = home_files(
        CHOICES,
        found(
            site=fandom,
            workshop="",
            licence_category="Licences",
            licence_templates=7,
            gaps=Gaps(types=("creator",), templates=("tropelist",)),
        ),
        None,
    )["tropebot.toml"]
    policy = tomllib.loads(settings)["policy"]
    assert policy["workshop"] == {"promote": "no"}, "no namespace for drafts"
    assert policy["notify"] == {"enabled": False}, "message walls"
    assert policy["files"] == {"licence_category": "Licences"}
    for told in ("one edit per second", "- page types", "creator", "tropelist", "7 pages"):
        assert told in settings


def test_files_are_for_nobody_else_and_the_password_is_found_again(tmp_path: Path) -> None:
    given_ = tmp_path / "given"
    given_.write_text(f"patrol@{SECRET}\n")
    secret = read_secret(given_, "ExampleBot")
    home = tmp_path / "a" / "home"
    write_home(home, home_files(CHOICES, found(), secret))
    assert {path.stat().st_mode & 0o777 for path in home.rglob("*") if path.is_file()} == {0o600}
    assert home.stat().st_mode & 0o777 == 0o700
    opened = open_home(home)
    assert read_credentials(opened, environment={}) == secret.__class__(
        login_name="ExampleBot@patrol", password=SECRET, password_file=home / "user-password.py"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"patrol@{SECRET}", "as the environment has it"),
        (f"ExampleBot@patrol@{SECRET}", "with the account"),
        (f"ExampleBot@patrol {SECRET}\n", "as the wiki shows it"),
        (f"Example_Bot@patrol\n{SECRET}", "on two lines"),
    ],
)
def test_passwords_as_people_keep_them(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_text(text)
    user = "Example Bot" if "_" in text else "ExampleBot"
    secret = read_secret(path, user)
    assert (secret.login_name, secret.password) == (f"{user}@patrol", SECRET), reason


@pytest.mark.parametrize(
    ("text", "says", "reason"),
    [
        (SECRET, "lacks the name", "the 32 characters alone"),
        ("hunter2", "no bot password", "the account's own password"),
        ("patrol@" + "z" * 32, "no bot password", "letters that none has"),
        (f"OtherBot@patrol {SECRET}", "another account", "of somebody else"),
        ("", "no bot password", "nothing"),
        ("one two three", "no bot password", "too much"),
    ],
)
def test_what_is_no_bot_password_is_said_without_it(
    text: str, says: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "given"
    path.write_text(text)
    with pytest.raises(ConfigError) as raised:
        read_secret(path, "ExampleBot")
    assert says in str(raised.value), reason
    assert not text or text.rsplit(maxsplit=1)[-1] not in str(raised.value)


@pytest.mark.parametrize(
    "taken", ["tropebot.toml", "user-config.py", "user-password.py", "families/x_family.py"]
)
def test_nothing_is_overwritten(taken: str, tmp_path: Path) -> None:
    path = tmp_path / taken
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    for attempt in (
        refuse_taken,
        lambda home: write_home(home, home_files(CHOICES, found(), None)),
    ):
        with pytest.raises(ConfigError, match="nothing is overwritten"):
            attempt(tmp_path)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]
    assert path.read_text() == "mine"


def test_half_a_home_is_taken_away_again(tmp_path: Path) -> None:
    home = tmp_path / "new"
    texts = home_files(CHOICES, found(), None)
    with pytest.raises(ConfigError, match="cannot be made"):
        write_home(home, {**texts, "families": "a directory already"})
    assert not home.exists()


def test_a_directory_that_others_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o775)
    with pytest.raises(ConfigError, match="chmod go-w"):
        write_home(tmp_path, home_files(CHOICES, found(), None))
    assert list(tmp_path.iterdir()) == []


def test_the_demo_home_has_the_same_pywikibot_settings() -> None:
    checkout = Path(__file__).parent.parent
    new = home_files(CHOICES, found(), None)["user-config.py"]
    assert (checkout / "config" / "user-config.py").read_text("utf-8") == new


@pytest.mark.parametrize(
    ("arguments", "says", "reason"),
    [
        ((), "API_URL is missing", "nothing given"),
        (("https://w.example/api.php",), "--user is missing", "whose account?"),
        (("https://w.example/", "--user", "B"), "not the address of an api.php", "told first"),
        (("https://w.example/api.php", "--user", "B@x"), "the account alone", "the login name"),
        (("https://w.example/api.php", "--user", "B|C"), "no name of an account", "two"),
        (("https://w.example/api.php", "--user", "B"), "--preset is missing", "which policy?"),
        (
            ("https://w.example/api.php", "--user", "B", "--preset", "tropdia"),
            "no preset “tropdia”",
            "a typo",
        ),
        (
            ("https://w.example/api.php", "--user", "B", "--preset", "none", "--name", "a b"),
            "letters and digits",
            "pywikibot would refuse it later",
        ),
    ],
)
def test_without_a_terminal_nobody_is_waited_for(
    arguments: tuple[str, ...], says: str, reason: str, shell: Shell
) -> None:
    ran = shell("--home", shell.directory / "new", "init", *arguments)
    assert ran.code == 2, reason
    assert says in ran.err, reason
    assert ran.err.count("\n") == 1
    assert not (shell.directory / "new").exists()


def test_at_a_terminal_a_slip_is_told_and_asked_again(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(("https://w.example/", "https://w.example/api.php", "B|C", "B", "tropdia"))

    def prompt(question: str, **_: object) -> str:
        del question
        answer = next(typed, None)
        if answer is None:
            raise click.Abort
        return answer

    monkeypatch.setattr(click, "prompt", prompt)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = shell("--home", shell.directory / "new", "init")
    assert ran.code == 130, "nobody answered any more"
    slips = ("not the address of an api.php", "no name of an account", "no preset “tropdia”")
    for line, slip in zip(ran.err.splitlines(), slips, strict=False):
        assert slip in line
    assert len(ran.err.splitlines()) == len(slips) + 1


def test_a_home_that_is_there_is_told_before_anything_is_asked(shell: Shell) -> None:
    shell.file("tropebot.toml", json.dumps(""))
    ran = shell("--home", shell.directory, "init")
    assert (ran.code, "holds tropebot.toml already" in ran.err) == (2, True)
