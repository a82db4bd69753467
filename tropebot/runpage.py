"""The run page's grammar: the one word that lets the bot run, and what moderators have switched off.

Must not read the page or decide who may write on it (`gate` does). Whatever is not understood stops the bot:
a switch with a typo must not look as if it worked.
"""

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

from tropebot.model import OnWikiPage
from tropebot.policy.forbid import Deed, Forbid
from tropebot.policy.schema import Policy

DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "flag": "flag",
        "unflag": "unflag",
        "fix": "fix",
        "move": "promote",
        "promote": "promote",
        "message": "notify",
        "notify": "notify",
    }
)
"""The actions that a line of the run page may switch off, in the words of people and of the policy."""

_SWITCH = re.compile(r"([A-Za-z]+[0-9]*)[ \t]*:[ \t]*off")


def run_page_title(policy: Policy, account: str) -> str:
    """Where the run page stands."""
    return policy.steering.run_page or f"User:{account}/Run"


def run_page_problem(
    page: OnWikiPage | None, policy: Policy, title: str, codes: Collection[str] = ()
) -> str:
    """Why the run page's text does not let the bot run; empty if it does.

    ``codes`` are the rules there are; empty: any word of a code's form is taken for one.
    """
    word = policy.steering.run_word
    if page is None:
        return f"The run page “{title}” does not exist: make it, with the one word “{word}”."
    first, lines = _lines(page.text)
    if first != word:
        return (
            f"The run page “{title}” does not say just “{word}” in its first line: an editor can start"
            " the bot again."
        )
    for number, line in lines:
        if _switched(line, codes) is None:
            return (
                f"The run page “{title}” is not understood in line {number}: below “{word}” a line switches"
                " off one rule (“TB101: off”) or one action (“move: off”; also flag, unflag, fix, message)"
                " and nothing else."
            )
    return ""


def switched_off(page: OnWikiPage | None, policy: Policy) -> Forbid:
    """What the lines below the word switch off, in the form of what an operator forbids."""
    if page is None or run_page_problem(page, policy, page.title):
        return Forbid()
    found = [_switched(line, ()) for _, line in _lines(page.text)[1]]
    deeds = tuple(DEEDS[name] for name in found if name and name in DEEDS)
    rules = tuple(name for name in found if name and name not in DEEDS)
    return Forbid(actions=deeds, rules=rules)


def switches(page: OnWikiPage | None, policy: Policy) -> tuple[str, ...]:
    """What is switched off, in the words of the page."""
    if page is None or run_page_problem(page, policy, page.title):
        return ()
    return tuple(line.partition(":")[0].strip() for _, line in _lines(page.text)[1])


def _lines(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The first line, and the numbered further ones that are not blank."""
    first, *rest = text.strip(" \t\r\n").replace("\r\n", "\n").split("\n")
    numbered = enumerate((line.strip(" \t") for line in rest), start=2)
    return first.strip(" \t"), [(number, line) for number, line in numbered if line]


def _switched(line: str, codes: Collection[str]) -> str | None:
    """The rule or action that a line switches off; ``None`` for a line that is not understood."""
    match = _SWITCH.fullmatch(line)
    if match is None:
        return None
    name = match[1]
    if name in DEEDS:
        return name
    if not re.fullmatch(r"[A-Z]{2,6}[0-9]{3}", name) or (codes and name not in codes):
        return None
    return name
