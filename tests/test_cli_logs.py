"""Logs go to stderr, as a sentence or as JSON, and only once."""

import json
import logging

import pytest

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
