"""Logs go to stderr, as a sentence or as JSON, and only once."""

import json
import logging

import pytest

from tests.cli_runs import Shell
from tropebot.cli.logs import set_up_logs


def test_sentences_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        set_up_logs(verbosity=1, as_json=False)
    logger = logging.getLogger("tropebot.something")
    logger.info("Judged %d pages.", 3, extra={"action": "judged"})
    logger.warning("The wiki is slow.")
    logger.debug("Not wanted.")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "Judged 3 pages.\ntropebot: The wiki is slow.\n")


def test_objects_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(verbosity=0, as_json=True)
    logging.getLogger("tropebot.something").warning(
        "Refused.", extra={"action": "intent_refused", "intent": 417}
    )
    logging.getLogger("tropebot.something").info("Not wanted.")
    line = json.loads(capsys.readouterr().err)
    assert (line["message"], line["action"], line["intent"]) == ("Refused.", "intent_refused", 417)
    assert line["level"] == "warning"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--log-json", "check", "gone.wiki"), "a file that is not there"),
        (("--log-json", "rules", "TB999"), "a rule that is not there"),
        (("--log-json", "nonsense"), "a command that is not there"),
    ],
)
def test_what_goes_wrong_is_told_in_json_too(
    shell: Shell, arguments: tuple[str, ...], why: str
) -> None:
    said = [json.loads(line) for line in shell(*arguments).err.splitlines()]
    assert [line["level"] for line in said] == ["warning"], why
    assert shell(*arguments[1:]).err.startswith("tropebot: "), "for people again"
