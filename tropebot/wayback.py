"""The way back for editors: the page where they ask the bot to look again, or object; its grammar and links.

Must not read the page or decide what comes of a request (`petitions` does). Anybody can write there: what is
not understood is left to people, what is answered is not read again, and nothing of it acts as markup.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from urllib.parse import quote_plus

import msgspec

from tropebot.i18n import FALLBACK, Language, message
from tropebot.policy.schema import Policy
from tropebot.wikitext.inert import inert, link, one_line
from tropebot.wikitext.late import late

LONGEST = 200_000
"""Characters of the page that are read; people archive what was answered."""

ANSWERED = "<!-- tropebot answered -->"
"""The mark of a section that has its answer, which readers do not see."""

OBJECTION = "objection"
"""How the reason of a lasting no begins that somebody asked for."""

_HEADING = late(r"^(=+)[ \t]*(.+?)[ \t]*\1[ \t]*(?:<!--.*?-->)?[ \t]*$", re.MULTILINE)
_LINK = late(r"\[\[:?([^\[\]|{}<>\n]+)(?:\|[^\[\]\n]*)?\]\]")
_CODE = late(r"\(([A-Z]{2,}[0-9]+|promotion)\)\s*$", re.IGNORECASE)


class Wish(StrEnum):
    """What somebody asks for; each has a message `wayback-…`, which begins the heading."""

    CHECK = "check"
    OBJECTION = "objection"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A section without an answer; ``end`` is where the answer goes, ``code`` empty for all rules.

    ``heading`` is as it stands, which is how MediaWiki's own summary of the edit names it.
    """

    wish: Wish
    title: str
    code: str
    heading: str
    end: int


def open_requests(text: str, language: Language = FALLBACK) -> tuple[Request, ...]:
    """The sections of the page that ask for something and have no answer, the oldest first."""
    found: list[Request] = []
    headings = list(_HEADING.finditer(text[:LONGEST]))
    for number, heading in enumerate(headings):
        if heading[1] != "==":
            continue
        later = (each.start() for each in headings[number + 1 :] if len(each[1]) <= 2)
        end = next(later, min(len(text), LONGEST))
        body = text[heading.end() : end]
        if ANSWERED not in body and (asked := _asked(heading[2], body, end, language)):
            found.append(asked)
    return tuple(found)


def _asked(heading: str, body: str, end: int, language: Language) -> Request | None:
    for wish, word in _words(language):
        rest = heading[len(word) :]
        if heading[: len(word)].lower() != word.lower() or (rest and rest[0].isalnum()):
            continue
        code = _CODE.search(rest)
        named = rest[: code.start()] if code else rest
        title = _title(named.lstrip(" :")) or _linked(body)
        if title:
            name = code[1] if code else ""
            known = name.lower() if name.lower() == "promotion" else name.upper()
            return Request(wish=wish, title=title, code=known, heading=heading, end=end)
    return None


def _words(language: Language) -> Iterator[tuple[Wish, str]]:
    """How headings begin, in the wiki's language and in English."""
    for spoken in (language, FALLBACK):
        for wish in Wish:
            yield wish, message(f"wayback-{wish}", language=spoken)


def _title(text: str) -> str:
    linked = _LINK.search(text)
    return one_line((linked[1] if linked else text).replace("_", " ")).strip(" :")


def _linked(body: str) -> str:
    found = _LINK.search(body)
    return _title(found[0]) if found else ""


def answered(text: str, answers: Mapping[Request, str]) -> str:
    """The page with an answer, which is wikitext of ours, at the end of each of those sections."""
    for request in sorted(answers, key=lambda each: each.end, reverse=True):
        section, rest = text[: request.end].rstrip(), text[request.end :]
        said = f"{section}\n: {answers[request]} ~~~~{ANSWERED}\n"
        text = f"{said}\n{rest}" if rest else said
    return text


# Links that lead there.


def rule_page(policy: Policy, code: str) -> str:
    """The page of a rule on the wiki; empty where the policy links none."""
    return f"{policy.requests.rules}/{code}" if policy.requests.rules else ""


def rule_links(policy: Policy, codes: Sequence[str]) -> str:
    """Links to the pages of those rules, as wikitext; empty where the policy links none."""
    if not policy.requests.rules:
        return ""
    return ", ".join(link(rule_page(policy, code), code) for code in codes)


def ways(
    policy: Policy, language: Language, *, title: str = "", code: str = "", urls: bool = True
) -> tuple[str, str]:
    """Links that ask for another look, and that object: a click on a section with its heading filled in.

    ``title``: the page that it is about, or a magic word that stands for it; without one the person adds it.
    Not ``urls``: the wiki would ask the bot to solve a puzzle for each address in its edit, so that the links
    lead to the page only. Empty texts where the policy has no such page.
    """
    page = policy.requests.page
    if not page:
        return "", ""
    return (
        _way(page, Wish.CHECK, title, "", language, urls=urls),
        _way(page, Wish.OBJECTION, title, code, language, urls=urls),
    )


def _way(page: str, wish: Wish, title: str, code: str, language: Language, *, urls: bool) -> str:
    label = message(f"wayback-{wish}-link", language=language)
    if not urls:
        return link(page, label)
    word = message(f"wayback-{wish}", language=language)
    magic = title.startswith("{{")
    named = f"{{{{urlencode:{title}|QUERY}}}}" if magic else _encoded(one_line(title))
    heading = f"{_encoded(f'{word}: ')}{named}" + (_encoded(f" ({code})") if code else "")
    query = f"action=edit&section=new&preloadtitle={heading}"
    shown = f"{{{{fullurl:{one_line(page)}|{query}}}}} {inert(label)}"
    return f'<span class="plainlinks">[{shown}]</span>'


def _encoded(text: str) -> str:
    """Text in an address, where also nothing is left that is markup to MediaWiki."""
    return quote_plus(text).replace("~", "%7E").replace("_", "%5F")
