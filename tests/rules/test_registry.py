"""Every rule is found, explained by its docstring, tested in its own file, and has its message."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.in_force import in_force
from tests.rules.judged import TROPES
from tropebot import engine
from tropebot.cli import run
from tropebot.i18n import texts
from tropebot.model import FILE, MAIN, Page
from tropebot.rules import all_rules
from tropebot.rules.rule import Rule, Scope

HERE = Path(__file__).parent
HEADINGS = ["What it looks for", "Why", "Bad", "Good", "Policy keys", "Reasons not to act"]
RULES = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
HELP = "<!-- Say what the trope is, in a few sentences of your own. Bold its name once. -->"
PRELOADS = {"MediaWiki:Tropes": TROPES, "MediaWiki:Works": HELP}
FORCE = in_force("demo", pages=PRELOADS)
ASKING_FOR_ALL = in_force("demo", {"files": {"require": ["licence", "source", "author"]}})


def sections(rule: Rule) -> dict[str, str]:
    parts = re.split(r"^(.+)\n-{3,}$", rule.documentation, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(rule: Rule, heading: str) -> Iterator[str]:
    """The blocks of wikitext (indented by four) under a heading."""
    for block in re.findall(r"(?:^(?: {4}.*)?\n)+", sections(rule)[heading] + "\n", re.MULTILINE):
        if block.strip():
            yield dedent(block).strip("\n")


def page_for(rule: Rule, text: str) -> Page:
    """A page that the rule looks at, with what a wiki would say of it if the rule asks one."""
    is_file = rule.scope == {Scope.FILES}
    gone = {f"Template:{name}" for name in re.findall(r"\{\{(No such [^{}]*)\}\}", text)}
    used = {f"Template:{name}" for name in re.findall(r"\{\{(\w[^{}|]*)", text)}
    return Page(
        title="File:Foo.png" if is_file else "Foo Bar",
        namespace=FILE if is_file else MAIN,
        text=text,
        templates=frozenset(used) if rule.online else None,
        missing_templates=frozenset(gone),
    )


def test_the_built_in_rules_are_found_by_code() -> None:
    codes = [rule.code for rule in all_rules()]
    assert codes == sorted(codes)
    assert {"TB101", "TB102", "TB103", "TB104", "TB105", "TB107", "TB201", "TB900"} <= set(codes)


@RULES
def test_the_docstring_has_its_headings(rule: Rule) -> None:
    assert list(sections(rule)) == HEADINGS
    assert re.fullmatch(r"[^\n]+\.", rule.documentation.split("\n\n")[0].strip())


@RULES
def test_the_test_file_and_the_message_exist(rule: Rule) -> None:
    module = f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
    assert (HERE / f"test_{module}.py").is_file()
    assert f"tropebot.rules.{module}" in sys.modules
    messages = [key for key in texts("en") if key.startswith(f"finding-{rule.code.lower()}")]
    assert messages


def examples(heading: str) -> list[object]:
    return [
        pytest.param(rule, text, id=f"{rule.code}-{number}")
        for rule in all_rules()
        for number, text in enumerate(blocks(rule, heading))
    ]


@pytest.mark.parametrize(("rule", "text"), examples("Bad"))
def test_a_bad_example_is_found(rule: Rule, text: str) -> None:
    force = ASKING_FOR_ALL if rule.code == "TB202" else FORCE
    codes = [finding.code for finding in engine.judge(page_for(rule, text), force).findings]
    assert rule.code in codes


OFFLINE = [
    pytest.param(rule, text, id=f"{rule.code}-{number}")
    for rule in all_rules()
    if rule.code in {"TB101", "TB102", "TB103", "TB104", "TB107"}
    for number, text in enumerate(blocks(rule, "Bad"))
]


@pytest.mark.parametrize(("rule", "text"), OFFLINE)
def test_check_finds_a_bad_example_by_the_demos_preset(
    rule: Rule, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a reader of the manual tries first."""
    page = tmp_path / "Foo Bar.wiki"
    page.write_text(text, encoding="utf-8")
    assert run(["check", "--preset", "demo", str(page)]) == 1
    assert rule.code in capsys.readouterr().out


@pytest.mark.parametrize(("rule", "text"), examples("Good"))
def test_a_good_example_is_clean(rule: Rule, text: str) -> None:
    force = ASKING_FOR_ALL if rule.code == "TB202" else FORCE
    assert engine.judge(page_for(rule, text), force).findings == ()


def test_only_what_no_text_can_show_has_no_example() -> None:
    shown = {rule.code for rule in all_rules() if list(blocks(rule, "Bad"))}
    assert {rule.code for rule in all_rules()} - shown == {
        "TB106",
        "TB301",
        "TB302",
        "TB900",
        "TB901",
    }
