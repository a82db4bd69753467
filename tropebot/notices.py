"""What the bot says to people: edit summaries, and the one message about all of a person's pages.

Must not decide whom to tell or whether (that is planned elsewhere), and lets nothing of a title, name or
value of somebody else act as markup: `wikitext/inert.py`.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from tropebot.i18n import Language, message
from tropebot.model import Finding
from tropebot.promotion import DELETED_BEFORE, Hold
from tropebot.wikitext.inert import inert, link, one_line

SUMMARY_LIMIT = 500
"""Characters that MediaWiki keeps of a summary (CommentStore::COMMENT_CHARACTER_LIMIT)."""

LISTED_PAGES = 40
"""Pages named in one message; the rest is a number, so that no backlog fills a talk page."""


class Concern(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the person's, and what it lacks; ``findings`` are those to be told.

    ``flagged``: the bot has put a flag on the page; else it has done nothing but to tell.
    """

    title: str
    findings: tuple[Finding, ...]
    flagged: bool = False


class Promoted(msgspec.Struct, frozen=True, kw_only=True):
    """A draft of the person's that moved to the main namespace."""

    draft: str
    target: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A section for a talk page; ``body`` ends with our signature and the hidden mark."""

    title: str
    body: str

    @property
    def section(self) -> str:
        """The whole section as it stands on a talk page that holds nothing else."""
        return f"== {self.title} ==\n{self.body}"

    @property
    def appended(self) -> str:
        """The section as it is appended to a talk page that has text."""
        return f"\n\n{self.section}"


def summary(
    mark: str,
    key: str,
    *params: str,
    policy_page: str = "",
    rules: str = "",
    language: Language = "en",
) -> str:
    """An edit summary: the mark first, because summaries are cut at their end; then message ``key``.

    ``params`` may hold anything and are made inert. Where it would be too long, the message is cut, so that
    the mark and the links to the policy and to the ``rules`` all stay.
    """
    text = one_line(message(key, *map(_in_comment, params), language=language))
    label = message("summary-policy", language=language)
    links = [f"[[:{one_line(policy_page)}|{label}]]"] if policy_page else []
    links += [rules] if rules else []
    about = f" ({', '.join(links)})" if links else ""
    room = SUMMARY_LIMIT - len(mark) - 1 - len(about)
    if len(text) > room:
        text = text[: room - 1].rstrip() + "…"
    return f"{mark} {text}{about}"


def notice(
    recipient: str,
    *,
    concerns: Sequence[Concern] = (),
    promoted: Sequence[Promoted] = (),
    broken: Sequence[Concern] = (),
    mark: str,
    policy_page: str = "",
    opt_out: str = "",
    newcomer: bool = False,
    rules: Callable[[Sequence[str]], str] = lambda _: "",
    ways: Callable[[str], tuple[str, str]] = lambda _: ("", ""),
    gender: str = "",
    language: Language = "en",
) -> Notice:
    """One message for all of a person's pages; ``opt_out`` is the template by which they want no more.

    ``broken`` are pages that the policy relies on: told to its contacts. A ``newcomer`` is spoken to in other
    words, and told how to edit. ``rules`` gives links to the pages of rules by their codes, ``ways`` links
    that ask the bot to look at a page again and that object, about a page or (empty) any.

    Raises `ValueError` where there is nothing to tell.
    """
    if not concerns and not promoted and not broken:
        raise ValueError("a notice without a page")

    def said(key: str, *params: str) -> str:
        return message(key, *params, language=language, gender=gender)

    told = _by_title(concerns)
    drafts = [each for each in told if _is_about_a_draft(each)]
    faults = [each for each in told if not _is_about_a_draft(each)]
    lines = [said("notice-greeting-newcomer" if newcomer else "notice-greeting", inert(recipient))]
    for key, items in (
        ("notice-broken", [_concern_item(each, language) for each in broken]),
        ("notice-promotions", [_promotion_item(each, language) for each in promoted]),
        (
            "notice-faults-newcomer" if newcomer else "notice-faults",
            [_concern_item(each, language, rules) for each in faults],
        ),
        ("notice-drafts", [_concern_item(each, language, rules) for each in drafts]),
    ):
        if items:
            lines += ["", said(key, str(len(items))), *_listed(items, language)]
        if items and key == "notice-promotions":
            lines += ["", said("notice-promotions-next", str(len(items)))]
    if told:
        lines += ["", *([said("notice-how-newcomer")] if newcomer else ()), said(*_deed(told))]
        if all(links := ways(told[0].title if len(told) == 1 else "")):
            lines.append(said("notice-ways", *links, str(len(told))))
    lines.append("")
    if policy_page:
        lines.append(said("notice-policy", link(policy_page)))
    if opt_out:
        lines.append(said("notice-opt-out", f"<code>{inert(f'{{{{{opt_out}}}}}')}</code>"))
    title = said(
        _title_key(broken, promoted, faults, drafts), str(len(faults) + len(drafts) + len(promoted))
    )
    body = "\n".join(lines).rstrip("\n")
    return Notice(title=title, body=f"{body} ~~~~<!-- {_in_hidden_comment(mark)} -->")


def _deed(told: Sequence[Concern]) -> tuple[str, ...]:
    """What the bot did about the pages and what it did not do, and how to object."""
    flagged = sum(each.flagged for each in told)
    if not flagged:
        return ("notice-did-nothing", str(len(told)))
    if flagged < len(told):
        return ("notice-did-some", str(flagged))
    return ("notice-did-flags", str(flagged))


def correction(
    recipient: str, titles: Sequence[str], *, mark: str, language: Language = "en"
) -> Notice:
    """What takes an earlier message back; ``titles`` are the pages where what it told of is undone."""

    def said(key: str, *params: str) -> str:
        return message(key, *params, language=language)

    lines = [said("correction-greeting", inert(recipient)), ""]
    lines += [said("correction-text", str(len(titles))), *_listed([*map(link, titles)], language)]
    body = "\n".join(lines)
    return Notice(
        title=said("correction-title"), body=f"{body}\n\n~~~~<!-- {_in_hidden_comment(mark)} -->"
    )


def refusal(
    holds: Sequence[Hold], *, mark: str, policy_page: str = "", language: Language = "en"
) -> Notice:
    """Why a draft that is ready was not moved, for its talk page."""

    def said(key: str, *params: str) -> str:
        return message(key, *params, language=language)

    reasons = [said(hold.message, *map(inert, hold.params)) for hold in holds]
    by_hand = any(hold.message == DELETED_BEFORE for hold in holds)
    then = said("refusal-by-hand" if by_hand else "refusal-then")
    lines = [said("refusal-text"), *_listed(reasons, language), "", then]
    if policy_page:
        lines.append(said("notice-policy", link(policy_page)))
    body = "\n".join(lines)
    return Notice(
        title=said("refusal-title"), body=f"{body} ~~~~<!-- {_in_hidden_comment(mark)} -->"
    )


def _listed(items: Sequence[str], language: Language) -> list[str]:
    shown = [f"* {item}" for item in items[:LISTED_PAGES]]
    if len(items) > LISTED_PAGES:
        more = str(len(items) - LISTED_PAGES)
        shown.append(f"* {message('notice-more', more, language=language)}")
    return shown


def _title_key(
    broken: Sequence[Concern],
    promoted: Sequence[Promoted],
    faults: Sequence[Concern],
    drafts: Sequence[Concern],
) -> str:
    if broken:
        return "notice-title-broken"
    if drafts and not faults and not promoted:
        return "notice-title-drafts"
    return "notice-title" if faults or drafts else "notice-title-promotions"


def _by_title(concerns: Iterable[Concern]) -> list[Concern]:
    """Each page once, with all that is to be told of it."""
    found: dict[str, Concern] = {}
    for each in concerns:
        known = found.get(each.title, Concern(title=each.title, findings=()))
        found[each.title] = Concern(
            title=each.title,
            findings=(*known.findings, *each.findings),
            flagged=known.flagged or each.flagged,
        )
    return list(found.values())


def _is_about_a_draft(concern: Concern) -> bool:
    """Whether nothing is wrong with the page itself, only with its stay in the Workshop (TB3xx)."""
    return all(finding.code.startswith("TB3") for finding in concern.findings)


def _concern_item(
    concern: Concern, language: Language, rules: Callable[[Sequence[str]], str] = lambda _: ""
) -> str:
    texts = [
        inert(message(finding.message, *finding.params, language=language))
        for finding in concern.findings
    ]
    about = rules(list(dict.fromkeys(finding.code for finding in concern.findings)))
    said = " ".join([*texts, f"({about})"] if about else texts)
    return message("notice-item", link(concern.title), said, language=language)


def _promotion_item(promoted: Promoted, language: Language) -> str:
    shown = (link(promoted.draft), link(promoted.target))
    return message("notice-promotion-item", *shown, language=language)


def _in_comment(value: str) -> str:
    """Summaries know only links, section marks and entities: those of a value are taken apart."""
    plain = one_line(value)
    for markup in ("[[", "]]", "/*", "*/"):
        while markup in plain:
            plain = plain.replace(markup, f"{markup[0]}&#{ord(markup[1])};")
    return plain


def _in_hidden_comment(mark: str) -> str:
    return one_line(mark).replace("--", "")
