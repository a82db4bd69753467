"""Dumps that look like those of a healthy trope wiki, the same for the same size.

Nine content pages of ten are clean. Between two of them stand what wikis are full of beside: redirects, talk
pages, categories, user pages, all of them short; so a page has about 5 KB, and a gigabyte 200,000 pages.
"""

import bz2
import os
from collections.abc import Iterator
from html import escape
from itertools import count
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpus import pages
from tropebot.model import CATEGORY, MAIN, TEMPLATE
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import load
from tropebot.policy.offline import facts_from

PRESET = "tropedia"
_DIFFERENT = 3_000
_TALK, _USER = 1, 2
_TEMPLATES = (
    "Trope",
    "Work",
    "Creator",
    "Examples",
    "Tropelist",
    "Reflist",
    "Quote",
    "Fairuse",
    "W",
    "Spoiler",
    "Folder",
    "Tropesubpagefooter",
    "Trope Workshop",
)
_STREAM_PAGES = 100
"""Pages of a stream of a multistream file, as Wikimedia packs them."""


class Entry(NamedTuple):
    """A page as it is written into a dump."""

    title: str
    namespace: int
    text: str
    redirect: str = ""


def write_dump(path: Path, megabytes: float, *, most: int = 10**9) -> int:
    """A dump of that size, or of so many pages; how many it has. One that lies there already is kept."""
    beside = path.with_suffix(".pages")
    if not beside.exists():
        force = _force()
        number = 0
        with path.open("w", encoding="utf-8") as file:
            file.write(_head(force))
            for number, each in enumerate(_entries(force), 1):
                file.write(_page(number, each))
                if file.tell() >= megabytes * 1_000_000 or number >= most:
                    break
            file.write("</mediawiki>\n")
        beside.write_text(str(number))
    return int(beside.read_text())


def pack(path: Path) -> tuple[Path, Path]:
    """The dump as one bzip2 stream, and as one of many streams of a hundred pages with its index."""
    single, many = path.with_suffix(".xml.bz2"), path.with_suffix(".multi.bz2")
    if single.exists() and many.exists():
        return single, many
    text = path.read_bytes()
    single.write_bytes(bz2.compress(text))
    head, *rest = text.split(b"  <page>")
    rest[-1], end, tail = rest[-1].partition(b"</mediawiki>")
    with many.open("wb") as file:
        file.write(bz2.compress(head))
        for at in range(0, len(rest), _STREAM_PAGES):
            file.write(
                bz2.compress(b"".join(b"  <page>" + each for each in rest[at : at + _STREAM_PAGES]))
            )
        file.write(bz2.compress(end + tail))
        os.fsync(file.fileno())
    return single, many


def _force() -> PolicyInForce:
    policy = load(PRESET, []).policy
    return PolicyInForce(policy=policy, facts=facts_from(policy))


def _entries(force: PolicyInForce) -> Iterator[Entry]:
    made = [each.page for each in pages(_DIFFERENT, force, faulty_of_ten=1)]
    for name in _TEMPLATES:
        yield Entry(f"Template:{name}", TEMPLATE, "<noinclude>Shown.</noinclude>")
    for number in count():
        each = made[number % _DIFFERENT]
        title = each.title if number < _DIFFERENT else _another(each.title, number)
        yield Entry(title, each.namespace, each.text)
        if each.namespace == MAIN and "/" not in title:
            other = f"The {title}"
            yield Entry(other, MAIN, f"#REDIRECT [[{title}]]", title)
            yield Entry(f"Talk:{title}", _TALK, f"== Name ==\n{each.text[200:700]} ~~ Ada\n")
            yield Entry(
                f"Category:{title}", CATEGORY, f"Pages about [[{title}]].\n[[Category:All]]\n"
            )
        else:
            yield Entry(f"User:Ada {number}", _USER, f"{each.text[100:300]}\n")


def _another(title: str, number: int) -> str:
    """Another title of the same kind."""
    base, mark, rest = title.rpartition("/") if "/" in title else title.rpartition(".")
    return f"{base} {number}{mark}{rest}" if mark else f"{title} {number}"


def _head(force: PolicyInForce) -> str:
    spaces = "".join(
        f'      <namespace key="{number}" case="first-letter">{name}</namespace>\n'
        for number, name in sorted(force.facts.namespace_names.items())
    )
    return (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">\n'
        "  <siteinfo>\n    <sitename>Made up</sitename>\n    <dbname>made</dbname>\n"
        "    <base>http://127.0.0.1/wiki/Main_Page</base>\n    <generator>MediaWiki 1.39.17</generator>\n"
        f"    <case>first-letter</case>\n    <namespaces>\n{spaces}    </namespaces>\n  </siteinfo>\n"
    )


def _page(number: int, each: Entry) -> str:
    redirect = f'    <redirect title="{escape(each.redirect)}" />\n' if each.redirect else ""
    return (
        f"  <page>\n    <title>{escape(each.title, quote=False)}</title>\n    <ns>{each.namespace}</ns>\n"
        f"    <id>{number}</id>\n{redirect}    <revision>\n      <id>{number}</id>\n"
        "      <timestamp>2026-01-01T00:00:00Z</timestamp>\n      <contributor>\n"
        "        <username>Ada</username>\n        <id>7</id>\n      </contributor>\n"
        f"      <comment>Made</comment>\n      <origin>{number}</origin>\n      <model>wikitext</model>\n"
        f'      <format>text/x-wiki</format>\n      <text bytes="{len(each.text)}" xml:space="preserve">'
        f"{escape(each.text, quote=False)}</text>\n      <sha1>x</sha1>\n    </revision>\n  </page>\n"
    )
