"""The heartbeat tells a daemon that works from one that waits, hangs or is gone."""

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tropebot.daemon.heartbeat import Beat, Heartbeat, health, read_beat
from tropebot.errors import ConfigError, Incomplete, TropebotError, Unavailable

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def beat(seconds_ago: float, *, exit_code: int = 0, said: str = "") -> Beat:
    looked = NOW - timedelta(seconds=seconds_ago)
    return Beat(polled=looked, server=looked, looked=looked, exit_code=exit_code, said=said)


@pytest.mark.parametrize(
    ("last", "touched", "said", "why"),
    [
        (beat(30), 30, "works; its last pass ended 30 s ago", "between two passes"),
        (beat(900), 5, "works; its last pass ended 900 s ago", "in the middle of a long pass"),
        (beat(600), 14, "works", "in the middle of a long wait"),
        (beat(-200), -200, "works", "the clock was put right by a few minutes"),
        (None, 5, "first pass", "just begun"),
        (beat(30, exit_code=3, said="The run page says stop."), 30, "still: The run", "stopped"),
        (beat(30, exit_code=4, said="Blocked."), 30, "still: Blocked.", "a person's to settle"),
    ],
)
def test_a_daemon_that_works(last: Beat | None, touched: float, said: str, why: str) -> None:
    assert said in health(last, NOW - timedelta(seconds=touched), NOW), why


@pytest.mark.parametrize(
    ("last", "touched", "error", "said", "why"),
    [
        (beat(900), 900, Incomplete, "for 15 min", "it should have begun another pass"),
        (None, 900, Incomplete, "hangs or is gone", "it never ended its first pass"),
        (beat(-3600), -3600, Incomplete, "before the clock was set back", "nothing heard since"),
        (beat(30, exit_code=2, said="Disk full."), 30, ConfigError, "cannot work: Disk", "ledger"),
        (beat(30, exit_code=5, said="Away."), 30, Unavailable, "waits for the wiki: Away.", "away"),
    ],
)
def test_a_daemon_that_does_not(
    last: Beat | None, touched: float, error: type[TropebotError], said: str, why: str
) -> None:
    with pytest.raises(error, match=said):
        health(last, NOW - timedelta(seconds=touched), NOW)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    heart = Heartbeat(tmp_path / "wiki.heartbeat")
    heart.pulse(0)
    assert read_beat(heart.path)[0] is None
    written = beat(5, exit_code=5, said="Away “for” long")
    heart.write(written)
    assert read_beat(heart.path)[0] == written


def test_a_disk_that_fills_up_later_is_told_once_and_leaves_no_old_beat(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("tropebot").propagate = True
    heart = Heartbeat(tmp_path / "wiki.heartbeat")
    heart.pulse(0)
    heart.write(beat(60))
    blocked = tmp_path / "wiki.heartbeat.new"
    blocked.mkdir()  # root can write everywhere, but not over a directory
    heart.write(beat(30))
    heart.pulse(100)
    heart.write(beat(20))
    assert caplog.text.count("cannot be written") == 1
    with pytest.raises(Incomplete, match="or it cannot write there"):
        read_beat(heart.path)
    blocked.rmdir()
    heart.write(beat(10))
    assert read_beat(heart.path)[0] == beat(10)


def test_it_is_touched_at_most_every_ten_seconds(tmp_path: Path) -> None:
    heart = Heartbeat(tmp_path / "wiki.heartbeat")
    heart.pulse(100)
    os.utime(heart.path, (0, 0))
    heart.pulse(109)
    assert heart.path.stat().st_mtime == 0
    heart.pulse(110)
    assert heart.path.stat().st_mtime > 0


@pytest.mark.parametrize("text", ["{", '{"looked": 5}', "\0"])
def test_a_file_that_is_none_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "wiki.heartbeat").write_text(text)
    with pytest.raises(Incomplete, match="cannot be read"):
        read_beat(tmp_path / "wiki.heartbeat")


def test_no_file_and_no_place_for_one_are_clear_lines(tmp_path: Path) -> None:
    with pytest.raises(Incomplete, match="no daemon ever ran here"):
        read_beat(tmp_path / "wiki.heartbeat")
    with pytest.raises(ConfigError, match="cannot be written: No such file"):
        Heartbeat(tmp_path / "gone" / "wiki.heartbeat").pulse(0)
