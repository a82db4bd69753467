"""The policy in force: the document together with what the wiki says, and where it came from."""

from dataclasses import dataclass

from tropebot.policy.schema import Policy
from tropebot.wikitext.facts import WikiFacts


@dataclass(frozen=True, kw_only=True, eq=False)
class PolicyInForce:
    """What rules judge by. Compared by identity, so that what is derived from it can be cached.

    ``rev_id`` is the on-wiki policy page's revision, 0 where no page steers.
    """

    policy: Policy
    facts: WikiFacts
    rev_id: int = 0
    source: str = "preset"
