"""Wires the parts: bot home → session → facts and policy → ledger → patrol.

Must not decide anything about pages; it opens, hands over, and closes. Imported only by commands that need
the wiki: with it comes pywikibot.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tropebot.errors import ConfigError
from tropebot.home import Home, open_home
from tropebot.model import Page
from tropebot.policy.force import PolicyInForce
from tropebot.policy.layers import Layer, Loaded, layer_from_json, load
from tropebot.rules import all_rules
from tropebot.wiki.session import open_session


def load_policy(home: Home, page_text: str | None) -> Loaded:
    """The policy of a home, with the wiki's page on top if there is one. Raises `PolicyError`."""
    operator = home.operator
    layers = [Layer(name=f"{home.directory.name}/tropebot.toml [policy]", document=operator.policy)]
    if page_text is not None:
        layers.append(layer_from_json(page_text, operator.policy_page))
    codes = tuple(rule.code for rule in all_rules())
    return load(operator.preset, layers, forbid=operator.forbid, codes=codes)


def pages_on_wiki(
    titles: Sequence[str], *, home: Path | None
) -> Iterator[tuple[Page, PolicyInForce]]:
    """Pages by title as they stand on the wiki, with the policy in force there; reads only, no login.

    Raises `ConfigError` for a title without a page, before anything is judged.
    """
    opened = open_home(home)
    reader = open_session(opened, login=False).reader
    steering = opened.operator.policy_page
    asked = dict.fromkeys(titles)
    found = reader.fetch_pages([*asked, steering])
    missing = [title for title in asked if found.get(title) is None]
    if missing:
        raise ConfigError(
            f"The wiki has no page “{'”, “'.join(missing)}”: check the spelling of the title, with its "
            "namespace."
        )
    page = found.get(steering)
    loaded = load_policy(opened, page.text if page else None)
    force = PolicyInForce(
        policy=loaded.policy,
        facts=reader.fetch_facts(loaded.policy),
        rev_id=page.rev_id if page else 0,
        source=steering if page else f"preset {opened.operator.preset}",
    )
    for title in asked:
        if judged := found[title]:
            yield judged, force
