"""An API answer's rows, put together over continuations and found again by what was asked.

Must not ask the wiki.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from tropebot.wiki import values

Json = Mapping[str, Any]
Value = TypeVar("Value")


def batches(these: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    for start in range(0, len(these), size):
        yield these[start : start + size]


def merged(answers: Collection[Json]) -> list[Json]:
    """The pages of an answer that came in several parts: lists are put together, the rest is kept."""
    found: dict[object, dict[str, Any]] = {}
    for answer in answers:
        for row in answer.get("query", {}).get("pages", ()):
            page = found.setdefault(row.get("pageid") or row.get("title"), {})
            for key, value in row.items():
                page[key] = page[key] + value if isinstance(page.get(key), list) else value
    return list(found.values())


def by_title(answers: Collection[Json], titles: Collection[str]) -> dict[str, Json | None]:
    """The rows of an answer by the titles asked for; None for one that leads to another wiki."""
    rows = {row["title"]: row for row in merged(answers) if "title" in row}
    forms = {
        key: form
        for answer in answers
        for key, form in values.normal_forms(answer.get("query", {}))
    }
    return {title: rows.get(forms.get(title, title)) for title in titles}


def interwiki(answer: Json) -> frozenset[str]:
    entries = answer.get("query", {}).get("interwiki", ())
    forms = {form: title for title, form in values.normal_forms(answer.get("query", {}))}
    titles = [entry["title"] for entry in entries]
    return frozenset((*titles, *(forms[title] for title in titles if title in forms)))


def exists(row: Json) -> bool:
    return not (row.get("missing") or row.get("invalid")) or bool(row.get("known"))


def without(mapping: Json, *names: str) -> Json:
    return {key: value for key, value in mapping.items() if key not in {*names, "continue"}}
