"""File rights that hold for tests too: root may write everywhere, so its tests become `nobody` for a while.

The kernel looks at the effective user and takes root's privileges away with it; nothing is simulated.
"""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def ordinary_directory() -> Iterator[Path]:
    """A directory of an ordinary user's, whom the block runs as; gone at its end.

    What the block needs must be imported before: the checkout may be closed to that user.
    """
    place = Path(tempfile.mkdtemp(prefix="tropebot-test-"))
    root = os.geteuid() == 0
    try:
        if root:
            nobody = pwd.getpwnam("nobody")
            os.chown(place, nobody.pw_uid, nobody.pw_gid)
            os.seteuid(nobody.pw_uid)
        try:
            yield place
        finally:
            if root:
                os.seteuid(0)
    finally:
        for path in (place, *(each for each in place.rglob("*") if each.is_dir())):
            path.chmod(0o700)
        shutil.rmtree(place)
