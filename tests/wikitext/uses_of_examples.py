"""Forty-seven ways to write, or not to write, a use of `{{Examples}}`, and what MediaWiki makes of each.

`Template:Exs` redirects to it, `Template:Wrap` shows its first parameter. Read by the unit tests and,
with the real wiki in the place of our reading, by `tests/real/`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A text; whether MediaWiki then uses the template; whether a plain mwparserfromhell says the same.

    ``in_doubt``: without the wiki we take it for used, since nobody can know.
    """

    text: str
    used: bool
    why: str
    parser_agrees: bool = True
    in_doubt: bool = False


def used(text: str, why: str, *, parser: bool = True) -> Row:
    return Row(text, True, why, parser)


def unused(text: str, why: str, *, parser: bool = True, in_doubt: bool = False) -> Row:
    return Row(text, False, why, parser, in_doubt)


ROWS = (
    used("{{Examples}}", "as it is written"),
    used("{{examples}}", "the first letter's case is the same"),
    used("{{ examples }}", "white space round the name"),
    used("{{examples\n}}", "a line break behind the name"),
    used("{{\nexamples\n|a=b\n}}", "each on its line"),
    used("{{examples|a|b=c}}", "parameters"),
    used("{{_examples_}}", "underscores are spaces", parser=False),
    used("{{\u00a0examples}}", "so is a no-break space"),
    used("{{Template:Examples}}", "the prefix"),
    used("{{ template : examples }}", "the prefix, loosely", parser=False),
    used("{{:Template:Examples}}", "the full title", parser=False),
    used("{{Exs}}", "a redirect", parser=False),
    used("{{Exampl&#101;s}}", "an entity"),
    used("{{Examples\u200f}}", "an invisible mark of direction", parser=False),
    used("{{<!-- x -->examples}}", "a comment before the name"),
    used("{{exam<!-- x -->ples}}", "a comment in the name"),
    used("{{{{{x|}}}examples}}", "a parameter that is not there"),
    used("{{{{{x|examples}}}}}", "the default of such a one"),
    used("{{safesubst:examples}}", "what is substituted only if it can be", parser=False),
    used("{{msgnw:examples}}", "shown as wikitext", parser=False),
    used("<gallery>\nFile:A.png|{{examples}}\n</gallery>", "a gallery's caption", parser=False),
    used("<ref>{{examples}}", "behind a note that is not closed"),
    used("[[ {{examples}}", "behind a link that is not closed"),
    used("{| {{examples}}", "behind a table that is not closed"),
    used("<div {{examples}}", "in a tag that is not closed"),
    used("<nowiki>{{examples}}", "behind a nowiki that is not closed"),
    used("<pre>{{examples}}", "behind a pre that is not closed"),
    used("''{{examples}}", "behind italics that are not closed"),
    used("[[a|{{examples}}]]", "in a link's label"),
    used("<noinclude>{{examples}}</noinclude>", "here, if not elsewhere"),
    used("<onlyinclude>{{examples}}</onlyinclude>", "here too"),
    used("{{examples}}}}", "braces too many"),
    used("{{#if:x|{{examples}}}}", "the branch that is taken"),
    unused("<includeonly>{{examples}}</includeonly>", "elsewhere, not here", parser=False),
    unused("<!-- {{examples}}", "a comment that is not closed", parser=False),
    unused("<!-- {{examples}} -->", "a comment"),
    unused("<nowiki>{{examples}}</nowiki>", "shown as it is"),
    unused("<pre>{{examples}}</pre>", "shown as it is"),
    unused("{{Exampl%65s}}", "no percent signs in titles here"),
    unused("{{Exam\u200bples}}", "a space of no width is a letter"),
    unused("{{{{examples}}}}", "a parameter called so, in braces"),
    unused("{{{examples}}}", "a parameter"),
    unused("{{subst:examples}}", "gone when it was saved, or text"),
    unused("{{examples", "not closed"),
    unused("{{#if:|{{examples}}}}", "the branch that is not taken", parser=False, in_doubt=True),
    unused(
        f"{'{{Wrap|' * 60}{{{{examples}}}}{'}}' * 60}", "deeper than templates go", in_doubt=True
    ),
    unused(f"{'{{Wrap|' * 110}{{{{examples}}}}{'}}' * 110}", "far deeper than that"),
)
