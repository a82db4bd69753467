"""What each rule does on the wiki now: by its policy page, the run page, the stops and the account's rights.

Must not write, on the wiki or into the ledger.
"""

from collections.abc import Mapping

from tropebot.errors import NotAllowed, Stopped
from tropebot.gate import Gate
from tropebot.ledger import Ledger
from tropebot.ledger.stops import StopKind
from tropebot.model import Poll
from tropebot.patrol import Patrol
from tropebot.policy.force import PolicyInForce
from tropebot.rights import Circumstances, RuleState, rule_state
from tropebot.rules import all_rules
from tropebot.standing import standing_policy


def rule_states(of: Patrol) -> tuple[PolicyInForce, Mapping[str, RuleState]]:
    """The policy in force and the state of every rule, by code; the wiki is asked."""
    ledger = of.ledger.scratch_copy()
    try:
        gate, poll, force = force_now(of, ledger)
        stops = ledger.stops.standing()
    finally:
        ledger.close()
    stopped = _stopped(gate) or next(
        (stop.why for stop in stops if stop.kind != StopKind.BREAKER), ""
    )
    around = Circumstances(
        rights=poll.account.rights,
        facts=force.facts,
        forbid=of.forbid,
        off=gate.off,
        stopped=stopped,
        breakers=frozenset(stop.subject for stop in stops if stop.kind == StopKind.BREAKER),
        breaks=force.breaks,
    )
    return force, {rule.code: rule_state(rule, force.policy, around) for rule in all_rules()}


def force_now(of: Patrol, scratch: Ledger) -> tuple[Gate, Poll, PolicyInForce]:
    """The policy in force on the wiki now, and how we stand there; asked by a ledger's scratch copy."""
    gate = Gate(of.reader, of.clock, of.account, policy_title=of.policy_title)
    poll = gate.poll()
    standing = standing_policy(of.policy_title, gate.policy_page(), of.load_policy, scratch.changes)
    gate.steer_by(standing.policy)
    force = PolicyInForce(
        policy=standing.policy,
        facts=of.reader.fetch_facts(standing.policy),
        rev_id=standing.rev_id,
        source=of.policy_title if standing.rev_id else "operator",
        breaks=tuple(each.what for each in scratch.breaks.standing()),
    )
    return gate, poll, force


def _stopped(gate: Gate) -> str:
    try:
        gate.admit()
    except (Stopped, NotAllowed) as error:
        return str(error)
    return ""
