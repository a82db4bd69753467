"""The page of HTML as text: nothing of the wiki acts in it, nothing is fetched, its texts are all there."""

import json
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import tropebot.reports
from tests.reports.states import AT, DAY, EMPTY, HOSTILE, found, full
from tropebot.i18n import texts
from tropebot.reports.frame import SCRIPTS
from tropebot.reports.page import _lines, contents, html
from tropebot.reports.series import Lines
from tropebot.reports.state import WikiState

HERE = Path(tropebot.reports.__file__).parent
SCRIPT = "http://127.0.0.1/w/"


class Elements(HTMLParser):
    """Every element with its attributes, and the texts of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._inside = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")
        self._inside = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data


def page(state: WikiState, wiki: str = "Wiki") -> Elements:
    return Elements(html(state, wiki=wiki, script=SCRIPT))


def data_of(elements: Elements) -> dict[str, object]:
    found: dict[str, object] = json.loads(elements.scripts[0])
    return found


@given(st.text())
def test_whatever_a_title_is_the_page_keeps_its_elements(title: str) -> None:
    plain = page(replace(EMPTY, found=(found(1, "A"),)))
    told = page(replace(EMPTY, found=(found(1, title, creator=title),)), title)
    assert [tag for tag, _ in told.tags] == [tag for tag, _ in plain.tags]
    row = data_of(told)["found"][0]  # type: ignore[index]
    assert (row[1], row[6]) == (title, title)


def test_only_the_pages_own_scripts_may_run_and_nothing_is_fetched() -> None:
    elements = page(full(30), wiki=HOSTILE[0])
    assert len(elements.scripts) == 1 + len((*SCRIPTS, "page.js"))
    (policy,) = (a["content"] for tag, a in elements.tags if tag == "meta" and "http-equiv" in a)
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    hashes = [
        f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
        for text in elements.scripts[1:]
    ]
    assert rules["script-src"].split() == hashes
    fetched = [
        (tag, a)
        for tag, a in elements.tags
        if {"src", "srcset", "data"} & a.keys() or tag in ("link", "base")
    ]
    assert fetched == []


def test_it_can_be_saved_whatever_is_in_it() -> None:
    assert html(full(30), wiki="\ud800", script=SCRIPT).encode("utf-8")


def test_every_text_of_the_pages_is_a_message_and_every_message_is_used() -> None:
    template = "".join(path.read_text("utf-8") for path in sorted(HERE.glob("*.html")))
    script = "".join(path.read_text("utf-8") for path in sorted(HERE.glob("*.js")))
    parts = {"lang", "wiki", "policy", "style", "data", "scripts"}
    asked = set(re.findall(r"@@([a-z-]+)@@", template)) - parts
    asked |= set(re.findall(r"(?:say|column)\(\"([a-z-]+)\"", script))
    asked |= {
        key
        for pair in re.findall(r"say\(\w+ \? \"([a-z-]+)\" : \"([a-z-]+)\"", script)
        for key in pair
    }
    begun = tuple(re.findall(r"say\(`([a-z]+-)\$", script))
    python = {"stop", "break", "at", "at-never", "audit-at", "audit-cut"}
    known = {key.removeprefix("report-") for key in texts("en") if key.startswith("report-")}
    assert asked - known == set()
    assert {key for key in known - asked - python if not key.startswith(begun)} == set()


def test_the_figures_at_a_glance() -> None:
    told = contents(full(30), script=SCRIPT)
    assert told["tiles"] == {
        "open": 30,
        "pages": 30,
        "flags": 7,
        "drafts": 10,
        "ready": 7,
        "promoted": 3,
        "refused": 2,
    }
    assert told["when"] == "by the run that ended on 2026-11-01 12:00 (UTC)"
    assert len(told["alerts"]) == 2


def test_rules_are_counted_by_what_came_and_went_lately() -> None:
    rows = (
        found(1, "A", days=2),
        found(2, "B", days=40),
        found(3, "C", days=50, closed=AT - 45 * DAY),
        found(4, "D", days=3, closed=AT - DAY),
    )
    (rule,) = contents(replace(EMPTY, at=AT, found=rows), script="")["rules"]
    assert rule == {
        "code": "TB101",
        "name": "missing-markup",
        "open": 2,
        "came": 2,
        "went": 1,
        "median": 3.5,
    }


def test_a_message_of_a_rule_pack_that_is_gone_is_left_out() -> None:
    rows = (found(1, "A", code="XX101"),)
    told = contents(replace(EMPTY, at=AT, found=rows), script="")
    assert told["found"] == [["XX101", "A", 1, "", "2026-10-31 12:00", 1, "Ada", ""]]


def test_the_libraries_are_those_that_the_readme_names() -> None:
    vendor = HERE / "vendor"
    told = dict(
        re.findall(r"\| `([\w.]+)` \|.*`([0-9a-f]{64})`", (vendor / "README.md").read_text())
    )
    assert told == {
        path.name: sha256(path.read_bytes()).hexdigest() for path in vendor.glob("*.js")
    }
    licences = [path.read_text() for path in vendor.glob("LICENSE-*")]
    assert len(licences) == len(told)
    assert all("Permission is hereby granted, free of charge" in text for text in licences)


@pytest.mark.parametrize(
    ("hours", "shown", "why"),
    [
        (
            (0, 6),
            ["2026-05-01 00:00", "2026-05-01 06:00"],
            "a first day has a beginning and an end",
        ),
        ((0, 24), ["2026-05-01", "2026-05-02"], "days are told apart by their dates"),
        ((0,), ["2026-05-01"], "one moment"),
    ],
)
def test_two_ends_of_an_axis_are_not_called_alike(
    hours: tuple[int, ...], shown: list[str], why: str
) -> None:
    begin = datetime(2026, 5, 1, tzinfo=UTC)
    at = tuple(begin + timedelta(hours=each) for each in hours)
    assert _lines(Lines(at=at, values={}))["at"] == shown, why
