"""The pages that the bot needs on a wiki, with their texts: what `setup-wiki` shows and makes.

Must not ask the wiki which of them are there. What people read is in `i18n`; a text never lets the bot run.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from tropebot.i18n import message
from tropebot.model import CATEGORY, TEMPLATE
from tropebot.policy.force import PolicyInForce
from tropebot.policy.schema import Flag
from tropebot.rules.rule import Rule
from tropebot.runpage import run_page_title
from tropebot.wayback import ways
from tropebot.wikitext.inert import inert, link
from tropebot.wikitext.names import called, full_title

_CODE = re.compile(r"`([^`]+)`")
_MEDIAWIKI = "MediaWiki:"
_BOX = "border:1px solid #a2a9b1; border-left:10px solid #f28500; padding:.5em 1em; margin:.5em 0"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A page that should be there; ``purpose`` says why, to the operator.

    ``beside`` is a page without which this one is not wanted: where that exists, people have their own.
    """

    title: str
    text: str
    purpose: str
    beside: str = ""

    @property
    def needs(self) -> str:
        """The right that saving it takes beside `edit`; empty: none."""
        if not self.title.startswith(_MEDIAWIKI):
            return ""
        return "editinterface"


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whose bot it is: its account, whom people can reach, and what its operator's own policy says.

    ``report_mark`` is what a page begins with that reports are kept on.
    """

    account: str
    contact: str
    policy_title: str
    layer: Mapping[str, Any]
    report_mark: str = ""

    @property
    def page(self) -> str:
        """The bot's user page."""
        return f"User:{self.account}"


def groundwork(force: PolicyInForce, who: Who, rules: Collection[Rule]) -> tuple[Wanted, ...]:
    """All pages, in the order in which people would want to read them."""
    before, force = force, _as_set_up(force, who)
    policy = force.policy
    shown = [rule for rule in rules if policy.actions.get(rule.code, "report") != "none"]
    pages = [
        _user_page(force, who),
        _run_page(force, who),
        *_flags(force, who),
        _report_page(force, who),
        *_requests_page(force, who, beside="" if force is before else who.policy_title),
        _rules_page(shown, force, who),
        *(_rule_page(rule, force, who) for rule in shown),
    ]
    if who.policy_title:
        pages.append(_policy_page(who))
    found = {page.title: page for page in reversed(pages)}
    return tuple(page for page in pages if found[page.title] is page)


def _as_set_up(force: PolicyInForce, who: Who) -> PolicyInForce:
    """The policy as it will be: the page that is made of it names the way back for editors."""
    asked = force.policy.requests
    if asked.page or force.rev_id or not who.policy_title:
        return force
    asked = replace(
        asked, page=_own(who)["requests"]["page"], rules=asked.rules or _rules_title(who)
    )
    return replace(force, policy=replace(force.policy, requests=asked))


def _own(who: Who) -> Mapping[str, Mapping[str, str]]:
    """The bot's own pages, in the policy's keys."""
    return {
        "reports": {"page": _report_title(who)},
        "requests": {"page": f"{who.page}/Requests", "rules": _rules_title(who)},
    }


def _said(force: PolicyInForce, key: str, *params: str) -> str:
    return message(key, *params, language=force.wording)


def _user_page(force: PolicyInForce, who: Who) -> Wanted:
    shown = link(who.contact) if who.contact.startswith("User:") else inert(who.contact)
    operator = shown or _said(force, "setup-operator-unknown")
    page, run = who.page, run_page_title(force.policy, who.account)
    text = _said(force, "setup-user-page", operator, run, f"User talk:{who.account}", page)
    return Wanted(title=page, text=text, purpose="names you, and says how to stop the bot")


def _run_page(force: PolicyInForce, who: Who) -> Wanted:
    """It says “stop”: only an editor of the policy starts the bot, never the bot itself."""
    word = force.policy.steering.run_word
    text = _said(force, "setup-run-page", "stop" if word != "stop" else "wait", word, who.page)
    return Wanted(
        title=run_page_title(force.policy, who.account),
        text=text,
        purpose=f"an administrator starts the bot there with the word “{word}”, anybody stops it",
    )


def _flags(force: PolicyInForce, who: Who) -> Iterator[Wanted]:
    """The templates that mark pages, each with its category; one may serve several rules."""
    policy = force.policy
    for name in dict.fromkeys(flag.template for flag in policy.flags.values()):
        codes = [code for code, flag in policy.flags.items() if flag.template == name]
        category = _category(force, name)
        links = ", ".join(f"[[{who.page}/Rules/{code}|{code}]]" for code in codes)
        about = _said(force, "setup-flag-documentation", who.page, links, category)
        box = _box(force, policy.flags[codes[0]], links)
        template = full_title(TEMPLATE, called(name), force.facts)
        yield Wanted(
            title=template,
            text=f"<includeonly>{box}[[{category}]]</includeonly><noinclude>{about}</noinclude>",
            purpose=f"marks pages for {', '.join(codes)}",
        )
        yield Wanted(
            title=category,
            text=_said(force, "setup-category-page", called(name), links),
            purpose="lists the marked pages",
            beside=template,
        )


def _category(force: PolicyInForce, template: str) -> str:
    name = _said(force, "setup-flag-category", called(template))
    return full_title(CATEGORY, name, force.facts)


def _box(force: PolicyInForce, flag: Flag, links: str) -> str:
    """The box on a marked page: what the bot advises, else what is missing, and since when."""
    said = _said(force, "setup-flag-says", links)
    if detail := flag.detail_parameter:
        missing = _said(force, "setup-flag-missing", _value(detail))
        said += _where(detail, f"&#32;{missing}")
    if advice := flag.advice_parameter:
        said = _where(advice, f"{_value(advice)}&#32;{links}", said)
    if date := flag.date_parameter:
        said += _where(date, f"&#32;<small>({_value(date)})</small>")
    return f'<div style="{_BOX}">{said}</div>'


def _value(parameter: str) -> str:
    return "{{{" + parameter + "|}}}"


def _where(parameter: str, then: str, otherwise: str = "") -> str:
    """A text for where the parameter is given, and one for where it is not."""
    tail = f"|{otherwise}" if otherwise else ""
    return "{{#if:" + _value(parameter) + f"|{then}{tail}" + "}}"


def _rules_title(who: Who) -> str:
    return f"{who.page}/Rules"


def _report_title(who: Who) -> str:
    return f"{who.page}/Report"


def _report_page(force: PolicyInForce, who: Who) -> Wanted:
    """Links to lists that the wiki itself keeps, so that the page is true until the first report is made."""
    policy = force.policy
    names = dict.fromkeys(called(flag.template) for flag in policy.flags.values())
    rows = [
        _said(force, "setup-report-row", full_title(TEMPLATE, name, force.facts), name)
        for name in names
    ]
    listed = "\n".join(rows) or _said(force, "setup-report-none")
    return Wanted(
        title=policy.reports.page or _report_title(who),
        text=who.report_mark + _said(force, "setup-report-page", who.account, listed, who.page),
        purpose="where the marked pages are listed",
    )


def _requests_page(force: PolicyInForce, who: Who, *, beside: str) -> Iterator[Wanted]:
    """Where people ask the bot for something, if the policy names a page for that, or will."""
    links = ways(force.policy, force.wording)
    if all(links):
        yield Wanted(
            title=force.policy.requests.page,
            text=_said(force, "setup-requests-page", who.page, *links) + "\n",
            purpose="where people ask the bot to look again, or object",
            beside=beside,
        )


def _rules_page(rules: Collection[Rule], force: PolicyInForce, who: Who) -> Wanted:
    rows = "\n".join(
        f"* [[{who.page}/Rules/{rule.code}|{rule.code} {rule.name}]]: {inert(_purpose(rule))}"
        for rule in rules
    )
    return Wanted(
        title=f"{who.page}/Rules",
        text=_said(force, "setup-rules-page", who.page, rows),
        purpose="what the bot looks for",
    )


def _rule_page(rule: Rule, force: PolicyInForce, who: Who) -> Wanted:
    title = f"{who.page}/Rules/{rule.code}"
    head = _said(
        force, "setup-rule-page", rule.code, rule.name, f"{who.page}/Rules", who.policy_title
    )
    links = ways(force.policy, force.wording, code=rule.code)
    back = f"\n{_said(force, 'setup-rule-ways', *links)}\n" if all(links) else ""
    return Wanted(
        title=title,
        text=f"{head}\n\n{manual_in_wikitext(rule.documentation)}\n{back}",
        purpose=f"the manual of {rule.code}",
    )


def _policy_page(who: Who) -> Wanted:
    """What the operator's own layer says, to begin with; it reports only, whatever that says."""
    document = {"version": 1, **_own(who), **who.layer, "mode": "report"}
    return Wanted(
        title=who.policy_title,
        text=json.dumps(document, indent=4, ensure_ascii=False, default=str) + "\n",
        purpose="the policy: the bot writes nothing until it says “act”",
    )


def _purpose(rule: Rule) -> str:
    return rule.documentation.strip().partition("\n")[0]


def manual_in_wikitext(manual: str) -> str:
    """A rule's docstring as wikitext: its samples are shown, never carried out."""
    lines = manual.strip().split("\n")
    shown: list[str] = []
    sample: list[str] = []
    for number, line in enumerate(lines):
        if line.startswith("    ") or (sample and not line.strip()):
            sample.append(line[4:])
            continue
        shown += _sample(sample)
        sample = []
        if line and not line.strip("-"):
            continue
        below = lines[number + 1] if number + 1 < len(lines) else ""
        heading = bool(line and below) and not below.strip("-")
        shown.append(f"== {line} ==" if heading else _inline(line))
    return "\n".join([*shown, *_sample(sample)])


def _sample(lines: list[str]) -> list[str]:
    text = "\n".join(lines).strip("\n").replace("&", "&amp;").replace("<", "&lt;")
    return [f"<pre>{text}</pre>", ""] if text else []


def _inline(line: str) -> str:
    """A line of prose; what stands in backticks is shown as code."""
    found = ""
    for number, part in enumerate(_CODE.split(line)):
        shown = inert(part)
        if number % 2:
            shown = f"<code>{shown}</code>"
        elif part.strip():
            shown = f"{' ' * part.startswith(' ')}{shown}{' ' * part.endswith(' ')}"
        else:
            shown = part
        found += shown
    return found
