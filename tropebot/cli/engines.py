"""Who does the work of an audit, by what was typed: this process, others beside it, or a Dask cluster.

Must not judge, and loads Dask only where it is asked for.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tropebot.audit.units import can_be_divided
from tropebot.audit.values import Caps
from tropebot.audit.workers import Crew, crew_of, workers_for
from tropebot.cli.shared import NUMBER
from tropebot.errors import BrokenDump, ConfigError

_ADDRESS = re.compile(r"(?:(?:tcp|tls|ucx|wss?)://)?[^\s/]+:[0-9]{1,5}")
_Command = TypeVar("_Command", bound=Callable[..., Any])
PROCESSES, DASK = "processes", "dask"


def engine_options(command: _Command) -> _Command:
    """Add `--workers`, `--engine` and `--scheduler`."""
    for option in (
        click.option("--scheduler", metavar="ADDR", help="Of the Dask cluster: tcp://host:8786."),
        click.option(
            "--engine",
            type=click.Choice([PROCESSES, DASK]),
            default=PROCESSES,
            help="Judge in processes of this machine, or on a Dask cluster (needs tropebot[dask]).",
        ),
        click.option(
            "--workers",
            type=NUMBER,
            help="Processes that judge, at most; a small dump takes one (default: all cores).",
        ),
    ):
        command = option(command)
    return command


def dumps_for(dumps: tuple[str, ...], engine: str) -> tuple[str, ...]:
    """The dumps by the names by which all who work can find them."""
    if engine != DASK:
        return dumps
    return tuple(str(Path(each).absolute()) if each != "-" else each for each in dumps)


def crew_for(
    dumps: tuple[str, ...], *, engine: str, scheduler: str | None, workers: int | None
) -> Crew:
    """Who works. Raises `ConfigError` where a cluster cannot."""
    if engine != DASK:
        if scheduler is not None:
            raise click.UsageError("--scheduler goes with --engine dask.")
        return crew_of(workers_for(dumps, workers))
    if scheduler is None:
        raise click.UsageError(
            "--engine dask asks for --scheduler ADDR, as “dask scheduler” prints it."
        )
    if not _ADDRESS.fullmatch(scheduler):
        raise click.UsageError(
            f"“{scheduler}” is no address of a scheduler: give it as “dask scheduler” prints it, for "
            "instance tcp://host:8786."
        )
    if workers is not None:
        raise click.UsageError(
            "--workers is for one machine; a Dask cluster has workers of its own."
        )
    for path in dumps:
        if not _can_be_divided(path):
            raise ConfigError(
                f"“{path}” can be read by one process only, from its beginning, so a cluster does not help: "
                "unpack it, give a multistream .bz2, or leave out --engine dask."
            )
    try:
        from tropebot.audit.cluster import Cluster  # noqa: PLC0415  an extra
    except ImportError:
        raise ConfigError(
            "A Dask cluster needs distributed: pip install 'tropebot[dask]'."
        ) from None
    return Cluster(scheduler, dumps)


def _can_be_divided(path: str) -> bool:
    """What cannot be read at all is told of as everywhere else."""
    try:
        return can_be_divided(path, Caps())
    except BrokenDump:
        return True
