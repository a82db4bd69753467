"""One write as people are shown it: the page before and after, the change, and what the API is asked.

Must not send anything.
"""

from difflib import unified_diff

import msgspec

from tropebot.model import Action, Edit, Move
from tropebot.parameters import shown


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """One write as it was, or in a rehearsal would be, sent; ``before`` is the page's text until then."""

    action: Action
    payload: Edit | Move
    before: str = ""

    @property
    def after(self) -> str:
        """The page's text from then on; of a move it stays as it is."""
        if isinstance(self.payload, Move):
            return self.before
        text, append = self.payload.text, self.payload.append
        return self.before + (append or "") if text is None else text

    def diff(self) -> str:
        """The change of the text as a unified diff; empty for a move."""
        if isinstance(self.payload, Move):
            return ""
        old, new = self.before.split("\n"), self.after.split("\n")
        title = self.payload.title
        return "\n".join(unified_diff(old if self.before else [], new, title, title, lineterm=""))

    def parameters(self) -> dict[str, str]:
        """What the API is asked, but for the token and the account."""
        return shown(self.payload)
