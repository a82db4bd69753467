"""`python3 -m demo`: the demo wiki from the command line, for the Makefile and for people.

Must not hold the work of a step, only which steps there are.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from demo.home import forget, write_password
from demo.mediawiki import ADMIN, PORT, Wiki, wikis_directory
from demo.packages import DemoError, provide_venv, say
from demo.populate import populate
from demo.verify import differences

CHECKOUT = Path(__file__).resolve().parent.parent


def _fill(wiki: Wiki) -> None:
    """Bring the wiki up anew, as it is when only people have edited it."""
    wiki.destroy()
    wiki.up()
    populate(wiki)


def _home(wiki: Wiki) -> None:
    """Make `config/` of the checkout the home of this wiki's bot."""
    say("Writing the bot's password to config/user-password.py")
    forget(CHECKOUT / "config")
    write_password(CHECKOUT / "config", wiki)


def _verify(wiki: Wiki) -> None:
    """Compare the wiki with EXPECTED.md.

    Raises DemoError with all that differs.
    """
    if found := tuple(differences(wiki)):
        raise DemoError("\n".join((*found, f"{len(found)} differences from demo/EXPECTED.md")))
    say("Every page of the wiki is as demo/EXPECTED.md says")


def _admin(wiki: Wiki) -> None:
    say(f"Log in there as:  {ADMIN}, password {wiki.passwords[ADMIN]}")


def _down(wiki: Wiki) -> None:
    wiki.down()
    say("The demo wiki is down")


STEPS: dict[str, Callable[[Wiki], None]] = {
    "port": Wiki.refuse_taken_port,
    "up": Wiki.up,
    "fill": _fill,
    "home": _home,
    "verify": _verify,
    "since": lambda wiki: say((wiki.directory / "since").read_text(encoding="utf-8")),
    "jobs": Wiki.run_jobs,
    "admin": _admin,
    "down": _down,
    "destroy": Wiki.destroy,
    "venv": lambda _: provide_venv(CHECKOUT / ".venv"),
}


def main() -> int:
    """Do the steps in order; 0 when they are done, 1 with a line on stderr where a person must help."""
    parser = argparse.ArgumentParser(prog="python3 -m demo", description="The demo wiki.")
    parser.add_argument("steps", nargs="+", choices=STEPS, metavar="STEP", help=", ".join(STEPS))
    parser.add_argument("--port", type=int, default=PORT, help="the wiki's port on 127.0.0.1")
    parser.add_argument("--name", default="demo", help="the wiki's directory below .wiki/")
    parser.add_argument("--version", default="", help="MediaWiki's version: 1.39 or 1.43")
    wanted = parser.parse_args()
    try:
        wiki = Wiki(wikis_directory() / wanted.name, wanted.port, wanted.version)
        for step in wanted.steps:
            STEPS[step](wiki)
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
