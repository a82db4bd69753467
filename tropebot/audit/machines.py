"""What a machine has to have so that it judges as this one does: the same tropebot, the same dumps.

Must not know how machines are reached. What is compared is read here, and there by the same function.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

import msgspec

import tropebot
from tropebot.rules.packs import all_packs

_LIBRARIES = ("mwparserfromhell", "google-re2")
"""What has a say in verdicts."""
_READ = (".py", ".json")


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What counts of one: ``code`` is a digest of the package, ``files`` says bytes (-1: not there)."""

    tropebot: str
    code: str
    packs: tuple[str, ...]
    libraries: tuple[str, ...]
    files: dict[str, int]


def seen_machine(paths: tuple[str, ...]) -> Machine:
    """This machine, with these dumps."""
    return Machine(
        tropebot=tropebot.__version__,
        code=_digest(Path(tropebot.__file__).parent),
        packs=tuple(f"{each.package} {each.manifest.version}" for each in all_packs()),
        libraries=tuple(f"{name} {version(name)}" for name in _LIBRARIES),
        files={path: Path(path).stat().st_size if Path(path).is_file() else -1 for path in paths},
    )


def unlike(theirs: Machine, ours: Machine) -> str:
    """Why another machine would not judge as this one does, behind its name; empty if it would."""
    if theirs.tropebot != ours.tropebot:
        return f"has tropebot {theirs.tropebot}, and this machine {ours.tropebot}: install the same"
    if theirs.code != ours.code:
        return f"has another tropebot {ours.tropebot} than this machine: install the same"
    for what, there, here in (
        ("rule packs", theirs.packs, ours.packs),
        ("libraries", theirs.libraries, ours.libraries),
    ):
        if there != here:
            return f"has the {what} {', '.join(there)}, and this machine {', '.join(here)}"
    for path, size in ours.files.items():
        if (found := theirs.files.get(path, -1)) < 0:
            return f"does not have “{path}”: put it where all machines see it by that name"
        if found != size:
            return f"has “{path}” with {found} bytes, and this machine with {size}: use one copy"
    return ""


def _digest(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        if path.suffix in _READ and path.is_file():
            digest.update(str(path.relative_to(directory)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
