"""Gets MediaWiki's code and a PHP to run it with, from the distribution's packages or Docker's image.

Must not install the `mediawiki` package (it would start an Apache): it is downloaded and unpacked only.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PHP_PACKAGES = (
    "php-cli",
    "php-sqlite3",
    "php-mbstring",
    "php-xml",
    "php-intl",
    "php-apcu",
)
PHP_MODULES = frozenset({"apcu", "intl", "mbstring", "pdo_sqlite", "xml", "fileinfo"})
CODE_PACKAGES = ("mediawiki", "mediawiki-classes")
VERSIONS = ("1.39", "1.43")
"""The long-term releases that tropebot is tested on; Debian's bookworm and trixie have one each."""
NEITHER = "Neither apt nor a running Docker is here: install PHP and Debian's packages, or Docker."


class DemoError(Exception):
    """Something about the demo wiki that a person must settle; the text is one line and says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An unpacked MediaWiki."""

    version: str
    directory: Path


def say(line: str) -> None:
    """Print one plain line of progress."""
    print(line, flush=True)


def _run(command: tuple[str, ...], *, cwd: Path | None = None) -> None:
    """Run a command quietly; its last words become the error."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise DemoError(f"“{' '.join(command[:6])}” failed: {words}")


def _as_root(command: tuple[str, ...]) -> tuple[str, ...]:
    if os.geteuid() == 0:
        return command
    if shutil.which("sudo") is None:
        raise DemoError(f"Neither root nor sudo: have an administrator run “{' '.join(command)}”.")
    return ("sudo", *command)


def apt_get(*arguments: str) -> None:
    """Run apt-get as root with fresh lists, asking nothing.

    Raises DemoError where it fails.
    """
    wanted = _as_root(("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments))
    _run(_as_root(("apt-get", "update")))
    _run(wanted)


def _missing_modules() -> frozenset[str]:
    """The PHP modules that MediaWiki needs and that are not there; all of them without PHP."""
    if shutil.which("php") is None:
        return PHP_MODULES
    done = subprocess.run(("php", "-m"), capture_output=True, text=True, check=True)
    return PHP_MODULES - {line.strip().lower() for line in done.stdout.splitlines()}


def has_apt() -> bool:
    """Whether packages can be had from Debian or a system like it, or have been before."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg") is not None


def docker_is_there() -> bool:
    """Whether Docker with its compose command is installed and its daemon answers."""
    if shutil.which("docker") is None:
        return False
    commands = (("docker", "info"), ("docker", "compose", "version"))
    return all(
        subprocess.run(command, capture_output=True, check=False).returncode == 0
        for command in commands
    )


def provide_php() -> None:
    """Install PHP and its modules through apt where they are missing.

    Raises DemoError without apt, or where it fails.
    """
    if not _missing_modules():
        return
    if not has_apt():
        raise DemoError(NEITHER)
    say("Installing PHP and its modules (apt-get)")
    apt_get("install", "-y", "--no-install-recommends", *PHP_PACKAGES)
    if missing := _missing_modules():
        raise DemoError(f"PHP lacks {', '.join(sorted(missing))}: install the modules.")


def _straighten(code: Path) -> None:
    """Turn the package's links to system directories into an ordinary MediaWiki tree."""
    for name in ("LocalSettings.php", "config", "images", "extensions"):
        (code / name).unlink(missing_ok=True)
    (code / "extensions-core").rename(code / "extensions")


def _downloaded(cache: Path) -> list[Path]:
    return sorted(cache.glob("mediawiki*.deb"))


def _fetch(cache: Path) -> None:
    """Download the packages; root's apt drops its rights, so the directory is a scratch one."""
    with tempfile.TemporaryDirectory(prefix="tropebot-") as scratch:
        Path(scratch).chmod(0o777 if os.geteuid() == 0 else 0o700)
        try:
            _run(("apt-get", "download", *CODE_PACKAGES), cwd=Path(scratch))
        except DemoError:
            say("Refreshing apt's lists")
            _run(_as_root(("apt-get", "update")))
            _run(("apt-get", "download", *CODE_PACKAGES), cwd=Path(scratch))
        for package in Path(scratch).glob("*.deb"):
            shutil.move(package, cache / package.name)


def version_at_hand(cache: Path) -> str:
    """Which of the releases can be had here: one that is unpacked, or else the system's packages'.

    The first of all where nothing tells: whoever provides the code says then what is missing.
    """
    for version in VERSIONS:
        if (cache / f"mediawiki-{version}").is_dir():
            return version
    if not has_apt():
        return VERSIONS[0]
    offered = _offered()
    if not offered:
        say("Refreshing apt's lists")
        _run(_as_root(("apt-get", "update")))
        offered = _offered()
    return next((version for version in VERSIONS if version in offered), VERSIONS[0])


def _offered() -> frozenset[str]:
    command = ("apt-cache", "madison", CODE_PACKAGES[0])
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return frozenset(re.findall(r"\|\s*(?:\d+:)?(\d+\.\d+)\.", told))


def provide_code(cache: Path, version: str) -> Code:
    """MediaWiki's code of ``version`` under ``cache``, fetched and unpacked at most once.

    Raises DemoError where apt gives another version or none.
    """
    code = cache / f"mediawiki-{version}"
    if code.is_dir():
        return Code(version=version, directory=code)
    if not has_apt():
        raise DemoError(NEITHER)
    cache.mkdir(parents=True, exist_ok=True)
    packages = [path for path in _downloaded(cache) if f"{version}." in path.name]
    if len(packages) < len(CODE_PACKAGES):
        say("Fetching MediaWiki (apt-get download)")
        _fetch(cache)
        packages = [path for path in _downloaded(cache) if f"{version}." in path.name]
    if len(packages) < len(CODE_PACKAGES):
        raise DemoError(
            f"This system's packages hold no MediaWiki {version}: put the packages"
            f" {' and '.join(CODE_PACKAGES)} of another Debian release into “{cache}”."
        )
    say(f"Unpacking MediaWiki {version}")
    with tempfile.TemporaryDirectory(prefix="unpack-", dir=cache) as scratch:
        for package in packages:
            _run(("dpkg", "-x", str(package), scratch))
        tree = Path(scratch) / "usr" / "share" / "mediawiki"
        _straighten(tree)
        tree.rename(code)
    return Code(version=version, directory=code)


def provide_venv(directory: Path) -> None:
    """A virtual environment; Debian keeps the module that makes them in a package of its own.

    Raises DemoError where there is none and apt cannot install it.
    """
    if (directory / "bin" / "pip").exists():
        return
    say("Making a virtual environment in .venv")
    try:
        _run((sys.executable, "-m", "venv", "--clear", str(directory)))
    except DemoError:
        if shutil.which("apt-get") is None:
            raise
        say("Installing python3-venv (apt-get)")
        apt_get("install", "-y", "--no-install-recommends", "python3-venv")
        _run((sys.executable, "-m", "venv", "--clear", str(directory)))
