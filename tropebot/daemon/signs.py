"""What a process is asked to do from outside while it runs: to end (SIGTERM, SIGINT), to reload (SIGHUP).

Must not end anything itself: the loop looks here between two intents. A second request to end interrupts
what is being done, as Ctrl-C does.
"""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_MANY = 4096


class Signs:
    """The signals that came in so far.

    They wake whoever waits through a pipe: a lock, as in `threading.Event`, could be held by the very code
    that a signal interrupts.
    """

    def __init__(self) -> None:
        self._end = False
        self._reload = False
        self._woken, self._wakes = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    @property
    def end(self) -> bool:
        """Whether the process was asked to end."""
        return self._end

    def take_reload(self) -> bool:
        """Whether the settings are to be read anew; asked for once."""
        asked, self._reload = self._reload, False
        return asked

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until something is asked for; whether it was."""
        woken = bool(select.select([self._woken], [], [], seconds)[0])
        if woken:
            os.read(self._woken, _MANY)
        return woken

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Signals are taken here as long as this lasts."""
        kept = {
            signal.SIGTERM: signal.signal(signal.SIGTERM, self._asked_to_end),
            signal.SIGINT: signal.signal(signal.SIGINT, self._asked_to_end),
            signal.SIGHUP: signal.signal(signal.SIGHUP, self._asked_to_reload),
        }
        try:
            yield
        finally:
            for sign, handler in kept.items():
                signal.signal(sign, handler)

    def _asked_to_end(self, sign: int, frame: FrameType | None) -> None:
        del sign, frame
        again, self._end = self._end, True
        self._wake()
        if again:
            raise KeyboardInterrupt

    def _asked_to_reload(self, sign: int, frame: FrameType | None) -> None:
        del sign, frame
        self._reload = True
        self._wake()

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # so often that the pipe is full: it wakes all the same
            os.write(self._wakes, b"!")
