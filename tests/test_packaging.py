"""What is handed out: the archives hold all they need, and nothing private, and work outside the checkout."""

import json
import subprocess
import sys
import tarfile
import threading
import venv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tropebot import __version__

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parent.parent
PRIVATE = ("user-password.py", ".lwp", "config/state", ".sqlite", "throttle.ctrl")


def run(*command: str | Path, cwd: Path, text: str | None = None, code: int = 0) -> str:
    """What a process prints; in an environment that knows neither this checkout nor a bot home."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        input=text,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, (command, done.stdout, done.stderr)
    return done.stdout


class _Answers(BaseHTTPRequestHandler):
    """A wiki that has nothing but a name."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer()

    def _answer(self) -> None:
        general = {"generator": "MediaWiki 1.43.1", "sitename": "Small", "lang": "en"}
        query = {
            "general": {**general, "case": "first-letter", "mainpage": "Main Page"},
            "namespaces": {"0": {"id": 0, "name": ""}, "10": {"id": 10, "name": "Template"}},
            "namespacealiases": [],
            "interwikimap": [],
            "extensiontags": [],
            "pages": [],
        }
        body = json.dumps({"query": query, "curtimestamp": "2026-01-05T12:00:00Z"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@contextmanager
def small_wiki() -> Iterator[str]:
    """The address of an api.php on this machine."""
    with HTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/w/api.php"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source archive and the wheel, made from a clean copy of what git knows."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    tracked = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    # as somebody's checkout looks who runs a bot from it
    (source / "config" / "user-password.py").write_text("('TropeBot', 'secret')")
    (source / "config" / "state").mkdir()
    (source / "config" / "state" / "ledger.sqlite").write_text("")
    subprocess.run(
        (sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source),
        check=True,
        capture_output=True,
        timeout=300,
    )
    return next(out.glob("*.tar.gz")), next(out.glob("*.whl"))


def names(archive: Path) -> Sequence[str]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.namelist()
    with tarfile.open(archive) as source:
        return [name.partition("/")[2] for name in source.getnames()]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tropebot/py.typed", "type checkers read the annotations"),
        ("tropebot/i18n/en.json", "every text that people see"),
        ("tropebot/i18n/qqq.json", "what translators should know"),
        ("tropebot/policy/presets/tropedia.json", "a preset"),
        ("tropebot/policy/presets/allthetropes.json", "a preset"),
        ("tropebot/rules/extension.json", "the manifest of the built-in rules"),
        ("tropebot/newhome/user-config.txt", "what `init` writes for pywikibot"),
        ("tropebot/reports/page.html", "the page of `report --html`"),
        ("tropebot/reports/page.css", "its looks"),
        ("tropebot/reports/page.js", "its script"),
        ("tropebot/reports/vendor/chart.umd.min.js", "its charts"),
        ("tropebot/reports/vendor/dataTables.min.js", "its tables"),
        ("tropebot/reports/vendor/LICENSE-chart.js.txt", "their licences go with them"),
        ("tropebot/reports/vendor/LICENSE-datatables.txt", "their licences go with them"),
    ],
)
def test_wheel_and_source_hold_what_the_program_reads(
    archives: tuple[Path, Path], name: str, why: str
) -> None:
    for archive in archives:
        assert name in names(archive), why


def test_neither_holds_anything_private(archives: tuple[Path, Path]) -> None:
    for archive in archives:
        assert not [name for name in names(archive) if any(each in name for each in PRIVATE)]


def test_the_wheel_holds_the_package_alone(archives: tuple[Path, Path]) -> None:
    tops = {name.partition("/")[0] for name in names(archives[1])}
    assert tops == {"tropebot", f"tropebot-{__version__}.dist-info"}


def test_the_wheel_brings_the_scripts_that_pywikibots_wrapper_looks_for(
    archives: tuple[Path, Path],
) -> None:
    held = names(archives[1])
    for path in sorted((ROOT / "scripts").rglob("*.py")):
        assert f"tropebot/scripts/{path.relative_to(ROOT / 'scripts')}" in held
    entries = next(name for name in held if name.endswith("entry_points.txt"))
    with zipfile.ZipFile(archives[1]) as wheel:
        assert "scriptspath = tropebot.scripts:PLACE" in wheel.read(entries).decode()


@pytest.mark.parametrize("number", [0, 1], ids=["source", "wheel"])
def test_installed_into_an_empty_environment_it_works_anywhere(
    number: int, archives: tuple[Path, Path], tmp_path: Path
) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python, tropebot = tmp_path / "venv/bin/python", tmp_path / "venv/bin/tropebot"
    subprocess.run(
        (
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            archives[number],
        ),
        check=True,
        timeout=500,
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(tropebot, "--version", cwd=empty) == f"tropebot {__version__}\n"
    checked = run(
        tropebot,
        *("check", "--preset", "tropedia", "--title", "Borrowed Umbrella", "-"),
        cwd=empty,
        text="Nothing but a sentence.",
        code=1,
    )
    assert "TB102" in checked
    assert "TB101" in run(tropebot, "rules", cwd=empty)
    with small_wiki() as address:
        asked = ("--user", "ExampleBot", "--preset", "tropedia")
        assert "doctor" in run(tropebot, "--home", "new", "init", address, *asked, cwd=empty)
    made = sorted(str(path.relative_to(empty)) for path in empty.rglob("*") if path.is_file())
    assert made == [
        "new/families/mywiki_family.py",
        "new/tropebot.toml",
        "new/user-config.py",
        "new/user-password.py",
    ]
    told = run(python, "-m", "pip", "list", "--format=freeze", cwd=empty)
    assert not {"pytest", "dask", "sphinx", "prometheus-client", "zstandard"} & {
        line.partition("==")[0].lower() for line in told.splitlines()
    }, "what only some need stays an extra"
