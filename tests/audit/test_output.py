"""What comes out of an audit beside findings: work lists, the page of HTML, a comparison."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from tests.audit import dumps
from tests.cli_runs import Shell

BARE = "A picture without a licence."
HOSTILE = (
    "=HYPERLINK(1)",
    "@SUM",
    "A|B",
    "A]] [[Category:X]]",
    "{{delete}}",
    "A\u2028B",
    'A "B", C',
)
UPLOAD = (
    "    <upload><timestamp>2026-01-01T00:00:00Z</timestamp><contributor><username>-Ada</username>"
    "</contributor><comment /><filename>A.png</filename></upload>\n"
)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path)


@pytest.fixture
def dump(shell: Shell) -> Path:
    """Twenty tropes, two of them faulty; titles that would like to act; a file with its uploader."""
    pages = [
        *dumps.many(20),
        *(dumps.page(title, dumps.FAULTY) for title in HOSTILE),
        dumps.page("File:A.png", BARE, ns=6).replace("  </page>", UPLOAD + "  </page>"),
    ]
    return shell.file("wiki.xml", dumps.dump(pages))


def test_titles_of_one_rule_can_be_handed_on_line_by_line(shell: Shell, dump: Path) -> None:
    ran = shell("audit", "--worklist", "titles", "--rule", "missing-licence", dump)
    assert (ran.code, ran.out) == (1, "File:A.png\n")
    assert "28 pages, 10 findings" in ran.err, "the summary is not among the titles"


def test_csv_holds_all_rules_and_no_cell_is_a_formula(shell: Shell, dump: Path) -> None:
    ran = shell("audit", "--worklist", "csv", dump)
    heads, *rows = csv.reader(StringIO(ran.out))
    assert heads == ["code", "title", "what", "line", "creator"]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows), "rule by rule"
    assert [row[1] for row in rows if row[0] == "TB102"][:4] == [
        "Page 10",
        "Page 20",
        "'=HYPERLINK(1)",
        "'@SUM",
    ]
    assert [row[4] for row in rows if row[0] == "TB201"] == ["'-Ada"]
    assert all(len(row) == 5 for row in rows)


def test_wikitext_is_a_table_for_each_rule_and_no_title_acts(shell: Shell, dump: Path) -> None:
    text = shell("audit", "--worklist", "wikitext", dump).out
    assert text.count('{| class="wikitable sortable"') == text.count("|}") == 2
    assert "== TB201 missing-licence ==" in text
    assert "[[:User:-Ada|" in text
    assert "{{delete}}" not in text
    assert "[[Category:X]]" not in text.replace("[[:", "")
    for line in text.splitlines():
        if line.startswith("| "):
            assert len(line.split(" || ")) == 3


def test_json_has_an_object_for_each_page(shell: Shell, dump: Path) -> None:
    out = shell("--json", "audit", "--worklist", "json", dump).out
    *pages, summary = [json.loads(line) for line in out.removesuffix("\n").split("\n")]
    assert {line["type"] for line in pages} == {"page"}
    assert [page["title"] for page in pages if page["code"] == "TB102"][2:] == list(HOSTILE)
    assert (summary["type"], summary["findings"]) == ("summary", len(pages))


def test_a_list_that_nobody_is_on_is_empty(shell: Shell, dump: Path) -> None:
    ran = shell("audit", "--worklist", "titles", "--rule", "TB107", dump)
    assert (ran.code, ran.out) == (1, "")


def test_long_lists_leave_memory(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tropebot.cli.auditlists.IN_MEMORY", 100)
    path = shell.file("d.xml", dumps.dump(dumps.many(300, faulty=3)))
    ran = shell("audit", "--worklist", "titles", "--rule", "TB102", path)
    assert ran.out.splitlines() == [f"Page {n}" for n in range(3, 301, 3)]


def test_the_page_of_html_is_made_beside_the_findings(shell: Shell, dump: Path) -> None:
    plain = shell("audit", dump)
    ran = shell("audit", "--html", shell.directory / "new" / "page", dump)
    path = shell.directory / "new" / "page" / "index.html"
    assert ran.out == plain.out
    assert f"Wrote “{path}”" in ran.err
    text = path.read_text("utf-8")
    assert "wiki.xml, audited on " in text
    assert "Trope Demo" in text, "the wiki is called as its dump says, whatever the preset"
    assert "Tropedia" not in text
    assert '"prefix": "http://127.0.0.1/wiki/"' in text
    assert '"audit-findings": 10' in text


def test_what_cannot_be_written_is_told(shell: Shell, dump: Path) -> None:
    ran = shell("audit", "--html", dump / "page", dump)
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_of_a_broken_dump_the_page_says_so(shell: Shell, dump: Path) -> None:
    data = dump.read_bytes()
    path = shell.file("cut.xml", data[: len(data) // 2])
    assert shell("audit", "--html", shell.directory, path).code == 2
    assert "is cut short" in (shell.directory / "index.html").read_text("utf-8")


def test_lists_of_what_is_new_since_an_earlier_audit(shell: Shell, dump: Path) -> None:
    old = shell.directory / "old.jsonl"
    shell("audit", "--out", old, shell.file("old.xml", dumps.dump(dumps.many(20, faulty=5))))
    ran = shell("audit", "--compare", old, "--worklist", "titles", "--rule", "TB102", dump)
    assert ran.out.splitlines() == [title.replace("\u2028", "\\u2028") for title in HOSTILE]
    assert "Compared with the audit before: 8 new, 2 gone." in ran.err


def test_a_comparison_is_summed_up(shell: Shell, dump: Path) -> None:
    old = shell.directory / "old.jsonl"
    shell("audit", "--out", old, dump)
    ran = shell("audit", "--compare", old, dump)
    assert "Compared with the audit before: 0 new, 0 gone." in ran.out
    assert "new " not in ran.out.partition("Compared")[0]


def test_an_earlier_audit_that_broke_off_is_told_of(shell: Shell, dump: Path) -> None:
    old = shell.directory / "old.jsonl"
    shell("audit", "--out", old, dump)
    old.write_bytes(b"".join(old.read_bytes().splitlines(keepends=True)[:-1]))
    ran = shell("audit", "--compare", old, dump)
    assert "did not get to its end" in ran.err


@pytest.mark.heavy
def test_half_a_million_earlier_findings_are_compared_in_their_order(shell: Shell) -> None:
    old = shell.directory / "old.jsonl"
    with old.open("w", encoding="utf-8") as file:
        for number in range(500_000):
            title = f"Page {number}" if number % 50_000 == 10 else f"Gone {number}"
            file.write(json.dumps({"type": "finding", "title": title, "code": "TB102"}) + "\n")
        file.write('{"type": "summary", "complete": true}\n')
    path = shell.file("d.xml", dumps.dump(dumps.many(20)))
    ran = shell("--json", "audit", "--compare", old, path)
    kinds = [line["type"] for line in ran.lines]
    assert kinds == ["new", *["fixed"] * 499_999, "summary"]
    assert ran.lines[0]["title"] == "Page 20"
    assert (ran.lines[1]["title"], ran.lines[-2]["title"]) == ("Gone 0", "Gone 499999")
    assert (ran.lines[-1]["new"], ran.lines[-1]["fixed"]) == (1, 499_999)
