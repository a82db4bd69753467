"""The pages of a MediaWiki export (schema 0.10, 0.11), one after the other, by expat with handlers.

Must not judge, and must not keep more than one page and one block. A `<!DOCTYPE` is refused, so nothing can
be expanded or fetched; what MediaWiki never writes (`Caps`) is an error. Errors come behind the last whole
page.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NoReturn
from xml.parsers import expat

from msgspec.structs import replace

from tropebot.audit.values import Caps, DumpPage, SiteInfo, Upload
from tropebot.errors import BrokenDump

SCHEMAS = tuple(f"http://www.mediawiki.org/xml/export-{number}/" for number in ("0.10", "0.11"))
HEAD = f'<mediawiki xmlns="{SCHEMAS[-1]}">'.encode()
TAIL = b"</mediawiki>"
WEB_PAGE = "is a web page and no dump, perhaps an error that was saved: fetch the dump again."
_BUFFER = 1 << 16
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_ROOT, _PART, _FIELD, _INNER = 1, 2, 3, 4
_EXPORT = "http://www.mediawiki.org/xml/export-"
_PARTS = frozenset({"siteinfo", "page", "logitem"})
_OF_PAGE = frozenset({"title", "ns", "id"})
_OF_REVISION = frozenset({"id", "timestamp", "model", "text"})
_OF_UPLOAD = frozenset({"timestamp", "comment", "username", "ip"})
_OF_SITE = frozenset({"sitename", "base", "case", "namespace"})


class Reader:
    """Takes blocks of XML and gives pages; ``site`` is known when the first page is."""

    def __init__(self, caps: Caps | None = None, *, origin: int = 0, name: str = "") -> None:
        """``origin`` is the byte of the file at which the first block begins, ``name`` is for errors."""
        self.site = SiteInfo()
        self.seen = 0
        self._caps = caps or Caps()
        self._origin, self._name = origin, name
        self._pages: list[DumpPage] = []
        self._parser = parser = expat.ParserCreate("UTF-8")
        parser.buffer_text = True
        parser.buffer_size = _BUFFER
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        self._depth = 0
        self._rooted = False
        self._wanted: frozenset[str] = frozenset()
        self._kept: list[str] = []
        self._field = ""
        self._page: dict[str, str] = {}
        self._revision: dict[str, str | None] = {}
        self._latest: dict[str, str | None] = {}
        self._upload: dict[str, str] | None = None
        self._part = ""

    def pages(self, blocks: Iterable[bytes]) -> Iterator[DumpPage]:
        """All pages. Raises `BrokenDump` behind the last one that is whole."""
        fed = 0
        parse = self._parser.Parse
        try:
            for block in blocks:
                fed += len(block)
                parse(block, False)
                self._bound(fed)
                yield from self._taken()
            parse(b"", True)
        except expat.ExpatError as error:
            yield from self._taken()
            raise self._explained(error, fed) from None
        except BrokenDump:
            yield from self._taken()
            raise
        finally:
            self._let_go()
        yield from self._taken()

    def _let_go(self) -> None:
        """Nothing holds the parser any more: else it, its buffers and a text wait to be found as garbage."""
        parser = self._parser
        parser.StartElementHandler = parser.EndElementHandler = None
        parser.CharacterDataHandler = parser.StartDoctypeDeclHandler = None

    def _taken(self) -> list[DumpPage]:
        pages, self._pages = self._pages, []
        self.seen += len(pages)
        return pages

    def _bound(self, fed: int) -> None:
        """After each block: a field that grows too long is no longer kept, a tag without end is an error."""
        kept = sum(map(len, self._kept))
        if self._field == "text":
            if kept > self._caps.text:
                self._kept = ["".join(self._kept)[: self._caps.text]]
                self._parser.CharacterDataHandler = None
        elif self._field and kept > self._caps.field:
            self._fail(f"a <{self._field}> of more than {self._caps.field} characters")
        if fed - self._parser.CurrentByteIndex > self._caps.tag + len(TAIL) and not self._field:
            self._fail(f"a tag of more than {self._caps.tag >> 10} KB")

    def _start(self, name: str, attributes: list[str]) -> None:
        depth = self._depth = self._depth + 1
        if depth == _INNER and not attributes:  # most elements of a dump: looked at no longer
            if name in self._wanted:
                self._start_of_field(name, attributes)
            return
        if depth == _ROOT:
            self._assert_root(name, attributes)
            self._rooted = True
        elif depth == _PART:
            if name not in _PARTS:
                self._fail(f"<{name[:60]}> in the place of a page")
            self._part = name
            self._wanted = _OF_SITE if name == "siteinfo" else _OF_PAGE
            self._page, self._latest, self._upload = {}, {}, None
        elif depth == _FIELD and self._part == "page":
            self._start_of_page(name, attributes)
        if len(attributes) > 2 * self._caps.attributes:
            self._fail(f"a tag with more than {self._caps.attributes} attributes")
        if depth > self._caps.depth:
            self._fail(f"more than {self._caps.depth} elements in one another")
        if name in self._wanted and depth > _PART:
            self._start_of_field(name, attributes)

    def _start_of_field(self, name: str, attributes: list[str]) -> None:
        if name == "text":
            if self._depth != _INNER:  # another slot's
                return
            self._revision["text"] = None if "deleted" in attributes[::2] else ""
        elif name == "namespace":
            self._page["key"] = _table(attributes).get("key", "")
        self._field = name
        kept = self._kept = []
        self._parser.CharacterDataHandler = kept.append

    def _start_of_page(self, name: str, attributes: list[str]) -> None:
        if name == "revision":
            self._revision, self._wanted = {}, _OF_REVISION
        elif name == "upload":
            self._upload, self._wanted = {}, _OF_UPLOAD
        elif name == "page":
            self._fail("a <page> in another one")
        elif name == "redirect":
            self._page["redirect"] = _table(attributes).get("title", "")

    def _end(self, name: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if name == self._field:
            self._parser.CharacterDataHandler = None
            kept, self._kept = self._kept, []
            self._field = ""
            self._keep(name, kept[0] if len(kept) == 1 else "".join(kept), depth)
        elif depth == _FIELD and self._part == "page" and name in ("revision", "upload"):
            self._wanted = _OF_PAGE
            if name == "revision" and _age(self._revision) >= _age(self._latest):
                self._latest = self._revision
        elif depth == _PART and name == "page":
            self._pages.append(self._whole())

    def _keep(self, name: str, value: str, depth: int) -> None:
        if name == "text":
            if self._revision.get("text") is not None:
                self._revision["text"] = value[: self._caps.text]
            return
        if len(value) > self._caps.field:
            self._fail(f"a <{name}> of more than {self._caps.field} characters")
        if self._part == "siteinfo":
            self._keep_of_site(name, value)
        elif depth == _FIELD:
            self._page.setdefault(name, value)
        elif self._wanted is _OF_UPLOAD and self._upload is not None:
            self._upload[name] = value
        elif self._wanted is _OF_REVISION and depth == _INNER:
            self._revision.setdefault(name, value)

    def _keep_of_site(self, name: str, value: str) -> None:
        if name != "namespace":
            self.site = replace(self.site, **{"name" if name == "sitename" else name: value})
            return
        if len(self.site.namespaces) >= self._caps.namespaces:
            self._fail(f"more than {self._caps.namespaces} namespaces")
        self.site.namespaces[self._number(self._page.get("key"), "namespace")] = value

    def _whole(self) -> DumpPage:
        """The page that has just ended; its newest revision by time, then by number."""
        page, revision, upload = self._page, self._latest, self._upload
        if not page.get("title"):
            self._fail("a page without a title")
        return DumpPage(
            title=page["title"],
            namespace=self._number(page.get("ns", "0"), "ns"),
            page_id=self._number(page.get("id"), "id"),
            rev_id=self._number(revision.get("id") or "0", "id"),
            timestamp=revision.get("timestamp") or "",
            model=revision.get("model") or "wikitext",
            redirect=page.get("redirect", ""),
            text=revision.get("text"),
            upload=None
            if upload is None
            else Upload(
                timestamp=upload.get("timestamp", ""),
                uploader=upload.get("username") or upload.get("ip", ""),
                comment=upload.get("comment", ""),
            ),
        )

    def _number(self, text: str | None, what: str) -> int:
        if text is None or not _NUMBER.fullmatch(text.strip()):
            self._fail(f"“{(text or '')[:40]}” in the place of a number (<{what}>)")
        return int(text)

    def _assert_root(self, name: str, attributes: list[str]) -> None:
        schema = _table(attributes).get("xmlns", "")
        if name == "mediawiki" and schema in SCHEMAS:
            return
        if name.lower() == "html":
            self._refuse(WEB_PAGE)
        if name == "mediawiki" and schema.startswith(_EXPORT):
            self._refuse(
                f"is of export schema {schema.removeprefix(_EXPORT).strip('/')[:20]}; 0.10 and 0.11 are "
                "read: make the dump again with a newer MediaWiki."
            )
        found = f'<{name[:40]} xmlns="{schema[:60]}">' if schema else f"<{name[:60]}>"
        self._refuse(
            f"is no dump of MediaWiki: at byte {self._at} stands {found} in the place of <mediawiki "
            f'xmlns="{SCHEMAS[-1]}">.'
        )

    def _doctype(self, name: str, *_: object) -> None:
        if name.lower() == "html":
            self._refuse(WEB_PAGE)
        self._fail("a <!DOCTYPE, which no dump of MediaWiki has and which can do harm")

    @property
    def _at(self) -> int:
        """The byte of the file at which the parser stands."""
        return self._origin + max(self._parser.CurrentByteIndex, 0)

    def _fail(self, what: str) -> NoReturn:
        raise BrokenDump(
            f"“{self._name}”: at byte {self._at} stands {what}: that is no dump of MediaWiki."
        )

    def _refuse(self, why: str) -> NoReturn:
        raise BrokenDump(f"“{self._name}” {why}")

    def _explained(self, error: expat.ExpatError, fed: int) -> BrokenDump:
        what = expat.ErrorString(error.code)
        at = self._origin + max(self._parser.ErrorByteIndex, 0)
        if not self._origin + fed:
            return BrokenDump(f"“{self._name}” holds nothing; fetch it again.")
        if not self._rooted and not any(word in what for word in ("unclosed", "no element")):
            return BrokenDump(
                f"“{self._name}” is no dump of MediaWiki: at byte {at} it is no XML ({what})."
            )
        if self._parser.ErrorByteIndex >= fed or "unclosed" in what or "no element" in what:
            return BrokenDump(
                f"“{self._name}” is cut short: it ends at byte {self._origin + fed}, before {TAIL.decode()}; "
                "fetch it again."
            )
        return BrokenDump(f"“{self._name}” is broken at byte {at}: {what}; fetch it again.")


def _table(attributes: list[str]) -> dict[str, str]:
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


def _age(revision: dict[str, str | None]) -> tuple[str, int]:
    """By what the newest of a page's revisions is told."""
    number = revision.get("id") or "0"
    return revision.get("timestamp") or "", int(number) if _NUMBER.fullmatch(number) else 0
