"""Intents: at most one effect per key, no change of state that the table does not have, an event for each."""

import sqlite3
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from tests.ledgers import quick_ledger
from tropebot.errors import LedgerError
from tropebot.ledger import Ledger
from tropebot.ledger.intents import TRANSITIONS
from tropebot.model import Action, Intent, Kind, State

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
WAYS: dict[State, tuple[State, ...]] = {
    State.PLANNED: (),
    State.SENDING: (State.SENDING,),
    State.DONE: (State.SENDING, State.DONE),
    State.REFUSED: (State.SENDING, State.REFUSED),
    State.SUPERSEDED: (State.SUPERSEDED,),
    State.UNKNOWN: (State.SENDING, State.UNKNOWN),
}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    opened = quick_ledger(tmp_path / "ledger.sqlite")
    opened.runs.begin("patrol", policy_rev=0, at=AT)
    return opened


def action(**changes: object) -> Action:
    fields: dict[str, object] = {
        "kind": Kind.FLAG,
        "page_id": 7,
        "title": "Bad",
        "subject": "TB101",
        "episode": 1,
        "base_rev_id": 70,
        "reason": "flag TB101",
    }
    return Action(**{**fields, **changes})  # type: ignore[arg-type]  # names and types as above


def record(ledger: Ledger, mark: str = "[tb:1]", **changes: object) -> Intent | None:
    return ledger.intents.record(
        action(**changes), run=1, mark=mark, policy_rev=3, at=AT, details={"template": "Flag"}
    )


def in_state(ledger: Ledger, state: State) -> Intent:
    intent = record(ledger)
    assert intent is not None
    for step in WAYS[state]:
        intent = ledger.intents.change(intent, step, at=AT)
    return intent


@pytest.mark.parametrize(("old", "new"), list(product(State, State)))
def test_only_the_tables_steps_can_be_taken(old: State, new: State, ledger: Ledger) -> None:
    intent = in_state(ledger, old)
    if new in TRANSITIONS[old]:
        assert ledger.intents.change(intent, new, at=AT).state is new
    else:
        with pytest.raises(LedgerError, match="cannot become"):
            ledger.intents.change(intent, new, at=AT)
        assert ledger.intents.get(intent.intent_id).state is old


def test_what_ended_stays_so() -> None:
    assert {state for state, steps in TRANSITIONS.items() if not steps} == {
        State.DONE,
        State.REFUSED,
        State.SUPERSEDED,
    }


def test_every_change_is_an_event(ledger: Ledger) -> None:
    intent = in_state(ledger, State.UNKNOWN)
    intent = ledger.intents.change(intent, State.PLANNED, at=AT, note="not found")
    assert [row[1:] for row in ledger.intents.events(intent)] == [
        ("", "planned", "flag TB101"),
        ("planned", "sending", ""),
        ("sending", "unknown", ""),
        ("unknown", "planned", "not found"),
    ]
    assert intent.tries == 1


BLOCKING = [State.SENDING, State.DONE, State.REFUSED, State.UNKNOWN]


@pytest.mark.parametrize("state", BLOCKING)
def test_a_key_has_at_most_one_effect(state: State, ledger: Ledger) -> None:
    in_state(ledger, state)
    assert record(ledger, "[tb:2]") is None
    assert record(ledger, "[tb:2]", base_rev_id=99) is None  # the revision is not part of the key


OTHER_KEYS = [
    {"kind": Kind.UNFLAG},
    {"page_id": 8},
    {"subject": "TB102"},
    {"episode": 2},
]


@pytest.mark.parametrize("changes", OTHER_KEYS, ids=str)
def test_another_key_has_its_own(changes: dict[str, object], ledger: Ledger) -> None:
    in_state(ledger, State.DONE)
    assert record(ledger, "[tb:2]", **changes) is not None


def test_a_superseded_intent_makes_room(ledger: Ledger) -> None:
    in_state(ledger, State.SUPERSEDED)
    assert record(ledger, "[tb:2]") is not None


def test_a_planned_intent_is_taken_up_with_its_mark(ledger: Ledger) -> None:
    """So a first sending that arrives late is recognised as the same effect."""
    first = in_state(ledger, State.UNKNOWN)
    ledger.intents.change(first, State.PLANNED, at=AT)
    again = record(ledger, "[tb:2]", base_rev_id=99)
    assert again is not None
    assert (again.intent_id, again.mark, again.base_rev_id) == (first.intent_id, "[tb:1]", 99)
    assert again.tries == 1


def test_the_database_itself_refuses_a_second_effect(ledger: Ledger) -> None:
    """The index holds even where the program forgets to look."""
    intent = in_state(ledger, State.DONE)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        ledger._store.execute(
            "INSERT INTO intent (kind, page_id, subject, episode, title, base_rev_id, reason, codes,"
            " policy_rev, planned_at, run, mark, state) SELECT kind, page_id, subject, episode, title,"
            " base_rev_id, reason, codes, policy_rev, planned_at, run, '[tb:9]', 'planned' FROM intent"
            " WHERE id = ?",
            (intent.intent_id,),
        )


def test_an_intent_moved_by_somebody_else_is_not_moved_again(ledger: Ledger) -> None:
    intent = in_state(ledger, State.PLANNED)
    ledger.intents.change(intent, State.SENDING, at=AT)
    with pytest.raises(LedgerError):
        ledger.intents.change(intent, State.SENDING, at=AT)


def test_open_are_those_whose_end_is_not_known(ledger: Ledger) -> None:
    for number, state in enumerate(State):
        intent = record(ledger, f"[tb:{number}]", page_id=number)
        assert intent is not None
        for step in WAYS[state]:
            intent = ledger.intents.change(intent, step, at=AT)
    found = {intent.state for intent in ledger.intents.open()}
    assert found == {State.PLANNED, State.SENDING, State.UNKNOWN}
    assert ledger.intents.open(page_id=99) == []
