"""Runs MediaWiki's PHP: scripts that end, and the one server of a wiki, on this machine or in Docker.

Must not know MediaWiki's settings, and must not end a process that it cannot recognise as its own.
"""

import os
import pwd
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Protocol

from demo.packages import (
    Code,
    DemoError,
    docker_is_there,
    has_apt,
    provide_code,
    provide_php,
)

HOST = "127.0.0.1"
STOP_SECONDS = 10
COMPOSE = Path(__file__).resolve().parent / "compose.yaml"


class Runtime(Protocol):
    """Where PHP runs, for one wiki's directory."""

    code: Code

    def run(self, arguments: tuple[str, ...], *, configured: bool = True) -> str:
        """Run a PHP script to its end and return what it printed; without LocalSettings unless
        ``configured``.

        Raises DemoError with its last words.
        """

    def own(self, *trees: Path) -> None:
        """Give the trees to the user that runs PHP, where that is somebody else."""

    def start(self) -> None:
        """Start the wiki's server."""

    def running(self) -> bool:
        """Whether the wiki's server runs and is ours."""

    def stop(self) -> None:
        """End the server.

        Raises DemoError where it does not end.
        """


def php_options(cache: Path) -> tuple[str, ...]:
    """PHP's settings on the command line; compiled code is kept, so that every script starts quickly."""
    settings = {
        "opcache.enable_cli": "1",
        "opcache.file_cache": str(cache / "opcache"),
        "opcache.revalidate_freq": "0",
        "opcache.max_accelerated_files": "20000",
        "memory_limit": "512M",
        "max_execution_time": "120",
        "error_reporting": "22527",  # all but deprecations: MediaWiki 1.39 is older than PHP 8.2
        "display_errors": "0",
    }
    return tuple(part for name, value in settings.items() for part in ("-d", f"{name}={value}"))


def _environment(code: Code, directory: Path, *, configured: bool) -> dict[str, str]:
    environment = {"MW_INSTALL_PATH": str(code.directory), "LC_ALL": "C.UTF-8"}
    if configured:
        environment["MW_CONFIG_FILE"] = str(directory / "LocalSettings.php")
    return environment


def _output(done: subprocess.CompletedProcess[str], script: str) -> str:
    if done.returncode:
        said = (done.stderr + done.stdout).strip().splitlines() or ["no output"]
        raise DemoError(f"MediaWiki's “{Path(script).name}” failed: {said[-1]}")
    return done.stdout


def is_taken(port: int) -> bool:
    """Whether somebody listens on the port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def _ended(pid: int) -> bool:
    """Whether a process is gone, or only waits for its parent to ask how it ended.

    Its command line is no sign: that goes before its sockets are closed.
    """
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] in {"Z", "X"}


class LocalPhp:
    """PHP of this machine. As root everything of the wiki runs as `nobody`, who owns its files."""

    def __init__(self, code: Code, directory: Path, cache: Path, port: int) -> None:
        self.code = code
        self._port = port
        self._directory = directory
        self._command = ("php", *php_options(cache))
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._uid = user.pw_uid if user else None
        self._gid = user.pw_gid if user else None
        self._groups: list[int] | None = [] if user else None
        self._server: subprocess.Popen[bytes] | None = None

    def run(self, arguments: tuple[str, ...], *, configured: bool = True) -> str:
        done = subprocess.run(
            (*self._command, *arguments),
            env=self._surroundings(configured=configured),
            user=self._uid,
            group=self._gid,
            extra_groups=self._groups,
            cwd=self._directory,
            capture_output=True,
            text=True,
            check=False,
        )
        return _output(done, arguments[0])

    def own(self, *trees: Path) -> None:
        if self._uid is None or self._gid is None:
            return
        for tree in trees:
            for path in (tree, *tree.rglob("*")):
                os.chown(path, self._uid, self._gid, follow_symlinks=False)

    def start(self) -> None:
        with (self._directory / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                (
                    *self._command,
                    *("-S", f"{HOST}:{self._port}", "-t", str(self._directory / "www")),
                    self._router,
                ),
                env=self._surroundings(configured=True),
                user=self._uid,
                group=self._gid,
                extra_groups=self._groups,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        (self._directory / "pid").write_text(str(self._server.pid))

    def running(self) -> bool:
        return self._pid() is not None

    def stop(self) -> None:
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while not _ended(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if not _ended(pid):
            raise DemoError(f"The wiki's server (process {pid}) does not end: end it yourself.")
        if self._server is not None and self._server.pid == pid:
            self._server.wait()
        (self._directory / "pid").unlink(missing_ok=True)

    @property
    def _router(self) -> str:
        return str(self._directory / "router.php")

    def _surroundings(self, *, configured: bool) -> dict[str, str]:
        path = os.environ.get("PATH", os.defpath)
        return {"PATH": path, **_environment(self.code, self._directory, configured=configured)}

    def _pid(self) -> int | None:
        """The server's process id, if its command line names our router: ids are used again."""
        try:
            pid = int((self._directory / "pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if self._router.encode() in command else None


class DockerPhp:
    """PHP and MediaWiki of the official image, in one container for each wiki (`compose.yaml`)."""

    def __init__(
        self, version: str, directory: Path, cache: Path, *, root: Path, port: int
    ) -> None:
        self.code = Code(version=version, directory=Path("/var/www/html"))
        self._directory = directory
        self._options = php_options(cache)
        self._root = root
        self._port = port

    def run(self, arguments: tuple[str, ...], *, configured: bool = True) -> str:
        variables = _environment(self.code, self._directory, configured=configured)
        given = tuple(part for pair in variables.items() for part in ("-e", "=".join(pair)))
        command = ("run", "--rm", "--no-deps", "-T", *given, "wiki", "php", *self._options)
        return _output(self._compose(*command, *arguments), arguments[0])

    def own(self, *trees: Path) -> None:
        """Nothing to do: the container runs as whoever runs this."""

    def start(self) -> None:
        _output(self._compose("up", "--detach", "wiki"), "docker compose up")

    def running(self) -> bool:
        done = self._compose("ps", "--status", "running", "--quiet", "wiki")
        return done.returncode == 0 and bool(done.stdout.strip())

    def stop(self) -> None:
        _output(self._compose("down"), "docker compose down")

    def _compose(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        project = f"tropebot-{self._directory.name.lower()}"
        return subprocess.run(
            ("docker", "compose", "--file", str(COMPOSE), "--project-name", project, *arguments),
            env={
                **os.environ,
                "DEMO_ROOT": str(self._root),
                "DEMO_DIRECTORY": str(self._directory),
                "DEMO_VERSION": self.code.version,
                "DEMO_PORT": str(self._port),
                "DEMO_USER": f"{os.geteuid()}:{os.getegid()}",
            },
            capture_output=True,
            text=True,
            check=False,
        )


def provided(version: str, directory: Path, cache: Path, *, root: Path, port: int) -> Runtime:
    """The runtime that this machine offers: its packages, else Docker.

    Raises DemoError where it offers neither.
    """
    if not has_apt() and docker_is_there():
        return DockerPhp(version, directory, cache, root=root, port=port)
    provide_php()
    return LocalPhp(provide_code(root, version), directory, cache, port)
