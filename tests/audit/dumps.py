"""Dumps as MediaWiki writes them, made in the test, whole or spoilt."""

import bz2
import gzip
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import zstandard

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-{version}/" version="{version}" xml:lang="en">
  <siteinfo>
    <sitename>Trope Demo</sitename>
    <dbname>wiki</dbname>
    <base>http://127.0.0.1/wiki/Main_Page</base>
    <generator>MediaWiki 1.39.17</generator>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">Talk</namespace>
      <namespace key="4" case="first-letter">Trope Demo</namespace>
      <namespace key="6" case="first-letter">File</namespace>
      <namespace key="8" case="first-letter">MediaWiki</namespace>
      <namespace key="10" case="first-letter">Template</namespace>
      <namespace key="14" case="first-letter">Category</namespace>
      <namespace key="112" case="first-letter">Trope Workshop</namespace>
    </namespaces>
  </siteinfo>
"""
TAIL = "</mediawiki>\n"
CLEAN = (
    "{{trope}}\nSomebody falls and lives.\n{{examples}}\n* ''A'': so.\n[[Category:{{PAGENAME}}]]\n"
)
FAULTY = "Somebody falls and lives.\n"


def revision(text: str, number: int = 1, timestamp: str = "2026-01-01T00:00:00Z") -> str:
    """A revision as schema 0.11 has it."""
    return (
        f"    <revision>\n      <id>{number}</id>\n      <timestamp>{timestamp}</timestamp>\n"
        "      <contributor>\n        <username>Ada</username>\n        <id>7</id>\n      </contributor>\n"
        f"      <comment>Made</comment>\n      <origin>{number}</origin>\n      <model>wikitext</model>\n"
        f'      <format>text/x-wiki</format>\n      <text bytes="{len(text)}" xml:space="preserve">'
        f"{escape(text, quote=False)}</text>\n      <sha1>x</sha1>\n    </revision>\n"
    )


def page(
    title: str,
    text: str = CLEAN,
    *,
    ns: int = 0,
    number: int = 1,
    more: str = "",
    revisions: str = "",
) -> str:
    """A page; ``more`` stands before its revisions, ``revisions`` in the place of the one."""
    return (
        f"  <page>\n    <title>{escape(title, quote=False)}</title>\n    <ns>{ns}</ns>\n"
        f"    <id>{number}</id>\n{more}{revisions or revision(text, number)}  </page>\n"
    )


def dump(pages: Iterable[str], version: str = "0.11") -> bytes:
    """A whole dump."""
    return (HEAD.replace("{version}", version) + "".join(pages) + TAIL).encode()


def many(count: int, *, faulty: int = 10, size: int = 0) -> list[str]:
    """So many pages, every so-manieth of them faulty."""
    rest = "\n" + "Words and words. " * (size // 17)
    return [
        page(f"Page {n}", (FAULTY if n % faulty == 0 else CLEAN) + rest, number=n)
        for n in range(1, count + 1)
    ]


def multistream(head: str, groups: Sequence[Sequence[str]]) -> bytes:
    """A bzip2 file of one stream for each group, as Wikimedia's are."""
    parts = [head, *("".join(group) for group in groups), TAIL]
    return b"".join(bz2.compress(part.encode()) for part in parts)


def packed(data: bytes, suffix: str) -> bytes:
    """The dump as a file of that kind."""
    match suffix:
        case ".gz":
            return gzip.compress(data)
        case ".bz2":
            return bz2.compress(data)
        case ".zst":
            return zstandard.ZstdCompressor().compress(data)
        case ".multi.bz2":
            head, *rest = data.decode().split("  <page>")
            tail = rest[-1].index(TAIL)
            pages = ["  <page>" + each for each in (*rest[:-1], rest[-1][:tail])]
            return multistream(head, [pages[at : at + 5] for at in range(0, len(pages), 5)])
        case _:
            return data


def written(directory: Path, name: str, data: bytes) -> Path:
    """The file of a dump."""
    path = directory / name
    path.write_bytes(data)
    return path
