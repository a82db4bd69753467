"""Sets up, serves, snapshots and stops a real MediaWiki with SQLite on 127.0.0.1.

Must not know what the wiki holds (that is `populate.py`), and must not end a process that it cannot
recognise as its own.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import socket
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import cast

from demo.packages import DemoError, say, version_at_hand
from demo.runtime import HOST, Runtime, is_taken, provided

HERE = Path(__file__).resolve().parent
VERSION_VARIABLE = "TROPEBOT_DEMO_MEDIAWIKI"
PORT = 8125
BOT = "TropeBot"
APP_ID = "patrol"
ADMIN = "Admin"
EDITORS = ("Ada", "Ben", "Cleo", "Dora", "Emil")
TAG = "tropebot"
GRANTS = ("basic", "highvolume", "editpage", "createeditmovepage", "editinterface", "patrol")
EXTENSIONS = "ParserFunctions,Cite,TitleBlacklist,AbuseFilter,SpamBlacklist,ConfirmEdit"
BOT_ALPHABET = "0123456789abcdefghijklmnopqrstuvw"
START_SECONDS = 20


def _reachable(directory: Path) -> bool:
    """Whether an unprivileged user gets there."""
    return all(parent.stat().st_mode & 0o001 for parent in (directory, *directory.parents))


def wikis_directory() -> Path:
    """Where code, caches and wikis lie: `.wiki` of the checkout.

    Root's checkout may be closed to the unprivileged user that serves the wiki: then a directory of
    its own in the system's place for temporary files.
    """
    checkout = HERE.parent
    if os.geteuid() != 0 or _reachable(checkout):
        return checkout / ".wiki"
    mark = hashlib.sha256(str(checkout).encode()).hexdigest()[:12]
    place = Path(tempfile.gettempdir()) / f"tropebot-wiki-{mark}"
    place.mkdir(mode=0o755, exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != 0:
        raise DemoError(f"“{place}” belongs to somebody else: remove it.")
    return place


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time fetches, unpacks and installs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class Wiki:
    """One MediaWiki in one directory on one port; several may live side by side.

    Everything is idempotent. As root the wiki is run by `nobody`, who owns its files.
    """

    def __init__(self, directory: Path, port: int = PORT, version: str = "") -> None:
        self.directory = directory.absolute()
        self.port = port
        self._root = wikis_directory()
        self._version = version
        self._runtime: Runtime | None = None

    @cached_property
    def version(self) -> str:
        """MediaWiki's version: the one asked for, in the call or the environment, else one at hand."""
        asked = self._version or os.environ.get(VERSION_VARIABLE)
        return asked or version_at_hand(self._root)

    @property
    def _cache(self) -> Path:
        return self._root / f"cache-{self.version}"

    @property
    def url(self) -> str:
        """The wiki's address, without a final slash."""
        return f"http://{HOST}:{self.port}"

    @property
    def api(self) -> str:
        """The address of the wiki's API."""
        return f"{self.url}/w/api.php"

    @property
    def passwords(self) -> Mapping[str, str]:
        """Account: password; of the bot, `TropeBot@patrol`, its bot password."""
        text = (self.directory / "secrets.json").read_text(encoding="utf-8")
        return cast("Mapping[str, str]", json.loads(text))

    def up(self) -> None:
        """Fetch, install and serve, each where it is not done yet.

        Raises DemoError, in one line, where a person must help.
        """
        self.refuse_taken_port()
        if self._php.running():
            return
        if not (self.directory / "data" / "wiki.sqlite").exists():
            self._install()
        self._configure()
        self._start()

    def refuse_taken_port(self) -> None:
        """Raises DemoError where somebody else listens at the port; asked before anything is fetched."""
        if is_taken(self.port) and not (self._is_set_up_here() and self._php.running()):
            other = f"DEMO_PORT={self.port + 1}"
            raise DemoError(f"Port {self.port} is taken: end what listens there, or say {other}.")

    def _is_set_up_here(self) -> bool:
        settings = self.directory / "wiki.json"
        return settings.exists() and json.loads(settings.read_bytes())["port"] == self.port

    def down(self) -> None:
        """Stop the server, if it is ours and runs."""
        if self.directory.is_dir():
            self._php.stop()

    def destroy(self) -> None:
        """Stop the server and remove the wiki's directory."""
        self.down()
        shutil.rmtree(self.directory, ignore_errors=True)

    def snapshot(self, name: str) -> None:
        """Keep the wiki as it is now, pages and files, under ``name``."""
        kept = self.directory / "snapshots" / name
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        shutil.copy2(self.directory / "data" / "wiki.sqlite", kept / "wiki.sqlite")
        shutil.copytree(self.directory / "images", kept / "images")

    def has_snapshot(self, name: str) -> bool:
        """Whether a snapshot of this name is kept."""
        return (self.directory / "snapshots" / name / "wiki.sqlite").exists()

    def reset(self, name: str) -> None:
        """Put the wiki back as it was at that snapshot; logins stay, toggles are switched off."""
        kept = self.directory / "snapshots" / name
        data = self.directory / "data"
        for stale in data.glob("wiki.sqlite-*"):
            stale.unlink()
        shutil.copy2(kept / "wiki.sqlite", data / "wiki.sqlite.new")
        (data / "wiki.sqlite.new").replace(data / "wiki.sqlite")
        shutil.rmtree(self.directory / "images")
        shutil.copytree(kept / "images", self.directory / "images")
        toggles = self._toggles()
        toggles["generation"] = cast("int", toggles["generation"]) + 1
        toggles["settings"] = {}
        self._write_toggles(toggles)
        self._php.own(data, self.directory / "images")

    def set_toggle(self, name: str, value: object) -> None:
        """Set a MediaWiki setting (`wgReadOnly`, `wgRateLimits`, …) until `reset`; None takes it off.

        Lag is made with `wgJobQueueIncludeInMaxLagFactor` (lag = waiting jobs divided by it).
        """
        toggles = self._toggles()
        settings = dict(cast("Mapping[str, object]", toggles["settings"]))
        if value is None:
            settings.pop(name, None)
        else:
            settings[name] = value
        toggles["settings"] = settings
        self._write_toggles(toggles)

    def lose_sessions(self) -> None:
        """Log everybody out behind their backs."""
        toggles = self._toggles()
        toggles["sessions"] = cast("int", toggles["sessions"]) + 1
        self._write_toggles(toggles)

    def run_jobs(self) -> None:
        """Run the jobs that edits have queued (links tables of templates' users, …)."""
        self.maintenance("runJobs.php")

    def maintenance(self, script: str, *arguments: str) -> str:
        """Run one of MediaWiki's maintenance scripts as the wiki's user and return what it printed."""
        return self._php.run((str(self._php.code.directory / "maintenance" / script), *arguments))

    @property
    def _php(self) -> Runtime:
        """The runtime, provided at its first use."""
        if self._runtime is None:
            with _locked(self._root / "lock"):
                self._runtime = provided(
                    self.version, self.directory, self._cache, root=self._root, port=self.port
                )
                if not self._cache.is_dir():
                    (self._cache / "opcache").mkdir(parents=True)
                    self._runtime.own(self._cache)
        return self._runtime

    def _toggles(self) -> dict[str, object]:
        text = (self.directory / "toggles.json").read_text(encoding="utf-8")
        return cast("dict[str, object]", json.loads(text))

    def _write_toggles(self, toggles: Mapping[str, object]) -> None:
        """In one step: a request that comes in between must not read half a file."""
        fresh = self.directory / "toggles.json.new"
        fresh.write_text(json.dumps(toggles), encoding="utf-8")
        fresh.chmod(0o644)
        fresh.replace(self.directory / "toggles.json")

    def _install(self) -> None:
        """Make the database; a fresh one is kept beside the code, so that only the first takes long."""
        digest = hashlib.sha256(repr((GRANTS, EDITORS, EXTENSIONS)).encode())
        for name in ("settings.php", "accounts.php"):
            digest.update((HERE / name).read_bytes())
        base = self._root / f"base-{self.version}-{digest.hexdigest()[:12]}"
        with _locked(self._root / "lock"):
            if not (base / "secrets.json").exists():
                self._install_base()
                shutil.rmtree(base, ignore_errors=True)
                base.mkdir(mode=0o700)
                shutil.copy2(self.directory / "data" / "wiki.sqlite", base / "wiki.sqlite")
                shutil.copy2(self.directory / "secrets.json", base / "secrets.json")
                return
        self._lay_out()
        shutil.copy2(base / "wiki.sqlite", self.directory / "data" / "wiki.sqlite")
        shutil.copy2(base / "secrets.json", self.directory / "secrets.json")

    def _lay_out(self) -> None:
        for name in ("data", "images", "www"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o755)
        self._php.own(self.directory / "data", self.directory / "images")

    def _install_base(self) -> None:
        say(f"Installing MediaWiki {self.version} with SQLite")
        self._lay_out()
        passwords = {name: secrets.token_hex(16) for name in (ADMIN, BOT, *EDITORS)}
        bot = "".join(secrets.choice(BOT_ALPHABET) for _ in range(32))
        install = (
            str(self._php.code.directory / "maintenance" / "install.php"),
            *("--dbtype", "sqlite", "--dbname", "wiki"),
            *("--dbpath", str(self.directory / "data")),
            *("--scriptpath", "/w", "--server", self.url, "--pass", passwords[ADMIN]),
            *("--confpath", str(self.directory / "data"), "--skins", "Vector"),
            *("--extensions", EXTENSIONS, "Trope Demo", ADMIN),
        )
        self._php.run(install, configured=False)
        (self.directory / "data" / "LocalSettings.php").unlink()
        self._configure()
        self._make_accounts(passwords, bot)
        keep = self.directory / "secrets.json"
        keep.touch(mode=0o600)
        keep.write_text(json.dumps({**passwords, f"{BOT}@{APP_ID}": bot}), encoding="utf-8")

    def _make_accounts(self, passwords: Mapping[str, str], bot: str) -> None:
        groups = {ADMIN: ["sysop", "bureaucrat", "interface-admin"], BOT: ["bot"]}
        wanted = {
            "accounts": {
                name: {"password": word, "groups": groups.get(name, [])}
                for name, word in passwords.items()
            },
            "bot": {"account": BOT, "appid": APP_ID, "password": bot, "grants": GRANTS},
            "tag": TAG,
        }
        file = self.directory / "accounts.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(wanted), encoding="utf-8")
        self._php.own(file)
        script = self.directory / "accounts.php"
        shutil.copyfile(HERE / "accounts.php", script)
        script.chmod(0o644)
        try:
            self._php.run((str(script),))
        finally:
            file.unlink()

    def _configure(self) -> None:
        """Write LocalSettings and what it reads; the secret stays the same from run to run."""
        self._lay_out()
        copies = {
            "settings.php": "LocalSettings.php",
            "router.php": "router.php",
            "logo.svg": "www/logo.svg",
        }
        for source, name in copies.items():
            shutil.copyfile(HERE / source, self.directory / name)
            (self.directory / name).chmod(0o644)
        file = self.directory / "wiki.json"
        old = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        wanted = {
            "port": self.port,
            "cache": str(self._cache),
            "secret": old.get("secret") or secrets.token_hex(32),
        }
        file.touch(mode=0o600)
        file.write_text(json.dumps(wanted), encoding="utf-8")
        self._php.own(file)
        if not (self.directory / "toggles.json").exists():
            self._write_toggles({"generation": 1, "sessions": 1, "settings": {}})
        www = self.directory / "www"
        for name, target in (
            ("w", self._php.code.directory),
            ("images", self.directory / "images"),
        ):
            (www / name).unlink(missing_ok=True)
            (www / name).symlink_to(target)

    def _start(self) -> None:
        say(f"Serving the wiki at {self.url}/")
        self._php.start()
        log = self.directory / "server.log"
        deadline = time.monotonic() + START_SECONDS
        address = f"{self.api}?action=query&meta=siteinfo&format=json"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < deadline:
            try:
                with opener.open(address, timeout=START_SECONDS) as answer:
                    json.load(answer)
                    return
            except urllib.error.HTTPError as error:
                raise DemoError(f"The wiki answers {error.code}: see {log}.") from None
            except (OSError, ValueError):  # not listening yet
                time.sleep(0.05)
        raise DemoError(f"The wiki does not come up: see {log}.")
