"""Which webhooks a bot home has: from the environment, or from a file that only its owner can read.

Must not log or show an address: whoever knows it can write there. No page on the wiki names one.
"""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tropebot.errors import ConfigError
from tropebot.filemodes import find_readable

FILE = "webhooks.toml"
VARIABLES = {"discord": "TROPEBOT_DISCORD", "json": "TROPEBOT_WEBHOOK"}
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook: `discord` or `json`. The address is in no `repr`."""

    kind: str
    url: str

    def __repr__(self) -> str:
        return f"Target(kind={self.kind!r})"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`webhooks.toml`."""

    discord: str = ""
    json: str = ""


def read_targets(directory: Path, environment: Mapping[str, str]) -> tuple[Target, ...]:
    """The home's webhooks; a variable of the environment goes before the file.

    Raises `ConfigError`, without the address, for a file that others can read or an address that is not
    https (http: on this machine only).
    """
    kept = _read(directory / FILE)
    found: list[Target] = []
    for kind, variable in VARIABLES.items():
        given = environment.get(variable, "")
        if url := given or str(getattr(kept, kind)):
            where = variable if given else f"“{directory / FILE}”, {kind},"
            if not _is_safe(url):
                raise ConfigError(f"{where} is no address that begins with https://.")
            found.append(Target(kind=kind, url=url))
    return tuple(found)


def _read(path: Path) -> _File:
    try:
        if problem := find_readable(path):
            raise ConfigError(problem)
        return msgspec.toml.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        return _File()
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # the reason could quote the address
        raise ConfigError(
            f'“{path}” is not usable: it holds discord = "https://…" and json = "https://…", or one.'
        ) from None
    except OSError as error:
        raise ConfigError(f"“{path}” cannot be read: {error.strerror}.") from None


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL))
