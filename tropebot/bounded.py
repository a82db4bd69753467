"""A reading of wikitext that can be killed: mwparserfromhell in a process of its own, within limits.

Must not judge. The process is started when it is first needed, is used for one text after the other, and
is replaced when a text took it over a limit; an ordinary page costs a pipe's round trip. It is an interpreter
of its own or, for commands without a wiki, a copy of ours, which is ready in a third of the time.
"""

import contextlib
import gc
import os
import resource
import select
import signal
import struct
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

import msgspec

CPU_SECONDS = 5
MEMORY_BYTES = 512 * 1024 * 1024
_WALL_SECONDS = 20.0
_LENGTH = struct.Struct(">I")

Names = tuple[tuple[str, ...], tuple[str, ...]]

_DECODER = msgspec.json.Decoder(Names | None)


class _Process(Protocol):
    """As much of `subprocess.Popen` as is wanted."""

    @property
    def pid(self) -> int: ...
    def kill(self) -> None: ...
    def wait(self) -> object: ...


class _Copy(msgspec.Struct, frozen=True):
    """A copy of this process."""

    pid: int

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> object:
        return os.waitpid(self.pid, 0)


class _Child(msgspec.Struct, frozen=True):
    process: _Process
    texts: IO[bytes]
    answers: IO[bytes]


class BoundedReader(msgspec.Struct):
    """Reads texts in a child process; use it as a context manager, or close it.

    ``cpu_seconds`` (whole) and ``memory_bytes`` are what one text may cost the child. ``copied``: it may be a
    copy of this process, which holds neither secrets nor anything that must end with it.
    """

    cpu_seconds: int = CPU_SECONDS
    memory_bytes: int = MEMORY_BYTES
    copied: bool = False
    _child: _Child | None = None

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
        limits = self.cpu_seconds, self.memory_bytes
        self._child = _copy(*limits) if self.copied and _is_alone() else _interpreter(*limits)
        return self._child


def _interpreter(cpu_seconds: int, memory_bytes: int) -> _Child:
    import subprocess  # noqa: PLC0415  a copy needs none of it

    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        [sys.executable, "-I", "-m", "tropebot.bounded", str(cpu_seconds), str(memory_bytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        process_group=0,  # Ctrl-C is meant for us: without the child a page would count as unreadable
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a child process without pipes")
    return _Child(process, process.stdin, process.stdout)


def _is_alone() -> bool:
    """Whether this process has one thread: in a copy the locks of others would be held for ever."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return threading.active_count() == 1


def _copy(cpu_seconds: int, memory_bytes: int) -> _Child:
    (texts, our_texts), (our_answers, answers) = os.pipe(), os.pipe()
    pid = os.fork()
    if not pid:
        try:
            gc.freeze()  # else it looks for garbage among all that is ours, and copies that
            os.setpgid(0, 0)
            _let_go(our_texts, our_answers, kept={texts, answers})
            with os.fdopen(texts, "rb", 0) as source, os.fdopen(answers, "wb", 0) as sink:
                serve(source, sink, cpu_seconds=cpu_seconds, memory_bytes=memory_bytes)
        finally:
            os._exit(0)  # nothing of ours is to be done twice
    os.close(texts)
    os.close(answers)
    return _Child(_Copy(pid), os.fdopen(our_texts, "wb", 0), os.fdopen(our_answers, "rb", 0))


def _let_go(*ours: int, kept: set[int]) -> None:
    """In the copy: whoever reads our output, or waits for its end, does not wait for the copy."""
    for each in ours:
        os.close(each)
    nothing = os.open(os.devnull, os.O_RDWR)
    for each in {0, 1, 2} - kept:
        os.dup2(nothing, each)


def serve(source: IO[bytes], sink: IO[bytes], *, cpu_seconds: int, memory_bytes: int) -> None:
    """The child: answer each text until the pipe is closed; the kernel ends it at the CPU limit."""
    from tropebot.wikitext.second_opinion import names_in  # noqa: PLC0415  only the child parses

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (_size() + memory_bytes, hard))
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


def _size() -> int:
    """Bytes of addresses that this process has by now; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0


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
