"""What the program says while it works: one sentence a line on stderr, or JSON with the same fields.

Must not write to stdout, and must not be set up twice.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from tropebot.cli.terminal import one_line, shown

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


class Sentences(logging.Formatter):
    """For people: the sentence, in one line; the level only where it matters."""

    def format(self, record: logging.LogRecord) -> str:
        text = one_line(record.getMessage())
        if record.exc_info:
            text += f"\n{shown(self.formatException(record.exc_info))}"
        return f"tropebot: {text}" if record.levelno >= logging.WARNING else text


class Objects(logging.Formatter):
    """For machines: one JSON object with the sentence and the record's extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {key: value for key, value in vars(record).items() if key not in _OWN}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **fields,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


class _Stderr(logging.StreamHandler):  # type: ignore[type-arg]  # not subscriptable when run
    """Writes to whatever stderr is at that moment."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def logs_are_json() -> bool:
    """Whether whoever reads stderr was promised JSON."""
    return any(
        isinstance(each.formatter, Objects) for each in logging.getLogger("tropebot").handlers
    )


def set_up_logs(*, verbosity: int, as_json: bool) -> None:
    """Logs of tropebot go to stderr: warnings always, more with ``-v``; those of others never."""
    logger = logging.getLogger("tropebot")
    logger.propagate = False
    logger.setLevel(_LEVELS[min(verbosity, len(_LEVELS) - 1)])
    for handler in logger.handlers:
        if isinstance(handler, _Stderr):
            break
    else:
        handler = _Stderr()
        logger.addHandler(handler)
    handler.setFormatter(Objects() if as_json else Sentences("%(message)s"))
