"""Moderators' scripts, also for pywikibot's wrapper (`pwb NAME`), which finds them by `PLACE`.

In an installed tropebot this directory is the package `tropebot.scripts`.
"""

from pathlib import Path


class _Place(type(Path())):  # type: ignore[misc]  # whichever class paths have here
    """This directory, by the name of its package: pywikibot looks for `<stem>.i18n`."""

    @property
    def stem(self) -> str:
        return __name__


PLACE = _Place(__file__).parent
