"""F30 on a real wiki: a copy of the ledger that was made in the middle of a pass is put back after it."""

import shutil
from pathlib import Path

import pytest

from tests.faults.checker import Shown, shown
from tests.faults.proxy import WRITES, Proxy, Request
from tests.faults.story import Bot, Stage
from tests.real_wiki import BotHome

pytestmark = pytest.mark.real


class BackUpAt:
    """`tropebot ledger backup`, typed before the ``number``-th write reaches the wiki."""

    def __init__(self, home: BotHome, copy: Path, number: int) -> None:
        self.home, self.copy, self.left = home, copy, number

    def __call__(self, request: Request) -> str:
        if request.form.get("action") in WRITES:
            self.left -= 1
            if self.left == 0:
                self.home.run("ledger", "backup", str(self.copy))
        return ""


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(2, id="before the strip"),
        pytest.param(4, id="before the first message"),
        pytest.param(5, id="before the second message"),
    ],
)
def test_f30_peer_f34_a_copy_from_the_middle_of_a_pass_repeats_nothing(
    number: int, stage: Stage, small: Bot, proxy: Proxy, small_done: Shown
) -> None:
    copy = small.home.directory / f"copy-{number}.sqlite"
    proxy.stop_at = BackUpAt(small.home, copy, number)
    small.until_quiet()
    (ledger,) = (small.home.directory / "state").glob("*.sqlite")
    for path in ledger.parent.glob(f"{ledger.name}*"):
        path.unlink()
    shutil.copy(copy, ledger)
    small.until_quiet()
    seen = shown(stage.wiki)
    assert seen.differences(small_done) == []
    assert seen.doubled() == []
