"""What a bot home has without its wiki: the policy as far as it is known here, and the ledger.

Must not bring in anything that talks to a wiki: commands that only look into the ledger begin sooner so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tropebot.home import Home, open_home, state_file
from tropebot.ledger import Ledger, locked, open_ledger
from tropebot.policy.forbid import Forbid
from tropebot.policy.layers import Layer, Loaded, layer_from_json, load
from tropebot.rules import all_rules
from tropebot.rules.packs import option_defaults

API_URL = "api-url"
"""The note of the ledger that says where its wiki's API is: so effects can be linked without asking it."""


def load_policy(
    home: Home, page_text: str | None, *, name: str = "", forbid: Forbid | None = None
) -> Loaded:
    """The policy of a home, with the wiki's page on top if there is one. Raises `PolicyError`.

    ``name``: what to call the page in errors, where it is not the wiki's. ``forbid``: instead of what the
    operator forbids.
    """
    operator = home.operator
    layers = [Layer(name=f"{home.directory.name}/tropebot.toml [policy]", document=operator.policy)]
    if page_text is not None:
        layers.append(layer_from_json(page_text, name or operator.policy_page))
    codes = tuple(rule.code for rule in all_rules())
    packs = option_defaults()
    forbid = operator.forbid if forbid is None else forbid
    return load(
        operator.preset,
        layers,
        forbid=forbid,
        codes=codes,
        packs=packs,
        account=operator.user,
    )


@contextmanager
def ledger_of(home: Path | None) -> Iterator[Ledger]:
    """The home's ledger, for looking into it."""
    with kept_ledger(open_home(home)) as ledger:
        yield ledger


@contextmanager
def locked_ledger_of(home: Path | None) -> Iterator[Ledger]:
    """The home's ledger, to be changed: no run works meanwhile. Raises `LockHeld`."""
    found = open_home(home)
    with locked(state_file(found, "lock")), kept_ledger(found) as ledger:
        yield ledger


@contextmanager
def kept_ledger(home: Home) -> Iterator[Ledger]:
    """The ledger of a home that was opened; closed at the end."""
    ledger = open_ledger(state_file(home, "sqlite"))
    try:
        yield ledger
    finally:
        ledger.close()
