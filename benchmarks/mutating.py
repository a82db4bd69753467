"""Which mutants there are of what decides, and how one is put in the place of its function.

mutmut's operators make them, function by function; what stands outside of functions is not changed. Must not
run a test, and changes no file: only the running process has the mutant.
"""

import ast
import difflib
import hashlib
import inspect
import pickle
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

ROOT = Path(__file__).parent.parent
GROUPS = {
    "promotion": ("tropebot/promotion.py",),
    "engine": ("tropebot/engine.py",),
    "rules": ("tropebot/rules/*.py",),
    "wikitext": ("tropebot/wikitext/*.py", "tropebot/wikitext/examples/*.py"),
}
_NAME = re.compile(r"x(?:_|ǁ(?P<owner>\w+)ǁ)(?P<name>\w+)__mutmut_(?P<number>orig|\d+)")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one function; ``change`` are its lines, `-` as they are and `+` as changed.

    Without a change it is the control: put in its own place it must survive.
    """

    group: str
    function: str
    change: str
    source: str

    @property
    def key(self) -> str:
        """The same for the same change, wherever the function stands in its file."""
        return f"{self.function}\n{self.change}"


def mutants(groups: tuple[str, ...], kept: Path) -> tuple[Mutant, ...]:
    """All of them and a control for each function, in the order of the files.

    They are kept, file by file, as long as the file is as it was.
    """
    found: list[Mutant] = []
    for group in groups:
        for path in (path for pattern in GROUPS[group] for path in sorted(ROOT.glob(pattern))):
            digest = hashlib.sha256(f"{path}\n{path.read_text(encoding='utf-8')}".encode())
            file = kept / f"mutants-{digest.hexdigest()[:16]}.pickle"
            if not file.exists():
                file.write_bytes(pickle.dumps(tuple(_mutants_of(path, group))))
            found += pickle.loads(file.read_bytes())  # noqa: S301 - our own
    return tuple(found)


def function_of(name: str) -> types.FunctionType:
    """The function with a dotted name, out of its property or class method."""
    module, _, path = name.partition(":")
    found: object = import_module(module)
    for part in path.split("."):
        found = inspect.getattr_static(found, part)
    if isinstance(found, property):
        found = found.fget
    found = getattr(found, "__func__", found)
    if not isinstance(found, types.FunctionType):
        raise TypeError(f"{name} is no plain function")
    return found


def put_in_place(mutant: Mutant) -> None:
    """From now on the function does what the mutant does; may raise whatever the mutant's defaults raise."""
    function = function_of(mutant.function)
    made: dict[str, types.FunctionType] = {}
    exec(compile(mutant.source, "<mutant>", "exec"), function.__globals__, made)  # noqa: S102
    (changed,) = made.values()
    function.__code__ = changed.__code__
    function.__defaults__ = changed.__defaults__
    function.__kwdefaults__ = changed.__kwdefaults__


def _mutants_of(path: Path, group: str) -> Iterator[Mutant]:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    tree = ast.parse(mutate_file_contents(str(path), path.read_text(encoding="utf-8")).code)
    originals: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    for node in _functions(tree):
        named = _NAME.fullmatch(node.name)
        if named is None:
            continue
        owner, name = named["owner"] or "", named["name"]
        node.name = name
        node.decorator_list = []
        source = ast.unparse(node)
        if named["number"] == "orig":
            originals[owner, name] = source
        found = Mutant(
            group=group,
            function=f"{module}:{owner}.{name}" if owner else f"{module}:{name}",
            change=_change(originals[owner, name], source),
            source=source,
        )
        if found.key not in seen:
            seen.add(found.key)
            yield found


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        yield from (each for each in inner if isinstance(each, ast.FunctionDef))


def _change(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line[0] + line[1:].strip() for line in lines if _told(line))


def _told(line: str) -> bool:
    return line[:1] in ("-", "+") and line[:3] not in ("---", "+++")
