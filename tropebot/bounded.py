"""A reading of wikitext that can be killed: mwparserfromhell in a process of its own, within limits.

Must not judge. The process is started when it is first needed, is used for one text after the other, and
is replaced when a text took it over a limit; an ordinary page costs a pipe's round trip.
"""

import contextlib
import resource
import select
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO, Self

import msgspec

CPU_SECONDS = 5
MEMORY_BYTES = 512 * 1024 * 1024
_WALL_SECONDS = 20.0
_LENGTH = struct.Struct(">I")

Names = tuple[tuple[str, ...], tuple[str, ...]]

_DECODER = msgspec.json.Decoder(Names | None)


class _Child(msgspec.Struct, frozen=True):
    process: subprocess.Popen[bytes]
    texts: IO[bytes]
    answers: IO[bytes]


@dataclass
class BoundedReader:
    """Reads texts in a child process; use it as a context manager, or close it.

    ``cpu_seconds`` (whole) and ``memory_bytes`` are what one text may cost the child.
    """

    cpu_seconds: int = CPU_SECONDS
    memory_bytes: int = MEMORY_BYTES
    _child: "_Child | None" = field(default=None, repr=False)

    def __call__(self, text: str) -> Names | None:
        """The names of templates called and of pages linked; ``None``: over a limit, the child was ended."""
        child = self._child or self._start()
        try:
            _send(child.texts, text.encode("utf-8", "replace"))
            answer = _receive(child.answers, timeout=_WALL_SECONDS)
        except (BrokenPipeError, EOFError, TimeoutError):
            self.close()
            return None
        names: Names | None = _DECODER.decode(answer)
        return names

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.process.kill()
        for pipe in (child.texts, child.answers):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        child.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> "_Child":
        limits = (str(self.cpu_seconds), str(self.memory_bytes))
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
            [sys.executable, "-I", "-m", "tropebot.bounded", *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            process_group=0,  # Ctrl-C is meant for us: without the child a page would count as unreadable
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a child process without pipes")
        self._child = _Child(process, process.stdin, process.stdout)
        return self._child


def serve(source: IO[bytes], sink: IO[bytes], *, cpu_seconds: int, memory_bytes: int) -> None:
    """The child: answer each text until the pipe is closed; the kernel ends it at the CPU limit."""
    from tropebot.wikitext.second_opinion import names_in  # noqa: PLC0415  only the child parses

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, hard))
    while True:
        try:
            text = _receive(source).decode("utf-8")
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + cpu_seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        try:
            names: Names | None = names_in(text)
        except (MemoryError, RecursionError):
            names = None
        _send(sink, msgspec.json.encode(names))


def _send(pipe: IO[bytes], data: bytes) -> None:
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:
        view = view[pipe.write(view) :]


def _receive(pipe: IO[bytes], *, timeout: float | None = None) -> bytes:
    return _exactly(pipe, _LENGTH.unpack(_exactly(pipe, _LENGTH.size, timeout))[0], timeout)


def _exactly(pipe: IO[bytes], length: int, timeout: float | None) -> bytes:
    parts: list[bytes] = []
    while length:
        if timeout is not None and not select.select([pipe], [], [], timeout)[0]:
            raise TimeoutError
        part = pipe.read(length)
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


if __name__ == "__main__":
    with (
        open(0, "rb", buffering=0, closefd=False) as texts,
        open(1, "wb", buffering=0, closefd=False) as answers,
    ):
        serve(texts, answers, cpu_seconds=int(sys.argv[1]), memory_bytes=int(sys.argv[2]))
