"""Tropedia, on Fandom: https://tropedia.fandom.com/wiki/

Fandom's API stands at https://<wiki>.fandom.com/api.php, not under /w (in the wiki list that
pywikibot's own fandom family keeps, `scriptpath` is empty as well); third-party tools log in with a bot
password (Fandom, Help:Logging in to third-party tools) over HTTPS. Namespaces (the Trope Workshop among
them) have other numbers than on other wikis and are asked of the wiki.
"""

from pywikibot import family


class Family(family.Family):
    """Tropedia's one language."""

    name = "tropedia"
    langs = {"en": "tropedia.fandom.com"}

    def protocol(self, code: str) -> str:
        """Bot passwords are accepted over HTTPS only."""
        return "https"

    def scriptpath(self, code: str) -> str:
        """api.php stands at the root."""
        return ""
