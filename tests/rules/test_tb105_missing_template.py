"""TB105: calls of templates that the wiki does not have; only the wiki can say so."""

import pytest

from tests.rules.judged import codes, findings

CLEAN = "{{trope}}\n{{examples}}\n[[Category:{{PAGENAME}}]]\n"
LISTED = frozenset({"Template:Trope", "Template:Examples", "Template:IndexTrope"})


@pytest.mark.parametrize("title", ["Foo Bar", "Trope Workshop:Foo Bar"])
def test_fires(title: str) -> None:
    gone = frozenset({"Template:IndexTrope", "Template:Another"})
    text = CLEAN + "{{indexTrope}}\n{{another}}"
    (finding,) = findings(text, title=title, templates=LISTED, missing_templates=gone)
    assert finding.code == "TB105"
    assert finding.details == {"missing": ["Another", "IndexTrope"]}
    assert finding.line == 4


@pytest.mark.parametrize(
    ("why", "templates", "gone"),
    [
        ("all exist", LISTED, frozenset()),
        ("the wiki was not asked", None, frozenset({"Template:IndexTrope"})),
        ("a mark of the bot’s own", LISTED, frozenset({"Template:Missing markup"})),
        ("another name of such a mark", LISTED, frozenset({"Template:Markup needed"})),
    ],
    ids=["all exist", "offline", "mark", "alias"],
)
def test_does_not_fire(why: str, templates: frozenset[str] | None, gone: frozenset[str]) -> None:
    assert codes(CLEAN + "{{IndexTrope}}", templates=templates, missing_templates=gone) == []


def test_a_page_that_stands_in_no_template_is_named_by_its_title() -> None:
    gone = frozenset({"Foo Bar/Film"})
    (finding,) = findings(CLEAN + "{{/Film}}", templates=LISTED, missing_templates=gone)
    assert finding.details == {"missing": [":Foo Bar/Film"]}
    assert finding.line == 4
