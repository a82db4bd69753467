"""Spellings of template and category uses, and what MediaWiki 1.39 makes of each.

Read by the unit tests and, with the real wiki in the place of our reading, by `tests/real/`. The page is
“Foo Bar”. Templates are full titles; Where we let a use pass
that the wiki does not make, it is ``in_doubt``.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Spelling:
    """A text, the templates and categories in use, and those that we, without the wiki, let pass too."""

    text: str
    templates: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    in_doubt: frozenset[str] = frozenset()


def uses(text: str, *templates: str, in_doubt: tuple[str, ...] = ()) -> Spelling:
    full = frozenset(f"Template:{name}" for name in templates)
    return Spelling(text, full, in_doubt=frozenset(f"Template:{name}" for name in in_doubt))


def shows(text: str, *categories: str) -> Spelling:
    return Spelling(text, categories=frozenset(categories))


SPELLINGS = (
    uses("{{T}}", "T"),
    uses("{{t}}", "T"),
    uses("{{T|a|b=c}}", "T"),
    uses("{{ T }}", "T"),
    uses("{{T\n}}", "T"),
    uses("{{\nT\n|a\n}}", "T"),
    uses("{{T_u}} {{T  u}} {{T\u00a0u}}", "T u"),
    uses("{{Template:T}}", "T"),
    uses("{{ template : t }}", "T"),
    uses("{{:Template:T}}", "T"),
    uses("{{T#fragment}}", "T"),
    uses("{{Licens&#101;}}", "License"),
    uses("{{R&amp;D}}", "R&D"),
    uses("{{T\u200e}}", "T"),
    uses("{{T<!-- x -->u}}", "Tu"),
    uses("{{<!-- x -->T}}", "T"),
    uses("{{{{{x|}}}T}}", "T"),
    uses("{{{{{x|T}}}}}", "T"),
    uses("{{safesubst:T}}", "T"),
    uses("{{ SAFESUBST: T }}", "T"),
    uses("{{msgnw:T}} {{msg:U}} {{raw:V}}", "T", "U", "V"),
    uses("<gallery>\nFile:A.png|{{T}}\n</gallery>", "T"),
    uses("<noinclude>{{T}}</noinclude>", "T"),
    uses("<onlyinclude>{{T}}</onlyinclude>", "T"),
    uses("<ref>{{T}}", "T"),
    uses("[[ {{T}}", "T"),
    uses("{| {{T}}", "T"),
    uses("<div {{T}}", "T"),
    uses("<nowiki>{{T}}", "T"),
    uses("<pre>{{T}}", "T"),
    uses("{{T}}}}", "T"),
    uses("{{{T}} }", "T"),
    uses("{{T|[[a]]|{{{x|y}}}}}", "T"),
    uses("[[a|{{T}}]]", "T"),
    uses("== {{T}} ==", "T"),
    uses("{{#if:x|{{T}}|{{U}}}}", "T", in_doubt=("U",)),
    uses("{{#if:|{{T}}}}", in_doubt=("T",)),
    uses("{{lc:{{T}}}}", "T"),
    uses("{{pagename}} {{Uc}}", "Pagename", "Uc"),
    uses("{{subst:T}} {{SUBST: T}}"),
    uses("{{tl|T}}", "Tl"),
    uses("{{{{T}}}}"),
    uses("{{{T}}}"),
    uses("{{T|[[a}}"),
    uses("{{T"),
    uses("{T}} {{T}"),
    uses("{{T|\n== x }}"),
    uses("{{T\n== x }}"),
    uses("{{T\n= x }}"),
    uses("{{T|\n= x }}", "T"),
    uses("{{T|a=b\n= x }}"),
    uses("{{T|\n== x ==\n}}", "T"),
    uses("{{T|\n== x }}\n}}", "T"),
    uses("{{T|\n== x | y }}\n{{U}}}}", "T", in_doubt=("U",)),
    uses("{{T|\n== {{U|\na}} }}\n}}", "T", in_doubt=("U",)),
    uses("{{T|\n== {{U|\na }}", "U"),
    uses("{{T|a == x }}", "T"),
    uses("<!-- {{T}} -->"),
    uses("<!-- {{T}}"),
    uses("<includeonly>{{T}}</includeonly>"),
    uses("<includeonly>{{T}}"),
    uses("<nowiki>{{T}}</nowiki>"),
    uses("<NOWIKI>{{T}}</noWiki >"),
    uses("<pre>{{T}}</pre>"),
    uses("{{T%20u}} {{T&amp;amp;u}} {{../T}} {{T~~~}} {{.}}"),
    uses("{{[T]}} {{a<b}} {{}} {{|T}}"),
    uses("{{T<nowiki/>u}}"),
    uses("{{PAGENAME}} {{!}} {{=}} {{CURRENTYEAR}} {{NUMBEROFPAGES:R}}"),
    uses("{{DEFAULTSORT:T}} {{DISPLAYTITLE:Foo Bar}} {{PAGENAME:T}}"),
    uses("{{uc:x}} {{UC:x}} {{ns:1}} {{formatnum:1}} {{int:T}} {{fullurl:T}} {{plural:1|a|b}}"),
    uses("{{#if:x|T}} {{#tag:pre|T}}"),
    uses("{{PAGENAME|x}} {{CURRENTYEAR|}}", "PAGENAME", "CURRENTYEAR"),
    uses("{{msg:PAGENAME}}", "PAGENAME"),
    uses("{{safesubst:PAGENAME}}"),
    uses("{{msg:raw:T}} {{msgnw:raw:U}}", "T", "U"),
    uses("{{msg:msg:T}} {{raw:msg:T}} {{msgnw:msg:T}}", "Msg:T"),
    Spelling("{{:Foo}} {{User:Foo}}", frozenset({"Foo", "User:Foo"})),
    Spelling("{{/Film}}", frozenset({"Foo Bar/Film"})),
    shows("[[Category:X]]", "X"),
    shows("[[category:x y_z|key]]", "X y z"),
    shows("[[ Category : X ]]", "X"),
    shows("[[Category:A%26B]] [[Category:C&amp;D]]", "A&B", "C&D"),
    shows("[[Category:{{PAGENAME}}]]", "Foo Bar"),
    shows("[[Category:{{ PAGENAME }}|*]]", "Foo Bar"),
    shows("[[Category:{{{1|X}}}]]", "X"),
    shows("[[Category:X|a\nb]]", "X"),
    shows("[[Category:X<!-- y -->]]", "X"),
    shows("[[Category:A[[Category:B]]", "B"),
    shows("[[[[Category:X]]", "X"),
    shows("<noinclude>[[Category:X]]</noinclude>", "X"),
    shows("[[:Category:X]]"),
    shows("[[Category:X\n]]"),
    shows("[[[Category:X]]"),
    shows("[[Category:X]"),
    shows("[[Category:]]"),
    shows("<nowiki>[[Category:X]]</nowiki>"),
    shows("<!-- [[Category:X]] -->"),
    shows("<includeonly>[[Category:X]]</includeonly>"),
    shows("<pre>[[Category:X]]</pre>"),
)
