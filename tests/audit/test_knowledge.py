"""What the first reading of a dump finds out, and that verdicts rest on it."""

from pathlib import Path
from typing import Any

import pytest

from tests.audit import dumps
from tests.cli_runs import Shell

FILE = "== Summary ==\nA poster.\n\n"


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path)


def template(name: str, text: str, *, redirect: str = "") -> str:
    more = f'    <redirect title="Template:{redirect}" />\n' if redirect else ""
    return dumps.page(f"Template:{name}", text, ns=10, more=more)


def found(shell: Shell, *pages: str) -> list[dict[str, Any]]:
    """The findings on a dump of these pages."""
    ran = shell("--json", "audit", shell.file("d.xml", dumps.dump(pages)))
    assert ran.code in (0, 1), ran.err
    return [line for line in ran.lines if line["type"] == "finding"]


TEMPLATES = (template("Trope", "x"), template("Examples", "x"), template("Fairuse", "x"))
CLEAN = [
    (
        dumps.page("A", dumps.CLEAN.replace("{{trope}}", "{{Header of a trope}}")),
        (template("Header of a trope", "#REDIRECT [[Template:Trope]]", redirect="Trope"),),
        "a redirect of a header that no policy names",
    ),
    (
        dumps.page("A", "{{trope}}\nLives.\n{{examples}}\n{{foot}}\n"),
        (template("Foot", "<includeonly>[[Category:{{PAGENAME}}]]</includeonly>"),),
        "a category that a template adds, by a magic word of the page",
    ),
    (
        dumps.page("File:A.png", FILE + "{{Box}}", ns=6),
        (template("Box", "{{Fairuse}}"),),
        "a licence that another template carries",
    ),
    (
        dumps.page("File:A.png", FILE + "{{Box|licence=Fairuse}}", ns=6),
        (template("Box", "{{#if:{{{licence|}}}|{{Fairuse}}}}"),),
        "a licence that may be there: the doubt goes to the page",
    ),
    (
        dumps.page("A", dumps.CLEAN + "{{#if:x||{{No such template}}}}"),
        (),
        "a call of a missing template that may never be made",
    ),
    (
        dumps.page("A", dumps.CLEAN + "{{Box}}"),
        (template("Box", "y<noinclude>{{No such template}}</noinclude>"),),
        "a missing template on the template's own page only",
    ),
    (dumps.page("Talk:A", "{{No such template}}", ns=1), (), "a talk page"),
]


@pytest.mark.parametrize(("page", "more", "why"), CLEAN, ids=[row[2] for row in CLEAN])
def test_nothing_is_found_where_the_dump_says_so(
    shell: Shell, page: str, more: tuple[str, ...], why: str
) -> None:
    title = page.partition("<title>")[2].partition("<")[0]
    of_page = [each for each in found(shell, page, *TEMPLATES, *more) if each["title"] == title]
    assert of_page == [], why


FAULTY = [
    (
        dumps.page("A", dumps.CLEAN.replace("{{trope}}", "{{Header of a trope}}")),
        (template("Header of a trope", "x"),),
        {"TB102"},
        "a template that is no header and leads to none",
    ),
    (
        dumps.page("A", dumps.CLEAN + "{{No such template}}"),
        (),
        {"TB105"},
        "a template that the dump does not have",
    ),
    (
        dumps.page("A", dumps.CLEAN + "{{Box}}"),
        (template("Box", "{{No such template}}"),),
        {"TB105"},
        "a missing template inside another one",
    ),
    (
        dumps.page("File:A.png", FILE + "{{Box}}", ns=6),
        (template("Box", "<noinclude>{{Fairuse}}</noinclude>"),),
        {"TB201"},
        "a licence that stands on the template's own page only",
    ),
    (
        dumps.page("A", "{{trope}}\nLives.\n{{examples}}\n{{foot}}\n"),
        (template("Foot", "[[Category:Feet]]"),),
        {"TB101"},
        "a template adds another category",
    ),
]


@pytest.mark.parametrize(("page", "more", "codes", "why"), FAULTY, ids=[row[3] for row in FAULTY])
def test_something_is_found_where_the_dump_says_so(
    shell: Shell, page: str, more: tuple[str, ...], codes: set[str], why: str
) -> None:
    title = page.partition("<title>")[2].partition("<")[0]
    rows = found(shell, page, *TEMPLATES, *more)
    assert {each["code"] for each in rows if each["title"] == title} == codes, why


def test_a_loop_of_templates_ends(shell: Shell) -> None:
    loop = (template("Box", "{{Case}}"), template("Case", "{{Box}}"))
    assert found(shell, dumps.page("A", dumps.CLEAN + "{{Box}}"), *TEMPLATES, *loop) == []


def test_of_a_dump_without_templates_none_is_called_missing(shell: Shell) -> None:
    ran = shell("--json", "audit", shell.file("d.xml", dumps.dump([dumps.page("A")])))
    assert (ran.code, ran.lines[-1]["findings"]) == (0, 0)
    assert "templates are not known" in ran.err


def exported(articles: int, *, without: str, more: str = "") -> list[str]:
    """As `Special:Export` gives articles with some templates; the first article calls ``more`` too."""
    pages = [
        dumps.page(f"A{number}", dumps.CLEAN + (more if number == 0 else ""))
        for number in range(articles)
    ]
    return [*pages, *(each for each in TEMPLATES if f"Template:{without}<" not in each)]


PARTS = [
    (exported(6, without="Examples"), True, "a template that every page calls is not there"),
    (exported(2, without="Examples"), True, "half of all calls lead nowhere"),
    (exported(1, without="Examples"), True, "one page, half of whose calls lead nowhere"),
    (exported(40, without="", more="{{No such template}}"), False, "one page calls a missing one"),
    (exported(60, without="", more="<!-- {{A}} {{B}} -->{{C}}"), False, "comments call nothing"),
]


@pytest.mark.parametrize(("pages", "part", "why"), PARTS, ids=[row[2] for row in PARTS])
def test_of_a_part_of_the_templates_none_is_called_missing(
    shell: Shell, pages: list[str], part: bool, why: str
) -> None:
    ran = shell("--json", "audit", shell.file("d.xml", dumps.dump(pages)))
    codes = [line["code"] for line in ran.lines if line["type"] == "finding"]
    assert codes == ([] if part else ["TB105"]), why
    assert ("only a part of the wiki’s templates" in ran.err) == part
    assert ("without {{Examples}}" in ran.err) == part


def test_one_pass_judges_by_the_policy_alone(shell: Shell) -> None:
    pages = [*TEMPLATES, dumps.page("A", dumps.CLEAN + "{{No such template}}")]
    path = shell.file("d.xml", dumps.dump(pages))
    assert shell("audit", "--one-pass", path).code == 0
    assert shell("audit", path).code == 1


def test_a_preload_of_the_dump_asks_for_what_it_holds(shell: Shell) -> None:
    policy = shell.file(
        "p.json",
        '{"types": {"trope": {"headers": ["trope"], "preload": "Template:Trope preload"}}}',
    )
    preload = template("Trope preload", "{{trope}}\n{{quote}}\n{{examples}}\n")
    path = shell.file(
        "d.xml", dumps.dump([*TEMPLATES, template("Quote", "x"), preload, dumps.page("A")])
    )
    ran = shell("--json", "audit", "--policy", policy, path)
    rows = {line["title"]: line for line in ran.lines if line["type"] == "finding"}
    assert rows["A"]["details"]["missing"] == ["template:quote"]
    assert rows["A"]["details"]["preload"] == "Template:Trope preload@1"


def test_only_a_file_with_an_upload_is_judged_where_the_dump_has_uploads(shell: Shell) -> None:
    upload = (
        "    <upload><timestamp>2026-01-01T00:00:00Z</timestamp><contributor><username>A</username>"
        "</contributor><comment /><filename>A.png</filename></upload>\n"
    )
    local = dumps.page("File:A.png", FILE, ns=6).replace("  </page>", upload + "  </page>")
    elsewhere = dumps.page("File:B.png", FILE, ns=6)
    assert {row["title"] for row in found(shell, local, elsewhere)} == {"File:A.png"}
    assert {row["title"] for row in found(shell, elsewhere)} == {"File:B.png"}
