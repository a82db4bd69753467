"""Fills the demo wiki: imports what stands there from long ago, then lets people edit through the API.

Must not touch the bot's home or its ledger.
"""

import re
import struct
import time
import zlib
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from demo import content
from demo.content import NOBODY, Step
from demo.mediawiki import ADMIN, EDITORS, Wiki
from demo.packages import DemoError, say
from demo.people import Person

POPULATED = "populated"
POLICY_PAGE = "MediaWiki:Tropebot-policy.json"
RUN_PAGE = "User:TropeBot/Run"
POLICY = '{\n    "mode": "act"\n}'
EXPORT = "http://www.mediawiki.org/xml/export-0.11/"
SIZE = 96


def png(name: str) -> bytes:
    """A small PNG, different for each name: a colour with a stripe."""
    seed = zlib.crc32(name.encode())
    ground = bytes((80 + seed % 150, 80 + (seed >> 8) % 150, 80 + (seed >> 16) % 150))
    stripe = bytes(255 - part for part in ground)
    at = 10 + seed % (SIZE - 30)
    rows = b"".join(b"\0" + (stripe if at <= y < at + 12 else ground) * SIZE for y in range(SIZE))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def _author(name: str) -> str:
    """Somebody with an account, or an address."""
    kind = "ip" if re.fullmatch(r"(\d+\.){3}\d+", name) else "username"
    return f"<{kind}>{escape(name)}</{kind}>"


def _page(step: Step) -> str:
    text = f'<text xml:space="preserve">{escape(step.text)}</text>'
    return (
        f"<page><title>{escape(step.title)}</title><revision>"
        f"<timestamp>{step.on}T12:00:00Z</timestamp>"
        f"<contributor>{_author(step.by)}</contributor>"
        f"<comment>imported</comment><model>wikitext</model><format>text/x-wiki</format>{text}"
        "</revision></page>"
    )


def bring_in(wiki: Wiki, steps: Iterable[Step]) -> None:
    """Import pages with their dates and authors; they leave no recent changes."""
    pages = "".join(_page(step) for step in steps)
    dump = wiki.directory / "base.xml"
    dump.write_text(f"<mediawiki xmlns={quoteattr(EXPORT)}>{pages}</mediawiki>", encoding="utf-8")
    dump.chmod(0o644)
    wiki.maintenance("importDump.php", "--username-prefix=imported", str(dump))
    dump.unlink()


def people(wiki: Wiki) -> dict[str, Person]:
    """The wiki's people, by name, and somebody who is not logged in."""
    passwords = wiki.passwords
    known = {name: Person(wiki.api, name, passwords[name]) for name in (ADMIN, *EDITORS)}
    return {**known, NOBODY: Person(wiki.api)}


def take(person: Person, step: Step) -> None:
    """Let a person do one step.

    Raises ApiError where the wiki refuses it.
    """
    match step.action:
        case "edits":
            person.edit(step.title, step.text, step.says)
        case "uploads":
            name = step.title.partition(":")[2]
            person.upload(name, png(name), step.text, step.says)
        case "moves":
            person.move(step.title, step.target, reason=step.says)
        case "deletes":
            person.delete(step.title, step.says)
        case _:
            raise DemoError(f"Nobody knows how one {step.action}.")


def populate(wiki: Wiki) -> str:
    """Fill an empty wiki, keep it as a snapshot, and return the server's time before the first edit.

    Raises DemoError where the wiki refuses a step.
    """
    say(f"Importing {len(content.base())} older pages")
    bring_in(wiki, content.base())
    everybody = people(wiki)
    admin = everybody[ADMIN]
    admin.edit(POLICY_PAGE, POLICY, "the policy of this wiki")
    admin.edit(RUN_PAGE, "run", "the bot may run")
    admin.protect(RUN_PAGE, "edit=autoconfirmed|move=sysop")
    since = next_second(admin)
    recent = content.recent()
    say(f"Letting {len(everybody)} people make {len(recent)} edits, uploads and moves")
    for step in recent:
        take(everybody[step.by], step)
    wiki.run_jobs()
    (wiki.directory / "since").write_text(since, encoding="utf-8")
    wiki.snapshot(POPULATED)
    return since


def next_second(person: Person) -> str:
    """The server's time once it is later than all that was done: timestamps have whole seconds."""
    first = now = _server_time(person)
    while now == first:
        time.sleep(0.05)
        now = _server_time(person)
    return now


def _server_time(person: Person) -> str:
    return str(person.query(meta="siteinfo")["general"]["time"])
