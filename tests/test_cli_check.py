"""`tropebot check` from files: titles, JSON lines, exit codes, and one line for every bad input."""

import io
import json
import sys

import pytest

from tests.cli_runs import Shell
from tropebot.cli import offline
from tropebot.i18n import message

pytestmark = pytest.mark.heavy

CLEAN = "{{trope}}\nText.\n{{examples}}\n[[Category:{{PAGENAME}}]]\n"
FAULTY = "{{trope}}\nText.\n{{examples}}\n"


def test_a_clean_page_is_exit_0(shell: Shell) -> None:
    ran = shell("check", shell.file("Some_trope.wiki", CLEAN))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "1 page judged, 0 findings.\n"


def test_a_finding_is_exit_1_and_names_page_line_and_rule(shell: Shell) -> None:
    ran = shell("check", shell.file("Some_trope.wiki", FAULTY))
    assert ran.code == 1
    assert ran.out.startswith("Some trope:")
    assert "TB101 missing-markup" in ran.out


@pytest.mark.parametrize(
    "arguments", [["--json", "check"], ["check", "--json"]], ids=["before the command", "after it"]
)
def test_json_lines(shell: Shell, arguments: list[str]) -> None:
    ran = shell(*arguments, shell.file("Some_trope.wiki", FAULTY))
    finding, summary = ran.lines
    assert finding["type"] == "finding"
    assert finding["title"] == "Some trope"
    assert finding["code"] == "TB101"
    assert finding["rule"] == "missing-markup"
    assert finding["line"] >= 1
    assert finding["details"]["missing"] == ["category:{{PAGENAME}}"]
    assert "[[Category:{{PAGENAME}}]]" in finding["message"]
    assert summary["type"] == "summary"
    assert (summary["pages"], summary["findings"], summary["codes"]) == (1, 1, {"TB101": 1})


@pytest.mark.parametrize(
    ("name", "title", "why"),
    [
        ("Some_trope.wiki", "Some trope", "an underscore is a space"),
        ("Foo%2FQuotes.wiki", "Foo/Quotes", "a slash cannot stand in a file's name"),
        ("some trope.txt", "Some trope", "the first letter is the wiki's"),
        ("Vol. 2", "Vol. 2", "what is no suffix of wikitext belongs to the title"),
        ("Trope Workshop%3AFoo.wikitext", "Trope Workshop:Foo", "nor can a colon everywhere"),
    ],
)
def test_the_title_is_the_files_name(shell: Shell, name: str, title: str, why: str) -> None:
    ran = shell("check", "--json", shell.file(name, "[[no header"))
    assert {line.get("title", title) for line in ran.lines} == {title}, why


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (["--title", "File:a b.png"], "File:A b.png"),
        (["--title", "a_b.png", "--namespace", "File"], "File:A b.png"),
        (["--title", "a b.png", "--namespace", "6"], "File:A b.png"),
        (["--title", "A b.png", "--namespace", "image"], "File:A b.png"),
    ],
)
def test_title_and_namespace(shell: Shell, arguments: list[str], title: str) -> None:
    ran = shell("check", "--json", *arguments, shell.file("x.wiki", "No licence."))
    assert (ran.lines[0]["title"], ran.lines[0]["code"]) == (title, "TB201")


@pytest.mark.parametrize(
    ("title", "text", "why"),
    [
        ("User:Ada", FAULTY, "namespace"),
        ("Talk:Foo", FAULTY, "namespace"),
        ("Special:Foo", FAULTY, "namespace"),
        ("Foo", "#REDIRECT [[Bar]]", "redirect"),
        ("Foo", "{{Disambiguation}}", "disambiguation"),
    ],
)
def test_of_a_page_that_is_never_judged_it_is_said_why(
    shell: Shell, title: str, text: str, why: str
) -> None:
    page = shell.file("x.wiki", text)
    ran = shell("check", "--preset", "tropedia", "--title", title, page)
    told, summary = ran.out.splitlines()
    assert told == f"{title}: not judged: {message(f'held-{why}')}"
    assert (ran.code, summary) == (0, "0 pages judged, 0 findings.")
    line, counts = shell("--json", "check", "--preset", "tropedia", "--title", title, page).lines
    assert line == {"type": "exempt", "title": title, "reason": why}
    assert (counts["exempt"], counts["findings"]) == (1, 0)


def test_stdin(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FAULTY.encode())))
    ran = shell("check", "--json", "--title", "Foo", "-")
    assert (ran.code, ran.lines[0]["title"]) == (1, "Foo")


def test_several_files_have_one_summary(shell: Shell) -> None:
    ran = shell("check", "--json", shell.file("A.wiki", FAULTY), shell.file("B.wiki", CLEAN))
    assert [line["type"] for line in ran.lines] == ["finding", "summary"]
    assert (ran.lines[-1]["pages"], ran.lines[-1]["clean"]) == (2, 1)


def test_line_ends_and_byte_order_mark_are_the_editors_business(shell: Shell) -> None:
    data = b"\xef\xbb\xbf" + CLEAN.replace("\n", "\r\n").encode()
    assert shell("check", shell.file("Some trope.wiki", data)).code == 0


def test_a_policy_is_laid_on_the_preset(shell: Shell) -> None:
    policy = {"types": {"trope": {"optional": ["category:{{PAGENAME}}"]}}}
    shell.file("policy.json", json.dumps(policy))
    page = shell.file("Foo.wiki", FAULTY)
    assert shell("check", page).code == 1
    assert shell("check", "--policy", "policy.json", page).code == 0
    assert shell("check", "--policy", "policy.json", "--preset", "demo", page).code == 0


def test_a_policy_that_lists_headers_stands_alone(shell: Shell) -> None:
    """The types of another wiki must not mix with those of a whole policy."""
    policy = {"types": {"song": {"headers": ["Song"]}}}
    shell.file("song.json", json.dumps(policy))
    song = shell.file("Ballad.wiki", "{{Song}}\nA ballad.\n")
    work = shell.file("Film.wiki", "{{Work}}\nA film.\n")

    assert shell("check", "--policy", "song.json", song).code == 0
    assert "TB102" in shell("check", "--policy", "song.json", work).out
    assert "TB101" in shell("check", "--policy", "song.json", "--preset", "tropedia", work).out


def test_a_text_with_lone_surrogates_can_be_told(shell: Shell) -> None:
    shell.file("p.json", '{"name": "\\ud800"}')
    ran = shell("policy", "show", "--policy", "p.json")
    assert ran.code == 0


@pytest.mark.parametrize(
    ("arguments", "said", "why"),
    [
        (["check", "absent.wiki"], "“absent.wiki” cannot be read", "no such file"),
        (["check", "folder"], "“folder” cannot be read", "a directory"),
        (["check", "latin.wiki"], "not UTF-8", "another encoding"),
        (["check", "--preset", "tropdia", "x.wiki"], "did you mean “tropedia”", "unknown preset"),
        (["check", "--policy", "typo.json", "x.wiki"], "“exmaples”", "a typo in the policy"),
        (["check", "--policy", "broken.json", "x.wiki"], "not JSON", "a broken policy"),
        (
            ["check", "--policy", "absent.json", "x.wiki"],
            "“absent.json” cannot be read",
            "no policy",
        ),
        (["check", "--namespace", "Nope", "x.wiki"], "no namespace “Nope”", "unknown namespace"),
        (["check", "--title", "a|b", "x.wiki"], "cannot be a page's title", "an impossible title"),
        (["check", "--title", "Foo#bar", "x.wiki"], "cannot be a page's title", "a section"),
        (
            ["check", "--title", "A", "x.wiki", "x.wiki"],
            "--title is for one file",
            "two for one name",
        ),
        (["check"], "Name the files", "nothing to check"),
        (["check", "--wiki"], "check --wiki TITLE…", "nothing to check on the wiki"),
        (
            ["check", "--wiki", "--preset", "demo", "A"],
            "With --wiki",
            "the wiki has its own policy",
        ),
        (["check", "-"], "--title", "stdin has no name"),
        (["check", ""], "name is empty", "a name that a script failed to fill in"),
        (["examples", ""], "name is empty", "the same"),
        (["check", "--policy", "", "x.wiki"], "name is empty", "so of the policy"),
        (["policy", "check", ""], "name is empty", "the same"),
        (["check", "--preset", "", "x.wiki"], "no preset “”", "so of the preset"),
        (["check", "--title", "", "x.wiki"], "“” cannot be a page's title", "so of the title"),
        (["check", "--title", "a\nb", "x.wiki"], "cannot be a page's title", "two lines"),
        (["check", "--title", "A" * 256, "x.wiki"], "cannot be a page's title", "too long"),
        (["check", "--title", "é" * 128, "x.wiki"], "cannot be a page's title", "too many bytes"),
        (["check", "--title", "a\udcff", "x.wiki"], "cannot be a page's title", "no character"),
        (["check", "--namespace", "²", "x.wiki"], "no namespace “²”", "a digit that is no number"),
        (["check", "--namespace", "9" * 5000, "x.wiki"], "no namespace “9", "a long number"),
        (["check", "x.wiki/y.wiki"], "“x.wiki/y.wiki” cannot be read", "a file for a directory"),
        (["check", "binary.wiki"], "not UTF-8", "a program"),
        (["policy", "check", "policy.yaml"], "not JSON", "another format"),
        (["policy", "check", "folder"], "“folder” cannot be read", "a directory"),
        (["policy", "check", "number.json"], "a number is too large", "thousands of digits"),
        (["rules", ""], "no rule “”", "no rule at all"),
        (["chek"], "No such command “chek” (did you mean “check”?)", "a typo in the command"),
        (["zzz"], "No such command “zzz”. Help", "no command is like it"),
        (["check", "--nope", "x.wiki"], "No such option", "a typo in the option"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_do(
    shell: Shell, arguments: list[str], said: str, why: str
) -> None:
    shell.file("x.wiki", CLEAN)
    shell.file("latin.wiki", b"caf\xe9")
    shell.file("typo.json", '{"exmaples": {}}')
    shell.file("broken.json", '{"examples": ')
    shell.file("binary.wiki", bytes(range(256)))
    shell.file("policy.yaml", "examples:\n  minimum: 5\n")
    shell.file("number.json", f'{{"examples": {{"minimum": {"9" * 5000}}}}}')
    (shell.directory / "folder").mkdir()
    ran = shell(*arguments)
    assert (ran.code, ran.out) == (2, ""), why
    assert said in ran.err, why
    assert len(ran.err.splitlines()) == 1, why


def test_a_title_as_long_as_the_wiki_allows(shell: Shell) -> None:
    shell.file("x.wiki", CLEAN)
    assert shell("check", "--title", "A" * 255, "--namespace", "File", "x.wiki").code in (0, 1)


def test_a_closed_standard_input_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    ran = shell("check", "--title", "Foo", "-")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "tropebot: The standard input is closed: send the text to it, or name a file.\n"
    )


def test_an_empty_standard_input_is_a_blank_page(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    ran = shell("check", "--json", "--title", "Foo", "-")
    assert (ran.code, [line["code"] for line in ran.lines[:-1]]) == (1, ["TB107"])


def test_a_file_of_fifty_megabytes_is_told_to_be_too_large(shell: Shell) -> None:
    shell.file("Big.wiki", "{{trope}}\n" + "* [[Some Film]]: it happens to the hero.\n" * 1_250_000)
    ran = shell("check", "--json", "Big.wiki")
    assert [line["code"] for line in ran.lines[:-1]] == ["TB901"]
    assert shell("examples", "--json", "Big.wiki").lines[0]["enough"] is False


def test_a_file_without_end_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "MOST_BYTES", 1 << 20)
    for name in ("/dev/zero", str(shell.file("large.wiki", "x" * ((1 << 20) + 1)))):
        ran = shell("check", "--title", "Foo", name)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == f"tropebot: “{name}” has more than 1 MB: that is no page’s text.\n"
    assert shell("check", "--title", "Foo", shell.file("fits.wiki", "x" * (1 << 20))).code == 1
