"""Whether the files of a bot home are for its operator alone.

Must not read them or change anything; what is wrong is said of all of them at once.
"""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from tropebot.errors import ConfigError


class OpenToOthers(ConfigError):
    """Files of the bot home are open to others: put their modes right; ``problems`` is a sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def find_writable(paths: Iterable[Path]) -> tuple[str, ...]:
    """A sentence for each path that others could write to, or own; none for what is not there."""
    return tuple(problem for path in paths if (problem := _writable(path)))


def find_readable(path: Path) -> str:
    """What keeps a file with a secret from being its owner's alone; empty where nothing does.

    Raises `OSError` where there is none, or where it cannot be looked at.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        return f"“{path}” must be a file of its own, not a link."
    if status.st_uid != os.geteuid():
        return f"“{path}” belongs to another user: make it yours with chown."
    if status.st_mode & 0o177:
        return f"“{path}” must be for you alone: run chmod 600 on it."
    return ""


def _writable(path: Path) -> str:
    try:
        status = path.stat()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"“{path}” cannot be read: {error.strerror}."
    if status.st_mode & stat.S_IWOTH:
        return f"“{path}” is writable by everybody: run chmod o-w on it."
    if status.st_uid not in {os.geteuid(), 0}:
        return f"“{path}” belongs to another user: make it yours with chown."
    return ""
