"""All The Tropes, on Miraheze: https://allthetropes.org/wiki/

Miraheze serves api.php under /w on the wiki's own domain, and asks for a User-Agent that names a
contact and does not look like a browser's (Miraheze Meta, Tech:User Agents): set `contact` in
tropebot.toml. Namespaces have other numbers than on other wikis and are asked of the wiki.
"""

from pywikibot import family


class Family(family.Family):
    """All The Tropes' one language."""

    name = "allthetropes"
    langs = {"en": "allthetropes.org"}

    def protocol(self, code: str) -> str:
        """Miraheze redirects plain HTTP."""
        return "https"

    def scriptpath(self, code: str) -> str:
        """Miraheze's usual script path."""
        return "/w"
