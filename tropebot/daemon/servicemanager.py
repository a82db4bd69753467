"""Tells systemd how the daemon is: sd_notify(3)'s datagrams, and nothing where no service manager listens.

Must not import anything that is not in Python's library: it is a socket and four words.
"""

import os
import socket
from collections.abc import Mapping

NOTIFY_SOCKET, WATCHDOG = "NOTIFY_SOCKET", "WATCHDOG_USEC"


class ServiceManager:
    """Speaks to the socket that ``environment`` names; ``pulse`` at most every ``pulse_seconds``.

    ``pulse_seconds`` is half of the watchdog's time, as sd_watchdog_enabled(3) advises; 0 without a watchdog.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get(NOTIFY_SOCKET, "")
        mine = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        spans = environment.get(WATCHDOG, "") if self._address and mine else ""
        self.pulse_seconds = int(spans) / 2_000_000 if spans.isdigit() else 0.0
        self._pulsed = float("-inf")

    def ready(self) -> None:
        """The daemon has opened its home."""
        self._send("READY=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._send(f"STATUS={' '.join(text.split())}")

    def stopping(self) -> None:
        """It ends, as it was asked to."""
        self._send("STOPPING=1")

    def pulse(self, now: float) -> None:
        """The loop lives; ``now`` is in seconds of a clock that never steps back."""
        if self.pulse_seconds and now - self._pulsed >= self.pulse_seconds:
            self._pulsed = now
            self._send("WATCHDOG=1")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        # an abstract socket's name begins with a zero byte, written as “@”
        address = f"\0{self._address[1:]}" if self._address[0] == "@" else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            # a manager that does not listen just now must not hold the bot up
            channel.setblocking(False)
            try:
                channel.sendto(text.encode(), address)
            except BlockingIOError:
                return
            except OSError:
                # whoever listened is gone: nothing of the bot's work depends on it
                self._address = ""
