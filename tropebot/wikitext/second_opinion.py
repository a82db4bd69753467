"""What mwparserfromhell, the field's own parser, makes of a text: a second reading beside ours.

Must not be called on a text of unknown shape in a process that cannot be killed: the parser is quadratic
on some inputs and cubic on one. `tropebot.bounded` calls it within limits.
"""

import mwparserfromhell
from mwparserfromhell.nodes import Comment, Node, Template, Wikilink
from mwparserfromhell.wikicode import Wikicode


def names_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The templates called and the pages linked, as written but for comments, wherever they stand.

    The text is to be without the parts that MediaWiki does not read (`shielding.removed`), which this
    parser takes for wikitext. Bold and italics are not asked for: their matching costs much and says
    nothing of templates.
    """
    code = mwparserfromhell.parse(text, skip_style_tags=True)
    templates: list[str] = []
    links: list[str] = []
    for node in code.ifilter(matches=_names_a_page):
        if isinstance(node, Template):
            templates.append(_written(node.name))
        elif isinstance(node, Wikilink):
            links.append(_written(node.title))
    return tuple(dict.fromkeys(templates)), tuple(dict.fromkeys(links))


def _names_a_page(node: Node) -> bool:
    return isinstance(node, Template | Wikilink)


def _written(code: Wikicode) -> str:
    return "".join(str(node) for node in code.nodes if not isinstance(node, Comment)).strip()
