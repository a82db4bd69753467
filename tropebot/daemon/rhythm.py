"""How long the daemon waits between two looks at recent changes: short where much happens, else long.

Must not wait or ask for the time itself.
"""

import msgspec
from msgspec.structs import force_setattr, replace

from tropebot.errors import Exit

_QUICKER, _SLOWER, _AWAY = 0.5, 1.5, 2.0


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """The present wait, in seconds, and its limits; ``away`` is the longest where the wiki is away."""

    shortest: float
    longest: float
    away: float
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if not self.seconds:
            force_setattr(self, "seconds", self.shortest)

    def after(self, exit_code: Exit, *, changes: int = 0, deferred: int = 0) -> "Rhythm":
        """The rhythm after a pass that ended so, brought so many changes and left so much undone."""
        if exit_code is Exit.UNAVAILABLE:
            return replace(self, seconds=min(max(self.seconds, self.shortest) * _AWAY, self.away))
        present = min(self.seconds, self.longest)
        if exit_code in (Exit.STOPPED, Exit.NOT_ALLOWED, Exit.CONFIG):
            # a person has to do something; until then only the run page is looked at
            return replace(self, seconds=self.longest)
        if deferred or exit_code in (Exit.INCOMPLETE, Exit.LOCKED):
            return replace(self, seconds=self.shortest)
        factor = _QUICKER if changes else _SLOWER
        return replace(self, seconds=min(max(present * factor, self.shortest), self.longest))
