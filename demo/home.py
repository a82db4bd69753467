"""Makes a bot home for a wiki of ours: the password file, and no memory of an earlier wiki.

Must not change the settings that are in the repository, and must not show the password.
"""

import shutil
from pathlib import Path

from demo.mediawiki import APP_ID, BOT, Wiki

PRIVATE = ("user-password.py", "state", "apicache", "throttle.ctrl", "*.lwp", "__pycache__", "logs")
"""What a bot home collects beside what is in the repository."""


def write_password(home: Path, wiki: Wiki) -> None:
    """The bot password of the wiki's bot, readable by nobody else."""
    password = wiki.passwords[f"{BOT}@{APP_ID}"]
    file = home / "user-password.py"
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    line = f"({BOT!r}, BotPassword({APP_ID!r}, {password!r}))\n"
    file.write_text(line, encoding="utf-8")


def forget(home: Path) -> None:
    """Remove what the bot remembers of a wiki that is no more: its ledger, sessions and caches."""
    for pattern in PRIVATE:
        for path in home.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def make_home(source: Path, home: Path, wiki: Wiki) -> Path:
    """A bot home of its own at ``home``, with the settings of ``source``."""
    shutil.copytree(source, home, ignore=shutil.ignore_patterns(*PRIVATE))
    home.chmod(0o755)
    write_password(home, wiki)
    return home
