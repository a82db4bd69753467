"""The bot home: where it is looked for, what is refused in it, and that its password stays in it."""

import logging
import os
import shutil
import sys
import traceback
from pathlib import Path

import pytest

from tropebot.errors import ConfigError, Exit
from tropebot.filemodes import OpenToOthers
from tropebot.home import (
    Credentials,
    home_directory,
    make_state_directory,
    open_home,
    pywikibot_environment,
    read_credentials,
)

CHECKOUT = Path(__file__).resolve().parent.parent
SECRET = "0123456789abcdefghijklmnopqrstuv"
NOTHING: dict[str, str] = {}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the home that the checkout holds."""
    found = tmp_path / "home"
    shutil.copytree(
        CHECKOUT / "config",
        found,
        ignore=shutil.ignore_patterns("user-password.py", "state", "__pycache__"),
    )
    found.chmod(0o755)
    return found


def settings(directory: Path, text: str) -> None:
    (directory / "tropebot.toml").write_text(text, encoding="utf-8")


def password(directory: Path, text: str, mode: int = 0o600) -> Path:
    path = directory / "user-password.py"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


MINIMAL = 'family = "tropedemo"\nuser = "TropeBot"\npreset = "demo"\n'


def test_the_option_comes_before_the_environment(tmp_path: Path) -> None:
    named = {"TROPEBOT_HOME": str(tmp_path / "named")}
    assert home_directory(tmp_path / "given", named) == tmp_path / "given"
    assert home_directory(None, named) == tmp_path / "named"


def test_the_checkouts_own_config_is_next() -> None:
    assert home_directory(None, NOTHING) == CHECKOUT / "config"


def test_an_installed_package_uses_the_users_directory_and_never_the_working_one(
    tmp_path: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(directory)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    package = tmp_path / "site-packages" / "tropebot"
    assert home_directory(None, NOTHING, package=package) == tmp_path / "xdg" / "tropebot"


def test_the_settings_of_the_checkout_are_read(directory: Path) -> None:
    home = open_home(directory, environment=NOTHING)
    assert (home.operator.family, home.operator.code, home.operator.user) == (
        "tropedemo",
        "en",
        "TropeBot",
    )
    assert home.state == directory / "state"


def test_what_is_not_said_has_a_careful_default(directory: Path) -> None:
    settings(directory, MINIMAL)
    operator = open_home(directory, environment=NOTHING).operator
    assert operator.edit_seconds == 10
    assert operator.policy_page == "MediaWiki:Tropebot-policy.json"


@pytest.mark.parametrize(
    ("text", "seconds", "reason"),
    [
        ("[limits]\nedits_per_minute = 0\n", 0, "as fast as the wiki answers"),
        ("[limits]\nedits_per_minute = 60\n", 1, "one a second"),
        ("[limits]\nedits_per_minute = 60\n[forbid]\nedits_per_minute = 2\n", 30, "the stricter"),
        ("[limits]\nedits_per_minute = 0\n[forbid]\nedits_per_minute = 2\n", 30, "the stricter"),
    ],
)
def test_the_stricter_rate_counts(directory: Path, text: str, seconds: float, reason: str) -> None:
    settings(directory, MINIMAL + text)
    assert open_home(directory, environment=NOTHING).operator.edit_seconds == seconds, reason


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("family = ", "tropebot.toml"),
        ('user = "TropeBot"\npreset = "demo"\n', "family"),
        (MINIMAL + "colour = 1\n", "colour"),
        (MINIMAL + "code = 7\n", "code"),
        (MINIMAL + '[forbid]\nactions = ["everything"]\n', "everything"),
        (MINIMAL + "[limits]\ncall_seconds = 0\n", "call_seconds"),
        (
            MINIMAL + "polcy_page = 'x'\n",
            "“polcy_page” does not exist (did you mean “policy_page”?)",
        ),
        (
            MINIMAL + "[forbid]\nnamespace = []\n",
            "(did you mean “namespaces”?); it has actions, rules",
        ),
        (MINIMAL + '[forbid]\nactions = ["promot"]\n', "none of write, flag, unflag, fix, notify"),
        (MINIMAL + '[forbid]\nactions = ["promot"]\n', "did you mean “promote”?"),
        ('family = "x"\npreset = "demo"\n', "the key “user” is missing"),
        (MINIMAL + "[limits]\nrun_secs = 3\n", "did you mean “run_seconds”?"),
        (MINIMAL + "limits = 7\n", "limits must be"),
        ('family = ""\nuser = "x"\npreset = "demo"\n', "family"),
    ],
)
def test_a_mistake_in_the_settings_is_told_in_one_line(
    directory: Path, text: str, says: str
) -> None:
    settings(directory, text)
    with pytest.raises(ConfigError) as told:
        open_home(directory, environment=NOTHING)
    assert says in str(told.value)
    assert "\n" not in str(told.value)
    assert told.value.exit_code is Exit.CONFIG


def test_settings_that_are_no_text_are_told(directory: Path) -> None:
    (directory / "tropebot.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not usable"):
        open_home(directory, environment=NOTHING)


def test_a_directory_without_settings_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a bot home"):
        open_home(tmp_path, environment=NOTHING)


def test_a_home_without_pywikibots_settings_is_told(directory: Path) -> None:
    (directory / "user-config.py").unlink()
    with pytest.raises(ConfigError, match="missing"):
        open_home(directory, environment=NOTHING)


@pytest.mark.parametrize(
    "name",
    [".", "tropebot.toml", "user-config.py", "families", "families/tropedemo_family.py", "state"],
)
def test_h23_h25_what_others_could_write_is_refused(directory: Path, name: str) -> None:
    path = directory / name
    if name == "state":
        path.mkdir()
    path.chmod(path.stat().st_mode | 0o002)
    with pytest.raises(ConfigError, match="chmod o-w"):
        open_home(directory, environment=NOTHING)


def test_all_that_others_could_write_is_named_at_once(directory: Path) -> None:
    names = ("tropebot.toml", "user-config.py", "families/tropedemo_family.py")
    for name in names:
        (directory / name).chmod(0o666)
    password(directory, f"('TropeBot', '{SECRET}')", 0o644)
    with pytest.raises(OpenToOthers) as told:
        open_home(directory, environment=NOTHING)
    named = [problem.split("”")[0].lstrip("“") for problem in told.value.problems]
    assert named == [str(directory / name) for name in (*names, "user-password.py")]
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "login_name", "reason"),
    [
        (f"('TropeBot', BotPassword('patrol', '{SECRET}'))", "TropeBot@patrol", "the usual line"),
        (f"# ours\n\n('TropeBot', BotPassword('p', '{SECRET}'))\n", "TropeBot@p", "a comment"),
        (f"('tropedemo', 'TropeBot', BotPassword('p', '{SECRET}'))", "TropeBot@p", "by family"),
        (f"('en', 'tropedemo', 'TropeBot', BotPassword('p', '{SECRET}'))", "TropeBot@p", "by code"),
        (f"('TropeBot', '{SECRET}')", "TropeBot", "the account's own password"),
        (
            f"('TropeBot', 'older')\n('TropeBot', BotPassword('p', '{SECRET}'))",
            "TropeBot@p",
            "the last line that fits, as pywikibot has it",
        ),
        (
            f"('TropeBot', BotPassword('p', '{SECRET}'))\n('Other', 'x')",
            "TropeBot@p",
            "another account's line plays no part",
        ),
    ],
)
def test_the_password_file(directory: Path, text: str, login_name: str, reason: str) -> None:
    password(directory, text)
    found = read_credentials(open_home(directory, environment=NOTHING), environment=NOTHING)
    assert (found.login_name, found.password) == (login_name, SECRET), reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"('TropeBot', '{SECRET}'", "no end"),
        (f"('TropeBot', open('{SECRET}'))", "a call of something else"),
        (f"('TropeBot', BotPassword('p', '{SECRET}' + 'x'))", "no literal"),
        (f"password = '{SECRET}'", "no tuple"),
        (f"('TropeBot', 5, '{SECRET}')", "no text"),
        (f"('{SECRET}',)", "too short"),
        (f"('TropeBot', BotPassword('p', '{SECRET}x'))", "too long for a bot password"),
        (f"('TropeBot', BotPassword('p', '{SECRET.upper()}'))", "not a bot password's letters"),
        (f"('Somebody', '{SECRET}')", "another account's only"),
        (f"('tropedia', 'TropeBot', '{SECRET}')", "another wiki's only"),
        (f"('de', 'tropedemo', 'TropeBot', '{SECRET}')", "another language's only"),
        (f"import os; os._exit(1)  # {SECRET}", "code, which is not run"),
        ("", "nothing"),
    ],
)
def test_h22_a_password_file_that_is_not_usable_shows_nothing_of_itself(
    directory: Path, text: str, reason: str
) -> None:
    password(directory, text)
    home = open_home(directory, environment=NOTHING)
    with pytest.raises(ConfigError) as told:
        read_credentials(home, environment=NOTHING)
    shown = "".join(traceback.format_exception(told.value))
    assert SECRET.lower() not in shown.lower(), reason
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o602, 0o700])
def test_h23_a_password_file_that_others_can_read_is_refused(directory: Path, mode: int) -> None:
    password(directory, f"('TropeBot', '{SECRET}')", mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        read_credentials(open_home(directory, environment=NOTHING), environment=NOTHING)


def test_h23_a_password_file_that_is_a_link_is_refused(directory: Path, tmp_path: Path) -> None:
    real = password(tmp_path, f"('TropeBot', '{SECRET}')")
    (directory / "user-password.py").symlink_to(real)
    with pytest.raises(ConfigError, match="not a link"):
        read_credentials(open_home(directory, environment=NOTHING), environment=NOTHING)


def test_no_password_at_all_says_how_to_give_one(directory: Path) -> None:
    with pytest.raises(ConfigError, match="TROPEBOT_PASSWORD") as told:
        read_credentials(open_home(directory, environment=NOTHING), environment=NOTHING)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("given", "login_name", "secret"),
    [
        (f"patrol@{SECRET}", "TropeBot@patrol", SECRET),
        ("correct@horse", "TropeBot", "correct@horse"),
    ],
)
def test_the_environment_comes_before_the_file(
    directory: Path, given: str, login_name: str, secret: str
) -> None:
    password(directory, "('TropeBot', 'of the file')")
    home = open_home(directory, environment=NOTHING)
    found = read_credentials(home, environment={"TROPEBOT_PASSWORD": given})
    assert (found.login_name, found.password, found.password_file) == (login_name, secret, None)


def test_the_32_characters_alone_are_no_bot_password(directory: Path) -> None:
    home = open_home(directory, environment=NOTHING)
    with pytest.raises(ConfigError, match="name@password") as told:
        read_credentials(home, environment={"TROPEBOT_PASSWORD": SECRET})
    assert SECRET not in str(told.value)


def test_h22_a_password_is_in_no_representation(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    password(directory, f"('TropeBot', BotPassword('patrol', '{SECRET}'))")
    home = open_home(directory, environment=NOTHING)
    found = read_credentials(home, environment=NOTHING)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger(__name__).debug("%s %r %s", found, found, home)
    assert SECRET not in caplog.text + repr(found) + str(found) + f"{found}" + repr(home)
    assert isinstance(found, Credentials)


def test_the_state_directory_is_private(directory: Path) -> None:
    home = open_home(directory, environment=NOTHING)
    assert make_state_directory(home).stat().st_mode & 0o777 == 0o700
    assert make_state_directory(home) == home.state


def test_pywikibot_sees_this_home_and_none_of_our_arguments(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["tropebot", "-dir:/elsewhere", "-v"])
    monkeypatch.setenv("PYWIKIBOT_NO_USER_CONFIG", "2")
    home = open_home(directory, environment=NOTHING)
    with pywikibot_environment(home):
        assert os.environ["PYWIKIBOT_DIR"] == str(directory)
        assert os.environ["PYWIKIBOT_NO_USER_CONFIG"] == "0"
        assert sys.argv == ["tropebot"]
    assert "PYWIKIBOT_DIR" not in os.environ
    assert os.environ["PYWIKIBOT_NO_USER_CONFIG"] == "2"
    assert sys.argv == ["tropebot", "-dir:/elsewhere", "-v"]
