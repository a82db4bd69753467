"""Who may be told of what happened to their pages, and where: on a talk page, or only on the bot's report.

Must not ask the wiki or write anything: accounts and pages come in as they were read.
"""

from ipaddress import ip_address

from tropebot.model import MESSAGE_WALL, USER_TALK, Page, Person
from tropebot.policy.force import PolicyInForce
from tropebot.policy.schema import Notify

ON_REPORT = "no talk pages here: reports tell it"
"""Why somebody was not told who would have been."""


def has_talk_pages(force: PolicyInForce) -> bool:
    """Whether people can be told on their talk pages, by the policy or else by what the wiki has."""
    where = force.policy.notify.where
    return where == "talk" or (where == "auto" and MESSAGE_WALL not in force.facts.namespace_names)


def talk_title(name: str, force: PolicyInForce) -> str:
    """The talk page of an account, as this wiki calls it."""
    return f"{force.facts.namespace_names.get(USER_TALK, 'User talk')}:{name}"


def why_not_by_name(name: str, rules: Notify, account: str) -> str:
    """Why nobody of that name is told, whatever the wiki says of the account; empty: it must be asked."""
    if not rules.enabled:
        return "messages are off"
    if not name:
        return "the name is hidden"
    if ">" in name:
        return "no account here"
    if name == account:
        return "ourselves"
    if name in rules.skip_users:
        return "not to be told"
    if not rules.ip_users and unregistered(name):
        return "not registered"
    return ""


def why_not_them(name: str, person: Person | None, *, contact: bool = False) -> str:
    """Why an account as it stands now is not told; a ``contact`` of the policy may be written otherwise."""
    if person is None:
        return "the wiki does not tell of the account"
    if person.blocked:
        return "blocked"
    if "bot" in person.groups:
        return "a bot"
    if not contact and not person.user_id and not unregistered(name):
        return "no account here"
    return ""


def why_not_there(page: Page | None, force: PolicyInForce) -> str:
    """Why nothing is written on this talk page; a redirect is not followed, it may lead to somebody else."""
    if page is None:
        return ""
    if page.redirect:
        return "the talk page is a redirect"
    if page.content_model != "wikitext":
        return "the talk page is no wikitext"
    shown = {name.partition(":")[2] for name in page.templates or ()}
    if force.templates(force.policy.notify.opt_out) & shown:
        return "wants no messages"
    return ""


def unregistered(name: str) -> bool:
    """An address, or a temporary account as MediaWiki names them by default."""
    try:
        ip_address(name)
    except ValueError:
        return name.startswith("~2")
    return True
