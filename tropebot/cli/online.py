"""Pages and policy of the home's wiki for commands that only look: `check`, `examples` and `audit --wiki`.

Must not write to the wiki. With this module comes pywikibot, so it is imported where it is needed.
"""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tropebot.athome import load_policy
from tropebot.errors import ConfigError
from tropebot.home import Home, open_home, read_credentials
from tropebot.model import Page
from tropebot.policy.force import PolicyInForce
from tropebot.policy.namespaces import assert_namespaces, namespace_note
from tropebot.ports import WikiReader
from tropebot.wiki.session import Session, open_session

log = logging.getLogger(__name__)


class Named(NamedTuple):
    """What titles name on the wiki: its pages, by the policy in force there, and why the others are none."""

    pages: Iterable[tuple[Page, PolicyInForce]]
    refused: tuple[str, ...]


def pages_on_wiki(titles: Sequence[str], *, home: Path | None) -> Named:
    """Pages by title as they stand on the wiki, with the policy in force there; reads only, no login.

    Raises `ConfigError` where none of the titles names a page.
    """
    opened = open_home(home)
    reader = open_session(opened, login=False).reader
    asked = dict.fromkeys(titles)
    found = reader.fetch_pages(asked)
    force = force_on_wiki(opened, reader)
    why = {title: _no_page(title, found.get(title), force) for title in asked}
    refused = tuple(each for each in why.values() if each)
    pages = [(page, force) for title in asked if (page := found.get(title)) and not why[title]]
    if not pages:
        raise ConfigError(" ".join(refused))
    return Named(pages, refused)


def _no_page(title: str, page: Page | None, force: PolicyInForce) -> str:
    """Why there is nothing to judge under the title, and what to do; nothing if there is."""
    read = force.title(title)
    if read.interwiki:
        return f"“{title}” is a page of another wiki: leave it out."
    if not read.name or "#" in title:
        return f"“{title}” cannot be a page’s title: name a page, without “#” and brackets."
    if read.namespace < 0:
        return f"“{title}” is made by the wiki itself and has no text: name another page."
    if page is None:
        return (
            f"The wiki has no page “{title}”: check the spelling of the title, with its namespace."
        )
    return ""


def force_on_wiki(opened: Home, reader: WikiReader) -> PolicyInForce:
    """The policy in force on the wiki: its own page, where that is protected, on the operator's layers."""
    steering = opened.operator.policy_page
    poll = reader.poll(since=None, watch=(steering,) if steering else (), limit=1)
    page = poll.watched.get(steering)
    if page is not None and not page.protected:
        log.warning(
            "The policy page “%s” is not protected: the operator’s own policy serves", steering
        )
        page = None
    loaded = load_policy(opened, page.text if page else None)
    force = PolicyInForce(
        policy=loaded.policy,
        facts=reader.fetch_facts(loaded.policy),
        rev_id=page.rev_id if page else 0,
        source=steering if page else f"preset {opened.operator.preset}",
    )
    assert_namespaces(force)
    if said := namespace_note(force):
        log.warning("%s", said)
    return force


def reading_session(opened: Home) -> Session:
    """The wiki, opened for much reading: as the bot where its password is there, else as nobody.

    A bot's account may ask for 500 pages at a time where others get 50.
    """
    try:
        read_credentials(opened)
    except ConfigError as error:
        log.info("Reading as nobody, 50 pages at a time: %s", error)
        return open_session(opened, login=False)
    return open_session(opened)
