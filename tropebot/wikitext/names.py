"""Titles, template names and category names in the one form in which they can be compared.

Must not know the policy or look at a page's text. Follows `MediaWikiTitleCodec` and
`Parser::braceSubstitution` (1.39): what is no template for the wiki has no template name here.
"""

import re
import unicodedata
from collections.abc import Mapping
from html import unescape
from urllib.parse import unquote

import msgspec

from tropebot.model import CATEGORY, MAIN, TEMPLATE
from tropebot.wikitext.facts import WikiFacts
from tropebot.wikitext.late import late

_BIDI = late("[\u200e\u200f\u202a-\u202e]")
_SPACES = late("[ _\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_ENTITY = late(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ILLEGAL = late(
    "[\x00-\x1f\x7f\ufffd<>\\[\\]{}|]|%[0-9A-Fa-f]{2}|&[^\\W_]+;|&#[0-9xA-Fa-f]+;|~~~"
    r"|(?:^|/)\.\.?(?:/|$)"
)
_LINK = late(r"\[\[:?([^\[\]|]+)")
_NOT_OURS = late(r"(?:subst|int):", re.IGNORECASE)
_SUBSTITUTED = late(r"^safesubst:\s*", re.IGNORECASE)
_PASSED = late(r"(?:msgnw:|msg:)?\s*(?:raw:)?", re.IGNORECASE)

# `MagicWords` of 1.39: what works with a colon, what stands for the page's title, what stands alone.
_FUNCTIONS = """
    anchorencode bidi canonicalurl canonicalurle filepath formatdate dateformat formatnum fullurl
    fullurle gender grammar int lc lcfirst language localurl localurle ns nse padleft padright plural
    special speciale tag uc ucfirst urlencode numberingroup numingroup
"""
_TITLE_WORDS = """
    PAGENAME FULLPAGENAME BASEPAGENAME SUBPAGENAME ROOTPAGENAME TALKPAGENAME SUBJECTPAGENAME
    ARTICLEPAGENAME NAMESPACE TALKSPACE SUBJECTSPACE ARTICLESPACE PAGENAMEE FULLPAGENAMEE
    BASEPAGENAMEE SUBPAGENAMEE ROOTPAGENAMEE TALKPAGENAMEE SUBJECTPAGENAMEE ARTICLEPAGENAMEE
    NAMESPACEE TALKSPACEE SUBJECTSPACEE ARTICLESPACEE NAMESPACENUMBER PAGEID PAGESIZE
    PAGESINCATEGORY PAGESINCAT PAGESINNAMESPACE PAGESINNS PROTECTIONLEVEL PROTECTIONEXPIRY
    CASCADINGSOURCES REVISIONID REVISIONDAY REVISIONDAY2 REVISIONMONTH REVISIONMONTH1 REVISIONYEAR
    REVISIONTIMESTAMP REVISIONUSER NUMBEROFPAGES NUMBEROFARTICLES NUMBEROFFILES NUMBEROFUSERS
    NUMBEROFACTIVEUSERS NUMBEROFADMINS NUMBEROFEDITS
"""
_SETTERS = "DEFAULTSORT DEFAULTSORTKEY DEFAULTCATEGORYSORT DISPLAYTITLE"
_LONE_WORDS = """
    ! = SITENAME SERVER SERVERNAME SCRIPTPATH STYLEPATH ARTICLEPATH CONTENTLANGUAGE CONTENTLANG
    PAGELANGUAGE DIRECTIONMARK DIRMARK CURRENTVERSION REVISIONSIZE NUMBEROFVIEWS
    CURRENTYEAR CURRENTMONTH CURRENTMONTH1 CURRENTMONTH2 CURRENTMONTHNAME CURRENTMONTHNAMEGEN
    CURRENTMONTHABBREV CURRENTDAY CURRENTDAY2 CURRENTDOW CURRENTDAYNAME CURRENTTIME CURRENTHOUR
    CURRENTWEEK CURRENTTIMESTAMP LOCALYEAR LOCALMONTH LOCALMONTH1 LOCALMONTH2 LOCALMONTHNAME
    LOCALMONTHNAMEGEN LOCALMONTHABBREV LOCALDAY LOCALDAY2 LOCALDOW LOCALDAYNAME LOCALTIME
    LOCALHOUR LOCALWEEK LOCALTIMESTAMP
"""
_INSENSITIVE = frozenset(_FUNCTIONS.split())
_WITH_COLON = frozenset(_TITLE_WORDS.split()) | frozenset(_SETTERS.split())
_VARIABLES = frozenset(_TITLE_WORDS.split()) | frozenset(_LONE_WORDS.split())


LONGEST_TITLE = 10_000
"""Characters as written, spaces, references and a fragment included; MediaWiki's titles have 255 bytes."""


class Title(msgspec.Struct, frozen=True):
    """A title taken apart: ``text`` is the full title, ``name`` the part after the namespace.

    A text that cannot be a title has an empty ``name`` and, but for a bare fragment, nothing else.
    """

    namespace: int = MAIN
    name: str = ""
    text: str = ""
    fragment: str = ""
    interwiki: str = ""


def decoded(text: str) -> str:
    """The text with its character references (`&amp;`, `&#38;`) resolved, as in titles."""
    return _ENTITY.sub(lambda match: unescape(match[0]), text) if "&" in text else text


def plain(text: str) -> str:
    """A title's text with references, invisible marks, underscores and kinds of space evened out."""
    text = _BIDI.sub("", decoded(text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text.strip()).strip()


def capitalised(name: str, facts: WikiFacts) -> str:
    """The name with its first letter as the wiki stores it."""
    return name[:1].upper() + name[1:] if facts.first_letter_case else name


def title(raw: str, facts: WikiFacts, default: int = MAIN) -> Title:
    """What the wiki understands by a title; ``default`` is the namespace of a title without prefix."""
    if len(raw) > LONGEST_TITLE:
        return Title()
    text = plain(raw)
    if text.startswith(":"):
        text, default = text[1:].lstrip(), MAIN
    text, _, fragment = text.partition("#")
    fragment = fragment.strip()
    namespace, name = default, text.strip()
    prefix, colon, rest = name.partition(":")
    if colon and prefix.strip():
        prefix, rest = prefix.strip().lower(), rest.strip()
        if prefix in facts.namespaces:
            namespace, name = facts.namespaces[prefix], rest
        elif prefix in facts.interwiki or prefix in facts.interlanguage:
            return Title(MAIN, rest, f"{prefix}:{rest}", fragment, prefix)
    if not name or name.startswith(":") or _ILLEGAL.search(name):
        return Title(fragment=fragment)
    name = capitalised(name, facts)
    return Title(namespace, name, full_title(namespace, name, facts), fragment)


def full_title(namespace: int, name: str, facts: WikiFacts) -> str:
    """The name with its namespace in front, as the wiki shows it."""
    if namespace == MAIN:
        return name
    local = facts.namespace_names.get(namespace)
    if local is None:
        names = (known for known, number in facts.namespaces.items() if number == namespace)
        local = capitalised(next(names, ""), facts)
    return f"{local}:{name}"


def template_name(
    raw: str, facts: WikiFacts, aliases: Mapping[str, str], *, parameters: bool = False
) -> str:
    """The canonical name of the template that `{{raw|…}}` calls, or `""` if it calls none.

    ``raw`` is what stands before the first bar, ``parameters`` whether there is one. A page outside the
    template namespace has its full title, in the main namespace with a colon in front (`{{:Foo}}`).
    """
    name = called(raw, parameters=parameters)
    if not name:
        return ""
    page = title(name, facts, TEMPLATE)
    if not page.name or page.interwiki:
        return ""
    if page.namespace != TEMPLATE:
        return f":{page.name}" if page.namespace == MAIN else page.text
    return target(page.name, facts, aliases)


def target(name: str, facts: WikiFacts, aliases: Mapping[str, str]) -> str:
    """The template that a canonical name stands for when redirects are followed."""
    seen = {name}
    while (onward := aliases.get(name) or facts.template_redirects.get(name)) is not None:
        if onward in seen:
            break
        seen.add(onward)
        name = onward
    return name


def called(raw: str, *, parameters: bool = False) -> str:
    """What `{{raw}}` asks to be transcluded, without `msg:` and the like, each of which is read once.

    `""` for a parser function, a variable, or a `subst:`, which is literal text on a saved page. With
    ``parameters`` the name of a variable is one of a template.
    """
    name = _SUBSTITUTED.sub("", raw.strip(), count=1) if ":" in raw else raw.strip()
    if name in _VARIABLES and not parameters:
        return ""
    if passed := _PASSED.match(name):
        name = name[passed.end() :].strip()
    if not name or _NOT_OURS.match(name) or function_name(name):
        return ""
    return name


def function_name(raw: str) -> str:
    """The parser function that `{{raw|…}}` calls (`#if`, `DEFAULTSORT`), or `""`."""
    name, colon, _ = raw.strip().partition(":")
    name = name.strip()
    if not colon or not name:
        return ""
    if name.startswith("#") or name.lower() in _INSENSITIVE:
        return name.lower()
    return name if name in _WITH_COLON else ""


def category_name(raw: str, facts: WikiFacts) -> str:
    """The category that `[[raw]]` puts a page in, without prefix; `""` if it is no such link."""
    if ":" not in raw and "&" not in raw and "%" not in raw:
        return ""  # most links have no prefix, spelled out or coded
    if raw.lstrip().startswith(":"):
        return ""
    is_coded = len(raw) <= LONGEST_TITLE and "%" in raw
    page = title(unquote(raw) if is_coded else raw, facts)
    return page.name if page.namespace == CATEGORY else ""


def interlanguage(raw: str, facts: WikiFacts) -> bool:
    """Whether `[[raw]]` is a link to the same page in another language."""
    return not raw.lstrip().startswith(":") and title(raw, facts).interwiki in facts.interlanguage


def magic_words(page: Title) -> Mapping[str, str]:
    """The values of the magic words of a page's title.

    Subpages are taken to be switched on, as they are where trope wikis keep their pages.
    """
    base, slash, last = page.name.rpartition("/")
    return {
        "PAGENAME": page.name,
        "FULLPAGENAME": page.text,
        "BASEPAGENAME": base if slash else page.name,
        "SUBPAGENAME": last,
        "ROOTPAGENAME": page.name.partition("/")[0],
    }


def linked_titles(summary: str) -> tuple[str, ...]:
    """What an edit summary links to, as written there."""
    return tuple(title.strip() for title in _LINK.findall(summary))
