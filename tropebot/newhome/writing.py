"""Writes a new bot home's files where there are none yet, for nobody else to change.

Must not overwrite anything, and must not leave half a home behind. A password that is read here is in no
message.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from tropebot.errors import ConfigError
from tropebot.home import (
    BARE_PASSWORD,
    BOT_PASSWORD,
    PASSWORDS,
    PYWIKIBOT_SETTINGS,
    SETTINGS,
    Credentials,
    check_file_modes,
)

_MOST = 4096


def refuse_taken(directory: Path) -> None:
    """Raise `ConfigError` where a home, or a part of one, is already."""
    for name in (SETTINGS, PYWIKIBOT_SETTINGS, PASSWORDS, "families"):
        if os.path.lexists(directory / name):
            raise ConfigError(
                f"“{directory}” holds {name} already, and nothing is overwritten: name another directory with"
                " --home, or move it away."
            )


def read_secret(path: Path, user: str) -> Credentials:
    """The bot password in a file: `NAME@PASSWORD`, or as Special:BotPasswords shows it.

    Raises `ConfigError`.
    """
    try:
        with path.open("rb") as file:
            words = file.read(_MOST).decode("utf-8").split()
    except UnicodeDecodeError:
        raise ConfigError(f"“{path}” is not UTF-8 text.") from None
    except OSError as error:
        raise ConfigError(f"“{path}” cannot be read: {error.strerror}.") from None
    if len(words) == 2:  # “Account@name” and the password beside it
        account, _, suffix = words[0].rpartition("@")
        if account and account.replace("_", " ") != user.replace("_", " "):
            raise ConfigError(f"“{path}” holds a password of another account than {user}.")
        words = [f"{suffix}@{words[1]}"]
    given = words[0] if len(words) == 1 else ""
    if match := BOT_PASSWORD.fullmatch(given.removeprefix(f"{user}@")):
        return Credentials(login_name=f"{user}@{match['suffix']}", password=match["password"])
    if BARE_PASSWORD.fullmatch(given):
        why = "it lacks the name of the bot password"
    else:
        why = "that is no bot password"
    raise ConfigError(
        f"“{path}”: {why}. Write name@password in one line, with the name that Special:BotPasswords shows"
        " after the “@” and its 32 characters."
    )


def write_home(directory: Path, texts: Mapping[str, str]) -> None:
    """Make the home: directories 0700, files 0600, in the order given. Raises `ConfigError`.

    Where something fails, what was made is taken away again.
    """
    refuse_taken(directory)
    made: list[Path] = []
    try:
        _make_directory(directory, made)
        for name, text in texts.items():
            path = directory / name
            _make_directory(path.parent, made)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            made.append(path)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
        _refuse_crowd(directory)
        check_file_modes(directory)
    except (OSError, ConfigError) as error:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink()
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"“{directory}” cannot be made: {error.strerror}.") from None


def _make_directory(directory: Path, made: list[Path]) -> None:
    if directory.is_dir():
        return
    _make_directory(directory.parent, made)
    directory.mkdir(mode=0o700)
    made.append(directory)


def _refuse_crowd(directory: Path) -> None:
    """A directory in which a whole group may replace files is no place for what pywikibot runs."""
    if directory.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise ConfigError(f"“{directory}” is writable by others than you: run chmod go-w on it.")
