"""The policy that stands: the wiki's page if it is sound, else the last good one, and that for reports only.

Must not decide what a policy means. A missing, broken or unprotected page stops writes.
"""

from collections.abc import Callable, Collection

import msgspec
from msgspec.structs import replace

from tropebot.errors import PolicyError
from tropebot.i18n import message
from tropebot.ledger.changes import Changes
from tropebot.model import OnWikiPage
from tropebot.policy.forbid import Forbid, within
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import Loaded
from tropebot.policy.namespaces import namespace_note
from tropebot.policy.schema import Policy
from tropebot.rights import lacking, rule_demands
from tropebot.rules import all_rules

LoadPolicy = Callable[[OnWikiPage | None], Loaded]
"""The policy from the operator's layers and the page on the wiki. Raises `PolicyError`."""

_LAST_GOOD = "policy-page"
_LAST_GOOD_REV = "policy-page-rev"
_RIGHTS_TOLD = "rights-lacking-told"
_UNSAID = "messages-unsaid-told"
_NAMESPACES = "namespaces-told"
_MESSAGES = "MediaWiki:Tropebot-"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The policy to judge by; where the page is not ``sound`` the mode is ``report``."""

    policy: Policy
    rev_id: int
    notes: tuple[str, ...]
    sound: bool = True


def standing_policy(
    title: str, page: OnWikiPage | None, load: LoadPolicy, changes: Changes
) -> Standing:
    """The policy that stands now; without a title the operator's own layers are all there is.

    Raises `PolicyError` where the page is broken and there never was a good one.
    """
    if not title:
        loaded = load(None)
        return Standing(policy=loaded.policy, rev_id=0, notes=loaded.notes)
    last_good = changes.note(_LAST_GOOD)
    why = ""
    if page is None:
        why = f"The policy page “{title}” does not exist"
    elif not page.protected:
        why = f"The policy page “{title}” is not protected"
    else:
        try:
            loaded = load(page)
        except PolicyError as error:
            if not last_good:
                raise
            why = f"The policy page “{title}” is not usable ({error})"
        else:
            changes.set_note(_LAST_GOOD, page.text)
            changes.set_note(_LAST_GOOD_REV, str(page.rev_id))
            return Standing(policy=loaded.policy, rev_id=page.rev_id, notes=loaded.notes)
    rev_id = int(changes.note(_LAST_GOOD_REV) or 0)
    loaded = load(OnWikiPage(title=title, rev_id=rev_id, text=last_good) if last_good else None)
    instead = "the last good one" if last_good else "the operator’s own policy"
    note = f"{why}: nothing is written to the wiki, and {instead} serves for reports."
    return Standing(
        policy=replace(loaded.policy, mode="report"),
        rev_id=rev_id,
        notes=(note, *loaded.notes),
        sound=False,
    )


def policy_within_rights(
    policy: Policy, rights: Collection[str], changes: Changes
) -> tuple[Policy, tuple[str, ...]]:
    """The policy as far as the account's rights go, and what to tell of it, once for the same lack.

    A rule whose action needs a right that the account has not only reports.
    """
    lacks = lacking(rule_demands(policy, all_rules()), rights)
    listed = ", ".join(f"{code} ({', '.join(names)})" for code, names in lacks.items())
    said = message("note-rights-lacking", listed, len(lacks)) if lacks else ""
    if said == changes.note(_RIGHTS_TOLD):
        return within(policy, Forbid(rules=tuple(lacks))), ()
    changes.set_note(_RIGHTS_TOLD, said)
    return within(policy, Forbid(rules=tuple(lacks))), (said,) if said else ()


def wording_notes(force: PolicyInForce, changes: Changes) -> tuple[str, ...]:
    """What to tell of the wiki's own messages that cannot be said, once for the same ones."""
    if not force.facts.online:
        return ()
    unsaid = sorted(force.unsaid.items())
    items = [message("note-unsaid-item", f"{_MESSAGES}{key}", why) for key, why in unsaid]
    said = message("note-unsaid", "; ".join(items), len(items)) if items else ""
    if said == changes.note(_UNSAID):
        return ()
    changes.set_note(_UNSAID, said)
    return (said,) if said else ()


def namespace_notes(force: PolicyInForce, changes: Changes) -> tuple[str, ...]:
    """What to tell of namespaces that the policy names and the wiki does not know, once for the same ones."""
    said = namespace_note(force)
    if not force.facts.online or said == changes.note(_NAMESPACES):
        return ()
    changes.set_note(_NAMESPACES, said)
    return (said,) if said else ()
