"""Texts that are made to keep a reader busy, of any size: one motif again and again, or nested deeper."""

from collections.abc import Callable, Iterator

REPEATED = {
    "unclosed comments and tags": "<!--<b>",
    "unclosed templates": "{{a|",
    "unclosed attributes": "<b a='",
    "templates, links, tags": "{{a|[[b|<i>",
    "italics, links, templates": "''[[a|{{b|",
    "parameters and links": "{{a|b=[[c|",
    "unclosed tables": "{|\n|\n",
    "external links": "[http://a ",
    "links and tags": "[[a|<div>",
    "unclosed files": "[[File:a|",
    "unclosed references": "<ref>",
    "unclosed bold": "<b>",
    "unclosed nowiki": "<nowiki>",
    "unclosed comments": "<!--",
    "incomplete tags": "<nowiki ",
    "closed templates": "{{a|b=..}}",
    "italics in bold": "'''a''b",
    "braces": "{{",
    "brackets": "[[",
    "arguments": "{{{",
    "closing braces": "}}",
    "equals signs": "=",
    "apostrophes": "'",
    "ampersands": "&",
    "bars": "|",
    "struck-out text": "<del>\n",
    "items as tags": "<li>",
    "nested lists as tags": "<ul><li>a",
    "items": "*a\n",
    "entries": "* ''A'': b c d\n",
    "titles on one line": "''A'' ",
    "links on one line": "[[A]] ",
    "quotes on one line": '"A" ',
    "containers": "{{folder|x}}",
    "unclosed containers": "{{folder|",
    "tabs": "<tabber>|-|",
    "blank lines": "\n",
    "headings": "=a=\n",
    "labels": "'''a'''\n",
    "definitions": ";a:b\n",
    "lone comments": "<!-- -->\n",
    "deep items": "*" * 1000 + "\n",
    "one line": "word ",
    "one word": "a",
    "NUL": "\x00",
    "control characters": "a\x01\x02\x03\x1f\x7f",
    "lone surrogates": "\ud800 a\udfff",
    "right-to-left marks": "\u202eabc\u202c\u200f\u2066",
    "combining marks": "a\u0301\u0302\u0303",
    "includeonly": "<includeonly>{{Fairuse}}</includeonly>",
    "labelled sources": "Source: \n",
    "addresses": "http://example.org/a ",
    "struck-out text on one line": "<del>",
    "magic words": "{{PAGENAME}}",
    "parser functions": "{{#if:a|b}}",
    "sort keys": "{{DEFAULTSORT:a}}",
    "own subpages": "{{/a}}",
    "exclusions": "{{bots|deny=a}}",
    "credits": "{{Information|source=a|author=b}}",
    "character references": "&amp;",
    "named references": '<ref name="a"/>',
    "files": "[[File:a|thumb|b]]",
    "users": "[[User:a]]",
    "signatures": "~~~~",
    "talk": "* a [[User:B]] 1 January 2020\n",
    "tabs as tags": '<tab name="a">',
    "tags with attributes": '<span style="a">b</span>',
    "closed tables": '{| class="a"\n|-\n| b\n|}\n',
    "quotations in quotations": '«„“"',
    "unspaced words": "* 『漢』字字\n",
    "underscores": "_",
    "rules": "----\n",
}
"""First what is known to hurt the field's parsers; then what our own reading looks for."""

NUMBERED: dict[str, Callable[[int], str]] = {
    "different entries": "* ''A{}'': b c d\n".format,
    "different children": "** ''A{}'' b\n".format,
    "different templates": "{{{{t{}}}}}".format,
    "different links": "[[a{}:b]]".format,
    "different headings": "==a{}==\n".format,
    "different labels": "'''a{}'''\n".format,
    "different categories": "[[Category:a{}]]".format,
    "different parameters": "{{{{Fairuse|{}=a}}}}".format,
}

FRAMED = {
    "prefixes of a name": ("{{", "msg:", "T}}"),
    "parameters of one call": ("{{a", "|b=c", "}}"),
    "parameters of a container": ("{{folder", "|a", "}}"),
    "parameters of a licence": ("{{Fairuse", "|a", "}}"),
    "calls in one parameter": ("{{a|b=", "{{c}}", "}}"),
    "references in one parameter": ("{{a|", "<ref>=</ref>", "}}"),
    "headings in one parameter": ("{{a|", "\n== b }}", "\n}}"),
    "calls in one name": ("{{", "{{PAGENAME}}", "}}"),
    "bars of one link": ("[[a", "|b", "]]"),
    "lines of one link": ("[[a|", "b\n", "]]"),
    "one heading": ("==", "= a ", "==\n"),
    "one table": ("{|\n", "|-\n| a || b\n", "|}\n"),
    "items of one list": ("<ul>", "<li>a", "</ul>"),
    "cells of one row": ("{|\n!", "a!!", "\n|}"),
    "one tag": ("<div ", "a=b ", ">"),
    "one gallery": ("<gallery>\n", "File:a.png|{{T}}\n", "</gallery>"),
    "one tabber": ("<tabber>\n", "a=b\n|-|\n", "</tabber>"),
    "lines of one entry": ("* ''A'' b\n", ":: c\n", ""),
    "children of one entry": ("* ''A''\n", "** b c d\n", ""),
    "dates in one line": ("* [[User:A]] ", "1 aaa ", ""),
    "names excluded": ("{{bots|deny=", "a,", "}}"),
    "one host": ("http://", "a.", ""),
    "one word": ("* ''A'' a", "'", "b"),
}
"""What stands before, again and again, and behind."""

NESTED = {
    "templates in templates": ("{{a|b=", "}}"),
    "arguments in arguments": ("{{{a|", "}}}"),
    "links in links": ("[[a|", "]]"),
    "tags in tags": ("<div>", "</div>"),
    "tables in tables": ("{|\n|\n", "\n|}\n"),
    "containers in containers": ("{{folder|a|\n", "}}"),
    "lists in lists": ("<ul><li>", "</li></ul>"),
    "references in references": ("<ref>", "</ref>"),
}

FILLED = {
    "text deep in calls": ("{{a", "a", "}}"),
    "text deep in parameters": ("{{a|b=", "a", "}}"),
    "text deep in containers": ("{{folder|title=a|content=", "a", "}}"),
    "text deep in licences": ("{{Fairuse|a=", "&amp;", "}}"),
    "text deep in functions": ("{{#if:a|", "a", "}}"),
    "text deep in links": ("[[", "a", "]]"),
    "text deep in arguments": ("{{{a|", "a", "}}}"),
    "text deep in categories": ("[[Category:a|", "a", "]]"),
    "text deep in italics": ("<i>", "a", "</i>"),
    "users deep in italics": ("<i>", "[[User:A]]", "</i>"),
    "text before categories": ("", "a", "[[Category:a]]"),
    "text before links to languages": ("", "a", "[[fr:a]]\n"),
}
"""Half of it, and no more than is read, opens and closes; the other half stands in the middle."""
MOST_FILLED = 6_000


def texts(size: int) -> Iterator[tuple[str, str]]:
    """Every hostile text of about so many characters."""
    for name, motif in REPEATED.items():
        yield name, motif * (size // len(motif))
    for name, motif_of in NUMBERED.items():
        parts: list[str] = []
        length = 0
        while length < size:
            parts.append(motif_of(len(parts)))
            length += len(parts[-1])
        yield name, "".join(parts)
    for name, (opening, closing) in NESTED.items():
        yield name, nested(name, size // len(opening + closing))
    for name, (opening, motif, closing) in FRAMED.items():
        yield name, opening + motif * (size // len(motif)) + closing
    for name, (opening, motif, closing) in FILLED.items():
        depth = min(size // 2 // len(opening + closing), MOST_FILLED)
        rest = size - depth * len(opening + closing)
        yield name, "* " + opening * depth + motif * (rest // len(motif)) + closing * depth


def nested(name: str, depth: int) -> str:
    """A nested text, so many levels deep."""
    opening, closing = NESTED[name]
    return opening * depth + "a" + closing * depth
