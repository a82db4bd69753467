"""How long counting examples takes: `python -m benchmarks.examples [BYTES]`.

Prints, for texts that are made to hurt a parser, the time at half the size and at the whole (2 MB unless
told) and their ratio; for the labelled drafts the ratio to one bare `mwparserfromhell.parse` of the same
text. Leaves with 1 if a text takes more than 2 s or doubling it costs more than 2.5 times.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import mwparserfromhell

from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import load
from tropebot.policy.offline import facts_from
from tropebot.wikitext.examples import count_examples

LONGEST = 2.0
DOUBLED = 2.5
NOISE = 0.1
"""Seconds; below them a ratio says nothing."""

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
    "unclosed nowiki": "<nowiki>",
    "incomplete tags": "<nowiki ",
    "closed templates": "{{a|b=..}}",
    "apostrophes": "'''a''b",
    "braces": "{{",
    "brackets": "[[",
    "closing braces": "}}",
    "equals signs": "=",
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
}
NUMBERED: dict[str, Callable[[int], str]] = {
    "different entries": "* ''A{}'': b c d\n".format,
    "different children": "** ''A{}'' b\n".format,
    "different templates": "{{{{t{}}}}}".format,
    "different links": "[[a{}:b]]".format,
    "different headings": "==a{}==\n".format,
    "different labels": "'''a{}'''\n".format,
}


def texts(size: int) -> Iterator[tuple[str, str]]:
    """Every hostile text at a size, behind an opener."""
    for name, motif in REPEATED.items():
        yield name, "{{examples}}\n" + motif * (size // len(motif))
    for name, motif_of in NUMBERED.items():
        parts: list[str] = []
        length = 0
        while length < size:
            parts.append(motif_of(len(parts)))
            length += len(parts[-1])
        yield name, "{{examples}}\n" + "".join(parts)


def seconds(call: Callable[[], object], times: int = 3) -> float:
    """The median of some calls, in time of our own process: other work on the machine does not count."""
    found = []
    for _ in range(times):
        start = time.process_time()
        call()
        found.append(time.process_time() - start)
    return statistics.median(found)


def main(size: int) -> int:
    policy = load("tropedia", []).policy
    force = PolicyInForce(policy=policy, facts=facts_from(policy))

    def counted(text: str) -> None:
        count_examples(
            text,
            title="Trope Workshop:Draft",
            policy=policy.examples,
            facts=force.facts,
            preload_items=force.preload_items,
            aliases=force.aliases,
            shielding_tags=force.shielding_tags,
        )

    bad = 0
    for (name, half), (_, whole) in zip(texts(size // 2), texts(size), strict=True):
        shorter = seconds(lambda text=half: counted(text))
        longer = seconds(lambda text=whole: counted(text))
        slow = longer > LONGEST or longer > DOUBLED * max(shorter, NOISE)
        bad += slow
        ratio = longer / shorter
        print(f"{name:28} {shorter:6.2f} s {longer:6.2f} s {ratio:5.1f}{'  slow' * slow}")
    drafts = Path(__file__).parents[1] / "tests" / "data" / "drafts"
    pages = [path.read_text("utf-8") for path in sorted(drafts.glob("*.wiki"))]
    ours = seconds(lambda: [counted(page) for page in pages], 5)
    parse = seconds(lambda: [mwparserfromhell.parse(page) for page in pages], 5)
    print(f"{len(pages)} drafts: {ours / parse:.2f} of a bare parse")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000))
