"""What is posted to a webhook: Discord's form, and a plain one for machines.

Must not send it. Nothing of a title, a name or a reason acts there: it is shown, links nothing, calls nobody.
Sources: Discord's documentation of webhooks and of allowed mentions.
"""

import re
from collections.abc import Sequence
from typing import Any

from tropebot.bulletins import Bulletin, row
from tropebot.i18n import Language, message
from tropebot.wikitext.inert import one_line

CONTENT_LIMIT = 2000
"""Characters of one message that Discord takes."""

LINE_LIMIT = 300
"""Characters of one bulletin in it."""

MOST_MESSAGES = 3
"""Messages of one batch; what does not fit is a number."""

_NO_PREVIEWS = 4
_MARKDOWN = re.compile(r"([\\*_~`|>\[\]()#<@:-])")


def discord(
    bulletins: Sequence[Bulletin], *, wiki: str, language: Language = "en"
) -> tuple[dict[str, Any], ...]:
    """The messages that tell a batch, as few as hold it; ``wiki`` is its name, or empty."""
    head = f"**{_shown(wiki)}**" if wiki else ""
    contents: list[str] = []
    left = 0
    for each in bulletins:
        line = f"• {_line(each, language)}"
        room = CONTENT_LIMIT - len(contents[-1]) - 1 - 80 if contents else -1
        if len(line) <= room:
            contents[-1] += f"\n{line}"
        elif len(contents) < MOST_MESSAGES:
            contents.append(f"{head}\n{line}".strip())
        else:
            left += 1
    if left:
        contents[-1] += f"\n{message('webhook-more', left, language=language)}"
    return tuple(
        {"content": content, "allowed_mentions": {"parse": []}, "flags": _NO_PREVIEWS}
        for content in contents
    )


def plain(bulletins: Sequence[Bulletin], *, wiki: str) -> dict[str, Any]:
    """The batch as one object: `source`, `wiki`, and `events` with `topic`, `title`, `text`, `message`."""
    events = [{**row(each), "message": _said(each, "en")} for each in bulletins]
    return {"source": "tropebot", "wiki": wiki, "events": events}


def _line(bulletin: Bulletin, language: Language) -> str:
    title, text = _shown(bulletin.title), _shown(bulletin.text)
    return message(f"webhook-{bulletin.topic}", title, text, language=language)


def _said(bulletin: Bulletin, language: Language) -> str:
    return message(f"webhook-{bulletin.topic}", bulletin.title, bulletin.text, language=language)


def _shown(text: str) -> str:
    """Text of others in Discord's Markdown: shown as it is, cut, and acting as nothing."""
    line = one_line(text)
    if len(line) > LINE_LIMIT:
        line = line[: LINE_LIMIT - 1] + "…"
    # a backslash does not keep @everyone, <@1> or a bare address from being read: a joint without width does
    return _MARKDOWN.sub(r"\\\1", line).replace("@", "@\u200b").replace("//", "/\u200b/")
