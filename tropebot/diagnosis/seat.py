"""The account's side: is it ours, may it do what the policy asks, how fast, and by which clock.

Must not ask the wiki. The rights of a session with a bot password are those that its grants let through.
"""

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from tropebot.diagnosis.values import Line, WikiFound, fail, ok, warn
from tropebot.errors import Exit
from tropebot.gate import account_problem
from tropebot.model import MESSAGE_WALL, Account
from tropebot.policy.schema import Policy
from tropebot.rights import Demand, demands, lacking
from tropebot.rules import all_rules
from tropebot.sites import place_of

CLOCK_SECONDS = 60
_BASE = Demand(
    what="flags and messages",
    rights=("edit", "createpage", "createtalk"),
    grants=("createeditmovepage",),
)


def seat(wiki: WikiFound) -> Iterator[Line]:
    """A line for each thing about the account."""
    vitals, account = wiki.vitals, wiki.vitals.account
    yield ok("reachable", f"{wiki.url} answers: {vitals.generator}")
    if place_of(wiki.url).exposed:
        yield warn(
            "encryption",
            "the wiki’s address begins with http://: the password can be read on its way",
            "ask the wiki’s host for https, then change protocol() in families/",
        )
    if problem := account_problem(account, wiki.account):
        yield fail(
            "account",
            problem,
            "ask whoever blocked it, with the reason that stands there"
            if account.blocked and account.name == wiki.account
            else "see tropebot.toml and Special:BotPasswords",
            exit_code=Exit.NOT_ALLOWED,
        )
        if not account.user_id or account.name != wiki.account:
            return
    else:
        groups = ", ".join(sorted(account.groups - {"*", "user", "autoconfirmed"})) or "none"
        yield ok("account", f"logged in as {account.name}; groups: {groups}")
    yield _bot_flag(account)
    yield from _rights(wiki)
    yield from _speed(wiki)
    yield _clock(wiki)
    yield from _in_the_way(wiki)
    yield _messages(wiki)


def _bot_flag(account: Account) -> Line:
    if "bot" in account.rights:
        return ok("bot flag", "edits can be marked as a bot’s")
    if "bot" in account.groups:
        return warn(
            "bot flag",
            "the account has the flag, this session has not",
            "give the bot password the grant “High-volume (bot) access”",
        )
    return warn(
        "bot flag",
        "the account has none: each of its edits stands in everybody’s recent changes",
        "ask the wiki’s bureaucrats (on Fandom its staff) for it; docs/bot-approval.md helps",
    )


def _rights(wiki: WikiFound) -> Iterator[Line]:
    account = wiki.vitals.account
    wanted = [_BASE]
    acts = False
    if wiki.planned is not None and wiki.force is not None:
        planned: Policy = wiki.planned.policy
        acts = wiki.force.policy.mode == "act" and not wiki.forbids_writes
        wanted += demands(replace(planned, mode="act"), all_rules())
    lacks = lacking(wanted, account.rights)
    if not lacks:
        named = ", ".join(demand.what for demand in wanted)
        yield ok("rights", f"the session has all that is needed for {named}")
    for demand in wanted:
        if missing := lacks.get(demand.what):
            says = f"{demand.what}: the session has no right to “{'”, “'.join(missing)}”"
            do = _remedy(demand, missing)
            yield (
                fail("rights", says, do, exit_code=Exit.NOT_ALLOWED)
                if acts
                else warn("rights", f"{says}; needed before the bot acts", do)
            )


def _remedy(demand: Demand, missing: tuple[str, ...]) -> str:
    grants = f" (grants: {', '.join(demand.grants)})" if demand.grants else ""
    right = "it" if len(missing) == 1 else "them"
    return (
        f"see whether the account’s groups have {right} (Special:ListGroupRights), then whether the bot"
        f" password lets {right} through{grants}"
    )


def _speed(wiki: WikiFound) -> Iterator[Line]:
    account = wiki.vitals.account
    if "apihighlimits" in account.rights:
        yield ok("high limits", "500 pages are read at a time")
    else:
        yield warn(
            "high limits",
            "no right to “apihighlimits”: 50 pages are read at a time, not 500",
            "it comes with the bot flag and the grant “High-volume (bot) access”",
        )
    tight = []
    for action in ("edit", "move"):
        limit = wiki.vitals.limits.get(action)
        if limit is None or "noratelimit" in account.rights:
            continue
        allowed = limit.hits * 60 / max(limit.seconds, 1)
        if not wiki.edits_per_minute or allowed < wiki.edits_per_minute:
            tight.append(f"{action} {limit.hits} in {limit.seconds} s")
    if tight:
        yield warn(
            "rate limits",
            f"the wiki allows less than tropebot.toml: {', '.join(tight)}",
            "lower limits.edits_per_minute; what is refused for its rate is waited for, which costs time",
        )
    else:
        rate = f"{wiki.edits_per_minute:g} edit{'' if wiki.edits_per_minute == 1 else 's'} a minute"
        yield ok(
            "rate limits",
            f"{rate if wiki.edits_per_minute else 'as fast as it answers'}: within the wiki’s",
        )


def _clock(wiki: WikiFound) -> Line:
    apart = wiki.now - wiki.vitals.server_time
    seconds = round(abs(apart / timedelta(seconds=1)))
    if seconds <= CLOCK_SECONDS:
        return ok("clock", f"{seconds} s apart from the server’s")
    where = "ahead of" if apart > timedelta() else "behind"
    return warn(
        "clock",
        f"this machine’s clock is {seconds} s {where} the server’s, by which all is counted",
        "set it (timedatectl set-ntp true): --since and logs go by it",
    )


def _in_the_way(wiki: WikiFound) -> Iterator[Line]:
    """What a host may put between an account without a flag and its edits."""
    rights, extensions = wiki.vitals.account.rights, wiki.vitals.extensions
    if "Moderation" in extensions:
        yield (
            ok("moderation", "edits of the account are not queued")
            if "skip-moderation" in rights
            else warn(
                "moderation",
                "the wiki queues edits for approval, and the account’s as well: nothing shows until then",
                "ask for the group “automoderated” or the bot flag",
            )
        )
    else:
        yield ok("moderation", "the wiki queues no edits")
    if "ConfirmEdit" in extensions and "skipcaptcha" not in rights:
        yield warn(
            "captcha",
            "the wiki may ask for a captcha, as for edits that add a link: such an edit is refused",
            "the right “skipcaptcha” comes with the bot flag on most wikis",
        )
    else:
        yield ok("captcha", "none stands in the account’s way")


def _messages(wiki: WikiFound) -> Line:
    """Whether people can be written to, and write to the bot."""
    talk = f"User talk:{wiki.account}"
    model = wiki.vitals.models.get(talk, "wikitext")
    notify = wiki.planned is not None and wiki.planned.policy.notify.enabled
    off = "set notify.enabled to false; the report page and the flags tell people"
    if MESSAGE_WALL in wiki.vitals.namespaces:
        says = "people are written to on message walls, which a bot password cannot reach"
        report = wiki.planned.policy.reports.page if wiki.planned is not None else ""
        if notify and not report:
            do = "name a page for it in the policy (reports.page), or set notify.enabled to false"
            return warn("talk pages", f"{says}; no report stands in for messages", do)
        told = f"“{report}” tells what messages would" if notify else "nobody is told"
        return ok("talk pages", f"{says}; {told}")
    if model != "wikitext":
        says = f"“{talk}” is of the model “{model}”: the bot cannot write on such pages"
        return warn("talk pages", says, off if notify else "")
    return ok(
        "talk pages", "pages of wikitext: people can be told, and can stop the bot by a message"
    )
