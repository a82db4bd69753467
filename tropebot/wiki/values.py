"""JSON of a wiki's API (formatversion 2) as values of `tropebot.model`.

Must not ask the wiki. What an admin has hidden (user, comment, text, title) is simply absent from the
JSON; it becomes an empty text, never an error.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from tropebot.model import (
    FILE,
    UNREADABLE,
    Account,
    Change,
    FileInfo,
    OnWikiPage,
    Page,
    TitleInfo,
)

Json = Mapping[str, Any]

MEDIAWIKI = 8
USER = 2
# Who may pass these levels is everybody with an account of some age: no protection against a vandal.
WEAK_LEVELS = frozenset(
    {"", "*", "user", "autoconfirmed", "confirmed", "emailconfirmed", "editsemiprotected"}
)


def moment(text: str) -> datetime:
    """A time of the server's clock, aware and in UTC."""
    return datetime.fromisoformat(text)


def change(row: Json) -> Change | None:
    """A row of recent changes; None for one whose title is hidden, which names nothing to look at."""
    if "title" not in row:
        return None
    parameters = row.get("logparams") or {}
    return Change(
        rcid=row["rcid"],
        kind=row["type"],
        title=row["title"],
        namespace=row["ns"],
        page_id=row.get("pageid", 0),
        rev_id=row.get("revid", 0),
        old_rev_id=row.get("old_revid", 0),
        timestamp=moment(row["timestamp"]),
        user=row.get("user", ""),
        user_id=row.get("userid", 0),
        bot=bool(row.get("bot")),
        comment=row.get("comment", ""),
        log_type=row.get("logtype", ""),
        log_action=row.get("logaction", ""),
        target_title=parameters.get("target_title", ""),
        target_namespace=parameters.get("target_ns"),
    )


def account(info: Json) -> Account:
    """Our account, as ``meta=userinfo`` shows it; a partial block is a block: people want us away."""
    blocked = ""
    if "blockid" in info or "blockedby" in info:
        by, why = info.get("blockedby", ""), info.get("blockreason", "")
        blocked = f"blocked by {by or 'somebody'}: {why or 'no reason given'}"
    return Account(
        name=info["name"],
        user_id=info["id"],
        groups=frozenset(info.get("groups", ())),
        rights=frozenset(info.get("rights", ())),
        blocked=blocked,
        new_messages=bool(info.get("messages")),
    )


def page(row: Json, *, read_at: datetime) -> Page | None:
    """A page; None where there is none. Existence of templates and base page is filled in later."""
    if _absent(row):
        return None
    revision, text, model = _latest(row)
    return Page(
        title=row["title"],
        text=text if text is not None else "",
        namespace=row["ns"],
        page_id=row["pageid"],
        rev_id=revision.get("revid", row.get("lastrevid", 0)),
        timestamp=moment(revision["timestamp"]) if "timestamp" in revision else None,
        user=revision.get("user", ""),
        content_model=model if text is not None else UNREADABLE,
        redirect=bool(row.get("redirect")),
        templates=frozenset(entry["title"] for entry in row.get("templates", ())),
        categories=frozenset(
            entry["title"].partition(":")[2] for entry in row.get("categories", ())
        ),
        file=_file(row),
        read_at=read_at,
        made_with=revision.get("comment") if revision.get("parentid") == 0 else None,
    )


def on_wiki_page(row: Json, *, user: str) -> OnWikiPage | None:
    """A page that steers the bot; None where there is none or its text is hidden."""
    if _absent(row):
        return None
    revision, text, _ = _latest(row)
    if text is None:
        return None
    return OnWikiPage(
        title=row["title"],
        rev_id=revision["revid"],
        text=text,
        user=revision.get("user", ""),
        timestamp=moment(revision["timestamp"]),
        protected=_protected(row, user),
    )


def title_info(row: Json, *, redirect_to: str = "", blacklisted: bool = False) -> TitleInfo:
    """A title as the wiki reads it; a right to pass a protection is the bot's, so it does not count."""
    problem = ""
    if row.get("invalid"):
        problem = "invalid"
    elif row.get("special") or row.get("ns", 0) < 0:
        problem = "special"
    elif any(entry["type"] == "create" for entry in row.get("protection", ())):
        problem = "protected"
    elif blacklisted:
        problem = "blacklisted"
    return TitleInfo(
        title=row["title"],
        namespace=row.get("ns", 0),
        exists=not _absent(row),
        page_id=row.get("pageid", 0),
        rev_id=row.get("lastrevid", 0),
        problem=problem,
        redirect_to=redirect_to,
        move_protected=_has_protection(row, "move"),
    )


def text_of(revision: Json) -> str | None:
    """A revision's main text; None where it is hidden or not text."""
    text = revision.get("slots", {}).get("main", {}).get("content")
    return text if isinstance(text, str) else None


def normal_forms(query: Json) -> Iterator[tuple[str, str]]:
    """The titles asked for that the wiki spells differently, each with the wiki's form."""
    for entry in query.get("normalized", ()):
        asked = entry["from"]
        yield unquote(asked) if entry.get("fromencoded") else asked, entry["to"]


def _absent(row: Json) -> bool:
    return bool(row.get("missing") or row.get("invalid") or row.get("special"))


def _latest(row: Json) -> tuple[Json, str | None, str]:
    revisions: list[Json] = row.get("revisions") or [{}]
    revision = revisions[0]
    model = revision.get("slots", {}).get("main", {}).get("contentmodel", "wikitext")
    return revision, text_of(revision), model


def _file(row: Json) -> FileInfo | None:
    """The file's current version; None where the page has no file or only its history is left."""
    versions = row.get("imageinfo")
    if row["ns"] != FILE or not versions or "timestamp" not in versions[0]:
        return None
    latest = versions[0]
    return FileInfo(
        uploader=latest.get("user", ""),
        uploaded=moment(latest["timestamp"]),
        comment=latest.get("comment", ""),
        local=row.get("imagerepository", "local") == "local",
    )


def _protected(row: Json, user: str) -> bool:
    """Whether only trusted people can edit: `MediaWiki:` pages are protected by their namespace,
    and a `.json` below somebody's user page by being theirs.
    """
    if row["ns"] == MEDIAWIKI:
        return True
    if row["ns"] == USER and row["title"].endswith(".json"):
        return bool(row["title"].partition(":")[2].partition("/")[0] == user)
    return _has_protection(row, "edit")


def _has_protection(row: Json, action: str) -> bool:
    return any(
        entry["type"] == action and entry["level"] not in WEAK_LEVELS
        for entry in row.get("protection", ())
    )
