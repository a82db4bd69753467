"""A bot without a contact: said by the patrol once, and again if the contact was there in between."""

import pytest

from tests.cli_runs import Shell
from tests.fake_wiki import FakeWiki
from tests.test_cli_online import Settings, settings, wiki
from tropebot.home import SETTINGS

__all__ = ["settings", "wiki"]

pytestmark = pytest.mark.heavy

SAID = "No contact is named in our requests"


def test_a_missing_contact_is_told_once(
    shell: Shell, settings: Settings, wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings("")
    path = shell.directory / "home" / SETTINGS
    lines = path.read_text("utf-8").splitlines()
    nobody = "\n".join(line for line in lines if not line.startswith("contact"))
    named = f'contact = "User:Ada"\n{nobody}'
    path.write_text(named, "utf-8")
    assert SAID not in shell("patrol").err, "somebody is named"
    path.write_text(nobody, "utf-8")
    assert SAID in shell("patrol").err
    assert SAID not in shell("patrol").err, "cron would send it with every pass"
    path.write_text(named, "utf-8")
    assert SAID not in shell("patrol").err
    path.write_text(nobody, "utf-8")
    assert SAID in shell("patrol").err
