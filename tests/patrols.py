"""A patrol of a FakeWiki, wired as `app.py` wires the real one, with the demo's policy and a real ledger."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from tests.fake_wiki import FakeWiki
from tests.ledgers import quick_ledger
from tropebot.judgement import Judgement
from tropebot.ledger import Ledger
from tropebot.model import OnWikiPage
from tropebot.patrol import Patrol
from tropebot.policy.layers import Layer, Loaded, load
from tropebot.runreport import RunReport

BOT = "TropeBot"
RUN_PAGE = "User:TropeBot/Run"
POLICY_PAGE = "MediaWiki:Tropebot-policy.json"
BAD_TROPE = "{{trope}}\nIt happens.\n{{examples}}\n* ''[[Film]]'': it happens there."
GOOD_TROPE = f"{BAD_TROPE}\n[[Category:{{{{PAGENAME}}}}]]"
DRAFT = (
    "{{Trope Workshop}}\n{{trope}}\nIt happens.\n{{examples}}\n"
    "* ''[[One Film]]'': it happens to the hero there.\n"
    "* ''[[Two Film]]'': it happens to the villain there.\n"
    "* ''[[Three Film]]'': it happens to the dog there.\n"
    "[[Category:{{PAGENAME}}]]\n[[Category:Trope Workshop]]"
)
FINISHED = DRAFT.replace("{{Trope Workshop}}\n", "").replace("\n[[Category:Trope Workshop]]", "")
TEMPLATES = {
    "Trope": "a trope",
    "Work": "a work",
    "Creator": "a creator",
    "Examples": "examples",
    "Tropelist": "examples",
    "Reflist": "references",
    "Trope Workshop": "a draft<includeonly>[[Category:Trope Workshop]]</includeonly>",
    "Hold": "held",
    "In use": "in use",
    "Nobots": "",
    "Missing markup": "flag",
    "Markup needed": "#REDIRECT [[Template:Missing markup]]",
    "Unattributed image": "flag",
    "Fairuse": "fair use",
    "Tropesubpagefooter": "footer",
}


@dataclass
class FakeClock:
    """Time that passes only when somebody waits, or when the test says so."""

    wiki: FakeWiki
    seconds: float = 0.0

    def now(self) -> datetime:
        """A machine's clock that is a day wrong: nothing may depend on it."""
        return self.wiki.now + timedelta(days=1)

    def elapsed(self) -> float:
        """Seconds since the test began."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Both clocks go on."""
        self.seconds += seconds
        self.wiki.tick(seconds)


def marks(start: int = 0) -> Iterator[str]:
    """Marks one after the other; a new process takes another ``start``."""
    number = start
    while True:
        number += 1
        yield f"[tb:{number:08x}]"


@cache
def _loaded(changes: str, page: str) -> Loaded:
    layers = [
        Layer(name=name, document=json.loads(text))
        for name, text in (("test", changes), ("page", page))
    ]
    return load("demo", layers, account=BOT)


@dataclass
class Bench:
    """A wiki with its templates, and the bot that patrols it."""

    path: Path
    wiki: FakeWiki = field(default_factory=FakeWiki)
    policy: dict[str, object] = field(default_factory=dict)
    policy_title: str = ""
    started: int = 0

    def __post_init__(self) -> None:
        for name, text in TEMPLATES.items():
            self.wiki.put(f"Template:{name}", text, "Admin")
        self.wiki.put(RUN_PAGE, "run", "Admin")
        self.wiki.tick(3600)
        self.ledger = quick_ledger(self.path)

    def load_policy(self, page: OnWikiPage | None) -> Loaded:
        """The demo's policy, with the test's changes and the page's on top."""
        return _loaded(json.dumps(self.policy), page.text if page else "{}")

    def patrol(self, ledger: Ledger | None = None) -> Patrol:
        """A patrol as a new process would have it."""
        self.started += 1
        source = marks(self.started * 1000)
        return Patrol(
            reader=self.wiki,
            writer=self.wiki,
            ledger=ledger or self.ledger,
            judge=Judgement(BOT),
            clock=FakeClock(self.wiki),
            new_mark=lambda: next(source),
            account=BOT,
            load_policy=self.load_policy,
            policy_title=self.policy_title,
            requests=lambda: (self.wiki.reads, self.wiki.writes),
        )

    def begin(self) -> None:
        """The home's first pass: the cursor is set to now."""
        self.patrol().run()
        self.wiki.tick(60)

    def run(self) -> RunReport:
        """One pass."""
        return self.patrol().run()

    def reopen(self) -> None:
        """The process ended; the next one opens the same file."""
        self.ledger.close()
        self.ledger = quick_ledger(self.path)

    def bot_edits(self) -> list[tuple[str, str]]:
        """What the bot has edited, with the summary after the mark."""
        return [(title, comment.partition("] ")[2]) for title, comment in self.wiki.edits_by(BOT)]
