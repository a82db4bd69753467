"""Ledgers for tests: as new, and without waiting for the disk, since no test pulls the plug."""

import tempfile
from functools import cache
from pathlib import Path

from tropebot.ledger import Ledger, open_ledger


def quick_ledger(path: Path) -> Ledger:
    """The ledger at a path, made there if need be."""
    if not path.exists():
        path.write_bytes(_empty())
        path.chmod(0o600)
    ledger = open_ledger(path)
    ledger._store.execute("PRAGMA synchronous = OFF")
    return ledger


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "ledger.sqlite"
        open_ledger(path).close()
        return path.read_bytes()
