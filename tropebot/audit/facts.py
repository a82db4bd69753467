"""What a first reading found out, in a file: read once, used by every share of an audit on any machine.

Must not find anything out. The file names what it is of, and is refused with other dumps or another policy.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tropebot.audit.judging import Order
from tropebot.audit.knowledge import Knowledge
from tropebot.errors import ConfigError


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    mark: str
    known: Knowledge


def mark_anywhere(paths: Iterable[str], order: Order) -> str:
    """What stands for dumps and policy on whatever machine they lie: names without places, and sizes."""
    digest = hashlib.sha256(order.policy)
    for path in map(Path, paths):
        size = path.stat().st_size if path.is_file() else -1
        digest.update(repr((path.name, size)).encode())
    return digest.hexdigest()


def read_facts(path: Path, mark: str) -> Knowledge | None:
    """What stands in the file; ``None``: there is none. Raises `ConfigError`."""
    try:
        found = msgspec.msgpack.decode(path.read_bytes(), type=_Facts)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"“{path}” cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise ConfigError(
            f"“{path}” holds nothing that --facts wrote: name another file, or delete it."
        ) from error
    if found.mark != mark:
        raise ConfigError(
            f"“{path}” was made of other dumps, or for another policy: delete it, or name another file."
        )
    return found.known


def write_facts(path: Path, mark: str, known: Knowledge) -> None:
    """Put it there at once as a whole, since others may wait for it. Raises `ConfigError`."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(msgspec.msgpack.encode(_Facts(mark=mark, known=known)))
        fresh.replace(path)
    except OSError as error:
        raise ConfigError(
            f"“{path}” cannot be written: {error.strerror}; name another file with --facts."
        ) from error
