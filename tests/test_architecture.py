"""Imports point one way, and each outside library is used in one place only (docs/architecture.md)."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tropebot

PACKAGE = Path(tropebot.__file__).parent
WORDS = {"model", "errors"}
PURE = WORDS | {"wikitext", "policy", "i18n"}
DECIDING = PURE | {
    "rules",
    "engine",
    "groundwork",
    "planning",
    "comparison",
    "promotion",
    "bulletins",
    "wayback",
    "notices",
    "judgement",
    "parameters",
    "recipients",
    "rights",
    "runpage",
    "workshop",
}
# The loop and its parts: they know the wiki by `ports` only, and the ledger as it is (tests use a real one).
LOOP = {
    "acquaintances",
    "aftermath",
    "brakes",
    "breakers",
    "builder",
    "checkup",
    "cleanup",
    "draftfacts",
    "drafts",
    "corrections",
    "enforcer",
    "equipment",
    "expiry",
    "flagages",
    "gate",
    "herald",
    "intake",
    "messenger",
    "origins",
    "pageacts",
    "onepass",
    "passreport",
    "patrol",
    "petitions",
    "policydiff",
    "plans",
    "promoter",
    "refusals",
    "rehearsal",
    "renewal",
    "reporter",
    "resumption",
    "retold",
    "review",
    "rounds",
    "rulestates",
    "runreport",
    "standing",
    "strays",
    "survey",
    "titles",
    "undo",
    "undoable",
    "undoreport",
    "written",
}

# What each part of the house may import of ours; a part that is not named here is a mistake.
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "model": WORDS,
    "errors": WORDS,
    "i18n": set(),
    "wikitext": WORDS | {"wikitext"},
    "policy": WORDS | {"wikitext", "policy", "i18n"},
    "ports": WORDS | {"wikitext", "policy"},
    "parameters": WORDS,
    "rules": WORDS | {"wikitext", "policy", "i18n", "rules", "__init__"},
    "engine": WORDS | {"wikitext", "policy", "rules"},
    "planning": PURE,
    "comparison": PURE | {"planning", "promotion"},
    "groundwork": PURE | {"rules", "runpage", "wayback"},
    "recipients": PURE,
    "rights": PURE | {"rules"},
    "promotion": PURE,
    "runpage": PURE,
    "notices": PURE | {"promotion"},
    "bulletins": WORDS,
    "wayback": PURE,
    "notify": PURE | {"bulletins", "filemodes", "notify", "__init__"},
    "workshop": PURE | {"promotion"},
    "ledger": DECIDING,
    "judgement": DECIDING,
    "bounded": WORDS | {"wikitext"},
    **{part: DECIDING | LOOP | {"ports", "ledger"} for part in sorted(LOOP)},
    "reporter": DECIDING | LOOP | {"ports", "ledger", "reports"},
    "audit": DECIDING | {"__init__", "audit", "bounded"},
    "wholewiki": DECIDING | {"audit", "ports"},
    "reports": DECIDING | {"ledger", "reports"},
    "filemodes": WORDS,
    "home": WORDS | {"policy", "filemodes"},
    "athome": DECIDING | {"home", "ledger"},
    "sites": WORDS,
    "diagnosis": DECIDING | {"gate", "sites", "diagnosis"},
    "examination": DECIDING | {"diagnosis", "filemodes", "gate", "home", "ledger", "sites"},
    "newhome": WORDS | {"policy", "home", "i18n", "sites"},
    "daemon": WORDS | {"i18n", "runreport", "daemon"},
    "wiki": PURE | {"ports", "parameters", "home", "sites", "wiki", "__init__"},
}
WIRING = {"app", "cli", "__main__"}

# Outside libraries and the parts that may use them, beside the wiring.
LIBRARIES: dict[str, set[str]] = {
    "pywikibot": {"wiki"},
    "sqlite3": {"ledger"},
    "requests": {"notify"},
    "urllib3": {"wiki"},  # the causes that requests hides: was a request sent at all?
    "click": {"cli"},
    "rich": {"cli"},
    "mwparserfromhell": {"wikitext"},
    "babel": {"i18n"},
    "re2": {"wikitext", "policy", "rules"},
    "zstandard": {"audit"},
    "distributed": {"audit"},
    "prometheus_client": {"daemon"},
    "platformdirs": {"home"},
}
# Parts of the standard library that mean I/O, a clock or chance: not where things are decided.
IMPURE = {
    "os",
    "socket",
    "subprocess",
    "urllib.request",
    "sqlite3",
    "logging",
    "time",
    "random",
    "secrets",
}


def units() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        found.setdefault(parts[0].removesuffix(".py"), []).append(path)
    return found


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, also late or for types only, with its line."""
    package = ("tropebot", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            if module == "tropebot":
                yield from ((node.lineno, f"tropebot.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module


def unit_of(module: str) -> str:
    name = module.split(".")[1] if "." in module else "__init__"
    return name if name in units() else "__init__"


@pytest.mark.parametrize("unit", sorted(units()))
def test_imports_point_one_way(unit: str) -> None:
    assert unit in MAY_IMPORT or unit in WIRING, f"say in this file what {unit} may import"
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line} imports {module}"
        for path in units()[unit]
        for line, module in imports(path)
        if module.split(".")[0] == "tropebot"
        and unit not in WIRING
        and unit_of(module) not in MAY_IMPORT[unit] | {unit}
    ]
    assert not wrong


@pytest.mark.parametrize("unit", sorted(units()))
def test_each_library_has_its_place(unit: str) -> None:
    known = (
        sys.stdlib_module_names | LIBRARIES.keys() | {"tropebot", "msgspec"}
    )  # values are Structs
    wrong = []
    for path in units()[unit]:
        for line, module in imports(path):
            top = module.split(".")[0]
            allowed = top not in LIBRARIES or unit in LIBRARIES[top]
            if not allowed or top not in known:
                wrong.append(f"{path.relative_to(PACKAGE)}:{line} imports {module}")
    assert not wrong


@pytest.mark.parametrize("unit", sorted(DECIDING & units().keys()))
def test_what_decides_neither_reads_nor_waits(unit: str) -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line} imports {module}"
        for path in units()[unit]
        for line, module in imports(path)
        if module.split(".")[0] in IMPURE or module in IMPURE
    ]
    assert not wrong


def test_frozen_values_are_structs() -> None:
    """A frozen dataclass takes thirty times as long to make, at every start of the program."""
    frozen = [
        f"{path.relative_to(PACKAGE)}: {node.name}"
        for paths in units().values()
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if "frozen=True" in ast.unparse(decorator)
    ]
    assert not frozen, f"make these `class X(msgspec.Struct, frozen=True)`: {frozen}"


def test_a_rule_never_imports_another_rule() -> None:
    wrong = [
        f"{path.name}:{line} imports {module}"
        for path in units()["rules"]
        if path.name.startswith("tb")
        for line, module in imports(path)
        if module.startswith("tropebot.rules") and module != "tropebot.rules.rule"
    ]
    assert not wrong


def test_environment_and_settings_are_read_where_the_program_is_wired() -> None:
    readers = [
        str(path.relative_to(PACKAGE))
        for unit, paths in units().items()
        if unit not in WIRING | {"home"}
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert not readers


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if path.read_text("utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not silent
