"""The program that a competent user would write to judge a dump: mwxml, mwparserfromhell, page by page.

It applies the same rules: each page is parsed, then judged, findings are printed. `python -m
benchmarks.plain_audit DUMP [PRESET]`; what it takes is compared with by `benchmarks.audit`.
"""

import json
import sys
from collections.abc import Iterator

import mwparserfromhell
import mwxml

from tropebot.engine import judge
from tropebot.model import Page
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import load
from tropebot.policy.offline import facts_from
from tropebot.wikitext.names import category_name, template_name


def main(path: str, preset: str = "tropedia") -> None:
    """Print each finding's title and code."""
    policy = load(preset, []).policy
    force = PolicyInForce(policy=policy, facts=facts_from(policy))
    for page in _pages(path, force):
        for finding in judge(page, force).findings:
            print(json.dumps({"title": finding.title, "code": finding.code}))


def _pages(path: str, force: PolicyInForce) -> Iterator[Page]:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123  as its manual shows it
        for each in mwxml.Dump.from_file(file):
            for revision in each:
                code = mwparserfromhell.parse(revision.text or "")
                templates = {
                    template_name(str(use.name), force.facts, {}) for use in code.filter_templates()
                }
                links = code.filter_wikilinks()
                categories = {category_name(str(link.title), force.facts) for link in links}
                name = force.facts.namespace_names.get(each.namespace, "")
                yield Page(
                    title=f"{name}:{each.title}" if name and ":" not in each.title else each.title,
                    text=revision.text or "",
                    namespace=each.namespace,
                    second_reading=frozenset(f"Template:{name}" for name in templates if name)
                    | frozenset(f"Category:{name}" for name in categories if name),
                )


if __name__ == "__main__":
    main(*sys.argv[1:])
