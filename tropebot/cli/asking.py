"""Asks a person about each write, with the difference in colour; the answers may be piped in.

Must not decide what is put to them. Whoever stops answering has quit.
"""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from difflib import unified_diff
from urllib.parse import urlencode

import click
from msgspec.structs import replace

from tropebot.cli.shared import say
from tropebot.i18n.counts import counted
from tropebot.model import Action, Edit, Kind, Page
from tropebot.policy.force import PolicyInForce
from tropebot.promotion import Draft
from tropebot.written import Written

YES, NO, ALL, QUIT, EDIT, OPEN = "ynaqeo"
_WORDS = {YES: "yes", NO: "no", ALL: "all", QUIT: "quit", EDIT: "edit", OPEN: "open in browser"}
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def say_diff(diff: str) -> None:
    """A unified diff without its head, in colours where they are wanted."""
    for line in diff.split("\n")[2:]:
        say(line, colour=_COLOURS.get(line[:1], ""))


@dataclass
class Asking:
    """A person at the keyboard, as `review.Review`; ``heard`` is called after each answer, and they are asked
    within ``aside``.

    ``script`` is the wiki's address before `index.php`. ``messages``: whether messages are asked for as well;
    else they follow from what was said yes to.
    """

    script: str
    messages: bool = False
    heard: Callable[[], None] = lambda: None
    aside: Callable[[], AbstractContextManager[None]] = nullcontext
    all: bool = False
    ended: bool = False

    @property
    def final(self) -> bool:
        """A no is one; who has quit may be asked again."""
        return not self.ended

    def wants(self, page: Page, force: PolicyInForce) -> bool:
        """Every page may be asked about."""
        del page, force
        return True

    def write(self, action: Action, before: str) -> Action | None:
        """The action as the person wants it; they see the change of the text."""
        edit = action.payload
        if self.all or not isinstance(edit, Edit):
            return action
        if action.kind is Kind.NOTICE and not (self.messages or action.page_id):
            return action  # of an answer that was given already
        if self.ended:
            return None
        with self.aside():
            return self._asked(action, edit, before)

    def _asked(self, action: Action, edit: Edit, before: str) -> Action | None:
        while True:
            written = Written(action=action, payload=edit, before=before)
            self._head(action.title, f"{action.kind}, {action.subject}")
            say_diff(written.diff())
            answer = self.ask(edit.title, choices=(YES, NO, ALL, QUIT, EDIT, OPEN))
            if answer != EDIT:
                return replace(action, payload=edit) if answer in (YES, ALL) else None
            try:
                changed = click.edit(written.after, extension=".wiki", require_save=False)
            except click.ClickException as error:
                say(f"The editor did not work: {error.format_message()} EDITOR names which it is.")
                continue
            edit = replace(edit, text=(changed or "").removesuffix("\n"), append=None)
            if not changed:
                say("The editor gave nothing back.")
                return None

    def promotion(self, draft: Draft, target: str) -> bool:
        """Whether the person wants the draft moved; they see what is stripped."""
        page = draft.page
        if self.all or self.ended:
            return self.all
        works = f"{draft.works} of {counted(draft.minimum, 'example')}"
        old, new = page.text.split("\n"), draft.stripped.split("\n")
        with self.aside():
            self._head(page.title, f"promotion to “{target}”, {works}")
            say_diff("\n".join(unified_diff(old, new, page.title, page.title, lineterm="")))
            return self.ask(page.title, choices=(YES, NO, ALL, QUIT, OPEN)) in (YES, ALL)

    def deletion(self, page: Page, why: str) -> bool:
        """Whether the person wants just this page deleted; “all” is no answer here."""
        if self.ended:
            return False
        with self.aside():
            self._head(page.title, f"delete: {why}")
            return self.ask(page.title, choices=(YES, NO, QUIT, OPEN)) == YES

    def ask(self, title: str, *, choices: tuple[str, ...]) -> str:
        """One of the choices but “open”; the end of the input is “quit”."""
        while True:
            shown = ", ".join(f"[{_WORDS[each][0]}]{_WORDS[each][1:]}" for each in choices)
            click.echo(f"{shown}? ", nl=False)
            line = sys.stdin.readline()
            answer = line.strip().lower()[:1] if line else QUIT
            if not sys.stdin.isatty():
                click.echo(_WORDS.get(answer, ""))
            self.heard()
            if answer == OPEN and OPEN in choices:
                self._open(title)
            elif answer in choices:
                self.all |= answer == ALL
                self.ended |= answer == QUIT
                return answer

    def _open(self, title: str) -> None:
        address = f"{self.script}index.php?{urlencode({'title': title})}"
        say(address)
        if sys.stdout.isatty():
            click.launch(address)

    def _head(self, title: str, what: str) -> None:
        say()
        say(f"{title}  ({what})", colour="bold")
