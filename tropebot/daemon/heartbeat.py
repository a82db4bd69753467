"""The daemon's heartbeat: a small file that says when recent changes were last read to their end.

Must not be written by anything that could beat while the loop hangs. The machine's own clock is used, since
only this machine reads it.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from tropebot.errors import ConfigError, Exit, Incomplete, Unavailable

log = logging.getLogger(__name__)

LONGEST_SILENCE = timedelta(minutes=5)
"""How long a pass may do nothing at all; a single request is given up sooner."""
PULSE_SECONDS = 10.0


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """``polled`` is when the last pass read recent changes to their end, ``None``: not since it began.

    ``server`` is what the wiki's clock said then; ``looked`` is when the last pass ended, however it did.
    """

    polled: datetime | None
    server: datetime | None = None
    looked: datetime
    exit_code: int
    said: str = ""


@dataclass
class Heartbeat:
    """Writes beats, and touches the file while a pass goes on.

    Where that has never worked it is a `ConfigError`. Later it is told once and the daemon goes on: the
    file is gone then, so that nobody takes an old one for good news.
    """

    path: Path
    _pulsed: float = float("-inf")
    _begun: bool = False
    _told: bool = False

    def write(self, beat: Beat) -> None:
        """Replace the file, in one step: a reader never sees half of it."""
        fresh = self.path.with_name(f"{self.path.name}.new")
        with self._writable():
            fresh.write_bytes(msgspec.json.encode(beat))
            fresh.replace(self.path)

    def pulse(self, elapsed: float) -> None:
        """A request is about to be sent; ``elapsed`` is in seconds of a clock that never steps back."""
        if elapsed - self._pulsed >= PULSE_SECONDS:
            self._pulsed = elapsed
            with self._writable():
                if self._begun:
                    os.utime(self.path)
                else:
                    self.path.touch(mode=0o600)

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            said = (
                f"The heartbeat “{self.path}” cannot be written: {error.strerror}. Free the disk, or mend"
                " its rights."
            )
            if not self._begun:
                raise ConfigError(said) from None
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
            if not self._told:
                log.error("%s", said, extra={"action": "heartbeat"})
            self._told = True
        else:
            self._begun, self._told = True, False


def read_beat(path: Path) -> tuple[Beat | None, datetime]:
    """The last beat, ``None`` before the first, and when the file was last touched.

    Raises `Incomplete` where there is no such file, or none that can be read.
    """
    try:
        touched = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        text = path.read_bytes()
        return (msgspec.json.decode(text, type=Beat) if text else None), touched
    except FileNotFoundError:
        raise Incomplete(
            f"There is no heartbeat “{path}”: no daemon ever ran here, or it cannot write there."
        ) from None
    except (OSError, msgspec.DecodeError) as error:
        raise Incomplete(f"The heartbeat “{path}” cannot be read: {error}.") from None


def health(beat: Beat | None, touched: datetime, now: datetime) -> str:
    """One sentence about a daemon that works. Raises what tells that it does not.

    `Incomplete` for one that hangs or is gone, `Unavailable` where it waits for the wiki, `ConfigError` where
    its home, its ledger or the policy keeps it from working. A daemon that lives puts right within seconds
    what a jump of the machine's clock, to either side, makes of the file's time.
    """
    silence = now - touched
    if silence > LONGEST_SILENCE:
        minutes = int(silence.total_seconds() / 60)
        raise Incomplete(f"The daemon hangs or is gone: nothing was heard of it for {minutes} min.")
    if silence < -LONGEST_SILENCE:
        raise Incomplete(
            "The daemon hangs or is gone: it was last heard before the clock was set back."
        )
    if beat is None:
        return "The daemon works on its first pass."
    if beat.exit_code == Exit.UNAVAILABLE:
        raise Unavailable(f"The daemon waits for the wiki: {beat.said}")
    if beat.exit_code == Exit.CONFIG:
        raise ConfigError(f"The daemon cannot work: {beat.said}")
    age = int((now - beat.looked).total_seconds())
    standing = f" It stands still: {beat.said}" if beat.exit_code and beat.said else ""
    return f"The daemon works; its last pass ended {age} s ago.{standing}"
