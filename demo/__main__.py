"""`python3 -m demo`: the demo wiki from the command line, for the Makefile and for people.

Must not hold any steps of its own: it only names them.
"""

import argparse
import sys

from demo.mediawiki import PORT, VERSION, Wiki, wikis_directory
from demo.packages import DemoError, say
from demo.populate import populate


def _fill(wiki: Wiki) -> None:
    """Bring the wiki up as it is when nobody but people has edited it."""
    wiki.destroy()
    wiki.up()
    say(f"Recent changes since {populate(wiki)} are for the patrol")


def main() -> int:
    """Do one step; 0 when it is done, 1 with one line on stderr when a person must help."""
    parser = argparse.ArgumentParser(prog="python3 -m demo", description="The demo wiki.")
    parser.add_argument("step", choices=("up", "fill", "down", "destroy", "jobs"))
    parser.add_argument("--port", type=int, default=PORT, help="the wiki's port on 127.0.0.1")
    parser.add_argument("--name", default="demo", help="the wiki's directory below .wiki/")
    parser.add_argument("--version", default=VERSION, help="MediaWiki's version")
    wanted = parser.parse_args()
    wiki = Wiki(wikis_directory() / wanted.name, wanted.port, wanted.version)
    steps = {
        "up": wiki.up,
        "fill": lambda: _fill(wiki),
        "down": wiki.down,
        "destroy": wiki.destroy,
        "jobs": wiki.run_jobs,
    }
    try:
        steps[wanted.step]()
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    say(f"{wanted.step}: done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
