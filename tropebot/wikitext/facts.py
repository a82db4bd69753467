"""What a wiki says of itself, as one frozen value: namespaces, redirects of templates, preloads, licences.

Must not ask the wiki: `wiki/` fills it online, `policy` fills it offline from the document's constants.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

DEFAULT_NAMES: Mapping[int, str] = MappingProxyType(
    {
        -2: "Media",
        -1: "Special",
        0: "",
        1: "Talk",
        2: "User",
        3: "User talk",
        4: "Project",
        5: "Project talk",
        6: "File",
        7: "File talk",
        8: "MediaWiki",
        9: "MediaWiki talk",
        10: "Template",
        11: "Template talk",
        12: "Help",
        13: "Help talk",
        14: "Category",
        15: "Category talk",
    }
)
"""MediaWiki's own namespaces by their English names."""

DEFAULT_NAMESPACES: Mapping[str, int] = MappingProxyType(
    {
        **{name.lower(): number for number, name in DEFAULT_NAMES.items()},
        "image": 6,
        "image talk": 7,
    }
)
"""Their ids by name and alias, in lower case."""


class SourcePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page that the policy is read from (a preload, the licence list): its text and revision."""

    title: str
    rev_id: int
    text: str


class WikiFacts(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The wiki's own answers; compared by identity, so that what is derived from it can be cached.

    ``namespaces`` maps every name and alias (lower case, spaces) to its id and ``namespace_names`` each
    id to the local name; ``template_redirects`` maps canonical template names (no prefix) to the name
    that they redirect to; ``sources`` maps the titles of preloads and the licence list to their pages,
    ``None`` where the wiki has no such page, no entry where it was not asked or could not be read.
    ``generator`` is the wiki's own name for its software (`MediaWiki 1.39.17`), empty where it was not asked,
    and ``extensions`` are those that it has. ``messages`` holds its own versions of our messages by key, as
    they are written. ``licence_category_members`` and ``transcludes_licence`` hold
    canonical template names.
    """

    online: bool = False
    namespaces: Mapping[str, int] = DEFAULT_NAMESPACES
    namespace_names: Mapping[int, str] = {}
    first_letter_case: bool = True
    interwiki: frozenset[str] = frozenset()
    interlanguage: frozenset[str] = frozenset()
    extension_tags: frozenset[str] = frozenset()
    main_page: str = "Main Page"
    template_redirects: Mapping[str, str] = {}
    sources: Mapping[str, SourcePage | None] = {}
    generator: str = ""
    extensions: frozenset[str] = frozenset()
    messages: Mapping[str, str] = {}
    licence_category_members: frozenset[str] = frozenset()
    transcludes_licence: frozenset[str] = frozenset()
