"""What people are told: each message, read whole, says what to write and where."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.in_force import in_force
from tests.rules.judged import findings
from tropebot.i18n import message
from tropebot.model import FileInfo

FILE = FileInfo(uploader="Ada", uploaded=datetime(2026, 1, 5, tzinfo=UTC))
BOILERPLATE = "{{trope}}\n\n{{tabs}}\n\n{{examples}}\n\n{{reflist}}\n\n[[Category:{{PAGENAME}}]]"
TYPES = {
    "types": {
        "trope": {
            "preload_text": BOILERPLATE,
            "footers": ["tropefoot"],
            "required_headings": ["Trivia"],
            "categories": ["Tropes"],
        },
        "work": {"categories": ["Works"], "headers": ["work", "game"]},
    },
    "files": {
        "licences": ["Fairuse", "CC"],
        "mandatory": {"CC": ["author"]},
        "anti_licences": ["No license"],
        "licence_words": ["public domain"],
        "require": ["licence", "source", "author"],
    },
}
FORCE = in_force("demo", TYPES)
WHOLE = "{{trope}}\nIt happens.\n{{tabs}}\n{{examples}}\n== Trivia ==\n[[Category:{{PAGENAME}}]]"
BASIC = "Basic markup is missing or misplaced: "


def said(text: str, title: str = "Foo Bar", **page: Any) -> str:
    """The messages of all findings."""
    return " ".join(
        message(each.message, *each.params) for each in findings(text, FORCE, title, **page)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{tropefoot}}", "write the heading == Trivia =="),
        ("", "write {{examples}} before the list that it opens"),
        (
            "<ref>A book.</ref>",
            "write {{reflist}} after the text, so that the references are shown",
        ),
        ("", "write [[Category:{{PAGENAME}}]] at the end of the page"),
        ("", "add {{tabs}} (the page's boilerplate shows where)"),
        (
            "{{tropefoot}}\nMore.",
            "move {{tropefoot}} down, so that it is the last thing on the page",
        ),
    ],
)
def test_missing_markup(text: str, expected: str) -> None:
    told = said(f"{{{{trope}}}}\nIt happens.\n{text}")
    assert told.startswith(BASIC)
    assert told.endswith(".")
    assert expected in told.removeprefix(BASIC).removesuffix(".").split("; ")


def test_a_header_in_the_wrong_place() -> None:
    told = said("It is a work.\n{{work}}\n{{tropelist}}\n[[Category:{{PAGENAME}}]]")
    assert "move {{work}} or {{game}} up, so that it is the first thing on the page" in told


@pytest.mark.parametrize(
    ("title", "text", "page", "expected"),
    [
        (
            "Foo Bar",
            "It happens.",
            {},
            "This page has no header template: begin it with the one that fits, {{trope}}, {{work}},"
            " {{game}}, {{creator}}.",
        ),
        (
            "Foo Bar",
            "{{game}}\n{{trope}}\nIt happens.",
            {},
            "This page has header templates of more than one type: {{trope}}, {{game}}. Keep the one that"
            " fits, and take the others out.",
        ),
        (
            "Foo Bar",
            "It happens.\n[[Category:Tropes]]\n[[Category:Works]]",
            {},
            "This page has no header template, and its categories are of more than one type (trope, work):"
            " begin it with the header that fits, {{trope}}, {{work}}, {{game}}.",
        ),
        (
            "Foo Bar",
            f"{WHOLE}\n{{{{tropefoot}}}}",
            {"missing_templates": frozenset({"Template:Tabs"}), "templates": frozenset()},
            "This page calls a template that does not exist: [[Template:Tabs]]. Correct the name, or"
            " take the call out.",
        ),
        (
            "Foo Bar",
            f"{WHOLE}\n{{{{tropefoot}}}}",
            {"was_in_workshop": False, "templates": frozenset()},
            "This trope never was in the Trope Workshop: new tropes begin there, and move here with 3"
            " examples. If this one is not that far, move it to “Trope Workshop:Foo Bar”.",
        ),
        (
            "Foo Bar",
            "<!-- later -->",
            {},
            "This page is blank: write it, bring back what was there, or have it deleted.",
        ),
        (
            "File:A.png",
            "Source: my camera\nAuthor: Ada",
            {"file": FILE},
            "This file has no licence. Write the licence template that fits on the file's page, for"
            " instance {{Fairuse}}.",
        ),
        (
            "File:A.png",
            "{{No license}}\nSource: my camera\nAuthor: Ada",
            {"file": FILE},
            "This file's page says that there is no licence: {{No license}}. Replace it with the licence"
            " template that fits.",
        ),
        (
            "File:A.png",
            "In the public domain.\nSource: my camera\nAuthor: Ada",
            {"file": FILE},
            "This file's page speaks of a licence (“public domain”) without a licence template. Write the"
            " template that fits on the file's page, for instance {{Fairuse}}.",
        ),
        (
            "File:A.png",
            "{{CC}}\nSource: my camera\nAuthor: Ada",
            {"file": FILE},
            "The licence template {{CC}} does not count without its parameter “author”. Fill it in.",
        ),
        (
            "File:A.png",
            "{{CC|author=####}}\nSource: my camera\nAuthor: Ada",
            {"file": FILE},
            "The licence template {{CC}} still has the placeholder “####” as its parameter “author”. Write"
            " the real value there.",
        ),
        (
            "File:A.png",
            "{{Fairuse}}",
            {"file": FILE},
            "This file's page says neither where the file is from nor who made it. Write lines such as"
            " “Source: …” and “Author: …” on it.",
        ),
        (
            "File:A.png",
            "{{Fairuse}}\nSource: my camera",
            {"file": FILE},
            "This file's page does not say who made the file. Write a line such as “Author: …” on it.",
        ),
        (
            "File:A.png",
            "{{Fairuse}}\nAuthor: Ada",
            {"file": FILE},
            "This file's page does not say where the file is from. Write a line such as “Source: …” on it.",
        ),
    ],
)
def test_what_people_are_told(title: str, text: str, page: dict[str, Any], expected: str) -> None:
    assert said(text, title, **page) == expected
