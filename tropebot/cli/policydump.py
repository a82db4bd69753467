"""A policy document tried on a dump, for `tropebot policy diff --dump`.

Must not decide what differs (`audit.policytrial` does), and imports nothing that talks to a wiki.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tropebot.audit.course import head_of
from tropebot.audit.policytrial import DumpTrial, knowledge, page_text, try_on_dump
from tropebot.audit.values import Caps
from tropebot.bounded import BoundedReader
from tropebot.cli.bars import bar
from tropebot.cli.offline import load_policy
from tropebot.cli.shared import warn
from tropebot.home import HOME_VARIABLE, POLICY_PAGE, SETTINGS, home_directory, read_settings
from tropebot.policy.layers import Loaded, layer_from_json


def tried_on(
    dumps: Sequence[str], new: str, *, old: str | None, preset: str | None, home: Path | None
) -> DumpTrial:
    """What would change on the dumps' pages if the document in ``new`` stood in place of the policy page.

    That page is the dump's own, or the document in ``old``.
    """
    caps = Caps()
    after = load_policy(preset, new, home)
    before = load_policy(preset, old, home) if old else _standing(dumps, preset, home, caps)
    policies = (before.policy, after.policy)
    known = knowledge(dumps, policies, head_of(dumps, caps), caps)
    with BoundedReader() as second, bar("judging") as progress:
        return try_on_dump(
            dumps,
            policies,
            known,
            second=second,
            now=datetime.now(UTC),
            progress=lambda judged: progress(judged, 0),
        )


def _standing(dumps: Sequence[str], preset: str | None, home: Path | None, caps: Caps) -> Loaded:
    """The policy as the dump has it: with the page on the wiki, if it is there."""
    title = POLICY_PAGE
    if home is not None or os.environ.get(HOME_VARIABLE):
        title = read_settings(home_directory(home, os.environ) / SETTINGS).policy_page
    text = page_text(dumps, title, caps) if title else None
    if title and text is None:
        warn(f"The dump has no page “{title}”: NEW is compared with what stands without one.")
    page = layer_from_json(text, title) if text is not None else None
    return load_policy(preset, None, home, page=page)
