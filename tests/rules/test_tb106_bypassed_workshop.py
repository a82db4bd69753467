"""TB106: a trope of which the wiki says that it never was in the Workshop."""

import pytest

from tests.rules.judged import codes

TEXT = "{{trope}}\n{{examples}}\n[[Category:{{PAGENAME}}]]\n"
LISTED = frozenset({"Template:Trope", "Template:Examples"})


def test_fires() -> None:
    assert codes(TEXT, templates=LISTED, was_in_workshop=False) == ["TB106"]


@pytest.mark.parametrize(
    ("why", "text", "title", "was", "templates"),
    [
        ("it was there", TEXT, "Foo Bar", True, LISTED),
        ("the wiki was not asked for its history", TEXT, "Foo Bar", None, LISTED),
        ("offline", TEXT, "Foo Bar", False, None),
        ("works need no Workshop", "{{work}}", "Foo Bar", False, frozenset({"Template:Work"})),
        ("a subpage", "{{trope}}{{tropesubpagefooter}}", "Foo/Analysis", False, LISTED),
        ("a draft", TEXT, "Trope Workshop:Foo Bar", False, LISTED),
    ],
)
def test_does_not_fire(
    why: str, text: str, title: str, was: bool | None, templates: frozenset[str] | None
) -> None:
    assert "TB106" not in codes(text, title=title, was_in_workshop=was, templates=templates)
