"""The demo wiki of `make demo`: a MediaWiki of one's own on this machine, behind PHP's web server."""

import os

from pywikibot import family


class Family(family.Family):
    """One wiki on 127.0.0.1; namespaces and everything else are asked of the wiki."""

    name = "tropedemo"
    langs = {"en": f"127.0.0.1:{os.environ.get('TROPEBOT_DEMO_PORT') or 8125}"}

    def protocol(self, code: str) -> str:
        """Plain HTTP: nothing leaves this machine."""
        return "http"

    def scriptpath(self, code: str) -> str:
        """The demo serves MediaWiki under /w, as Debian and Miraheze do."""
        return "/w"
