"""The elements of basic markup by name: `template:NAME`, `category:NAME`, `heading:TEXT`, `order:…`.

Must not know where a requirement comes from or whether a page meets it.
"""

from collections.abc import Mapping

import msgspec

from tropebot.wikitext.facts import WikiFacts
from tropebot.wikitext.late import late
from tropebot.wikitext.names import Title, capitalised, magic_words, plain, template_name

TEMPLATE = "template"
CATEGORY = "category"
HEADING = "heading"
ORDER = "order"
HEADER_FIRST = "order:header-first"
FOOTER_LAST = "order:footer-last"
OWN_NAME = "category:{{PAGENAME}}"

_MAGIC = late(r"\{\{\s*((?:FULL|BASE|SUB|ROOT)?PAGENAME)\s*\}\}")
_LINK = late(r"\[\[:?([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")


class Element(msgspec.Struct, frozen=True):
    """One thing that a page must carry; any one of ``alternatives`` is enough.

    ``name`` is what findings and the policy call it; alternatives are canonical template names, category
    names in which magic words may stand, or a heading's compared text.
    """

    kind: str
    name: str
    alternatives: tuple[str, ...] = ()


def template_element(names: tuple[str, ...], *, label: tuple[str, ...] = ()) -> Element:
    """A template, or a set of them, by canonical names."""
    shown = "|".join(map(label_of, label or names))
    return Element(TEMPLATE, f"{TEMPLATE}:{shown}", names)


def label_of(template: str) -> str:
    """A canonical template name as findings write it: `reflist`, but `PD` and `CC-BY-SA`."""
    if template[1:2].isupper() or not template[:1].isalpha():
        return template
    return template[:1].lower() + template[1:]


def category_element(written: str) -> Element:
    """A category as written after its prefix, magic words and all."""
    written = _MAGIC.sub(lambda match: f"{{{{{match[1]}}}}}", plain(written))
    return Element(CATEGORY, f"{CATEGORY}:{written}", (written,))


def heading_element(text: str) -> Element:
    """A heading that must stand on the page."""
    return Element(HEADING, f"{HEADING}:{text.strip()}", (heading_key(text),))


def heading_key(text: str) -> str:
    """What headings are compared by: without links, bold, italics and outer spaces."""
    shown = _LINK.sub(lambda link: link[1] if link[2] is None else link[2], text)
    return " ".join(shown.replace("'''", "").replace("''", "").split())


def element_named(name: str, facts: WikiFacts, aliases: Mapping[str, str]) -> Element | None:
    """The element that a policy names; ``None`` for a name that is none."""
    kind, colon, rest = name.partition(":")
    kind, rest = kind.strip().lower(), rest.strip()
    if not colon or not rest:
        return None
    if kind == TEMPLATE:
        names = (template_name(each, facts, aliases) for each in rest.split("|"))
        known = tuple(dict.fromkeys(each for each in names if each))
        return template_element(known) if known else None
    if kind == CATEGORY:
        return category_element(rest)
    if kind == HEADING:
        return heading_element(rest)
    full = f"{kind}:{rest.lower()}"
    return Element(ORDER, full) if full in (HEADER_FIRST, FOOTER_LAST) else None


def in_wikitext(name: str) -> str:
    """An element's name as people write the thing: `{{reflist}}` for `template:reflist`."""
    kind, _, rest = name.partition(":")
    if kind == TEMPLATE:
        return " / ".join(f"{{{{{each}}}}}" for each in rest.split("|"))
    if kind == CATEGORY:
        return f"[[Category:{rest}]]"
    return f"== {rest} ==" if kind == HEADING else name


def evaluated(text: str, page: Title) -> str:
    """The text with the magic words of the page's title put in."""
    if "{{" not in text:
        return text
    words = magic_words(page)
    return _MAGIC.sub(lambda match: words[match[1]], text)


def category_of(written: str, page: Title, facts: WikiFacts) -> str:
    """The category that a name with magic words means on the page, in canonical form."""
    return capitalised(plain(evaluated(written, page)), facts)


def named_for(element: Element, page: Title, facts: WikiFacts) -> Element:
    """The element as it is called on this page: the own-name category always by its magic word."""
    if element.kind != CATEGORY:
        return element
    name = category_of(element.alternatives[0], page, facts)
    if name == category_of("{{PAGENAME}}", page, facts):
        return Element(CATEGORY, OWN_NAME, element.alternatives)
    return Element(CATEGORY, f"{CATEGORY}:{name}", element.alternatives)
