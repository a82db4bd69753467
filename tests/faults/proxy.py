"""A proxy between the bot and a real MediaWiki that does to requests what networks and overloaded wikis do.

Must not know what the bot wants; which request meets which fault is the schedule's choice, and the
schedule is a function of its seed. Listens on 127.0.0.1 only.
"""

import email.utils
import http.client
import json
import os
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

Item = TypeVar("Item")
HOST = "127.0.0.1"
WRITES = frozenset({"edit", "move"})
PAGE_OF_HTML = b"<!DOCTYPE html><title>Our servers are busy</title><p>Try again in a moment.</p>"
WIKI_SECONDS = 60
DELAY_SECONDS = 0.4
NO_CHANCE = random.Random(0)  # noqa: S311  for faults that a test asks for by name
HANG_SECONDS = 5.5
"""Longer than the bot of these tests waits for an answer."""

WAITS = ("0", "1", "-5", "3.5", "date", "past date", "86400", "soon", "nan", "")
"""What `Retry-After` may hold: numbers, dates, and what nobody can read; empty: no such header."""

BEFORE = (
    "drop before",
    "reset before",
    "error before",
    "html before",
    "wait 429",
    "wait 503",
    "maxlag",
    "readonly",
    "ratelimited",
    "badtoken",
    "session lost",
)
"""Faults after which the wiki has certainly not processed the request."""

AFTER = (
    "drop after",
    "reset after",
    "error after",
    "html after",
    "cut json",
    "broken body",
    "date after",
    "hang after",
    "late",
    "late",
)
"""Faults of requests that the wiki has processed, or processes a moment later."""

SAYS = "says "
"""Begins the fault of an answer that is not the wiki's: the JSON follows."""

BARRED = "barred"
"""A host's own page of HTML with the status 403, as hosts answer a bot that asks too much."""
RETRY = "retry "
"""Begins the fault of a wiki that is busy: when to come again follows."""

HARMLESS = ("delay",)
KILLS = ("kill before", "kill after")


@dataclass
class Schedule:
    """Which request meets which fault: ``share`` of all, of the writes half after processing.

    ``kills``: the share of requests at which the bot is killed, before or after the wiki processed them.
    """

    seed: int
    share: float = 0.2
    kills: float = 0.0
    only: tuple[str, ...] = ()
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  faults, no secrets

    def fault(self, *, write: bool) -> str:
        """The fault that the next request meets; empty for none."""
        chance = self.chance
        if chance.random() < self.kills:
            return chance.choice(KILLS)
        if chance.random() >= self.share:
            return ""
        if self.only:
            return chance.choice(self.only)
        if write:
            return chance.choice(AFTER if chance.random() < 0.5 else BEFORE)
        return chance.choice((*BEFORE, *AFTER, *HARMLESS))


@dataclass(frozen=True)
class Met:
    """A request, the how-manieth it was, and the fault that it met."""

    number: int
    action: str
    fault: str


@dataclass(frozen=True)
class Request:
    """What the bot sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The API's parameters."""
        text = self.body.decode("utf-8", "replace") or urlsplit(self.path).query
        return {name: values[0] for name, values in parse_qs(text).items()}


@dataclass(frozen=True)
class Reply:
    """What goes back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def _json(code: str, *headers: tuple[str, str]) -> Reply:
    body = json.dumps({"error": {"code": code, "info": f"a fault of the test: {code}"}}).encode()
    return Reply(200, (("Content-Type", "application/json"), *headers), body)


def _html(status: int, *headers: tuple[str, str]) -> Reply:
    return Reply(status, (("Content-Type", "text/html"), *headers), PAGE_OF_HTML)


class Proxy:
    """The way to one wiki; ``schedule`` may be changed at any time, None is an honest way."""

    def __init__(self, port: int) -> None:
        self.schedule: Schedule | None = None
        self.kill: Callable[[], None] = lambda: None
        self.met: list[Met] = []
        self.seen: Counter[str] = Counter()
        self.stop_at: Callable[[Request], str] | None = None
        self._wiki = port
        self._lock = threading.Lock()
        self._late: list[threading.Thread] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                proxy._serve(self)

            def do_POST(self) -> None:
                proxy._serve(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
                """Nothing: what was met is in `met`."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A bot that was killed leaves its connection; that is what we are here for."""

        self._server = Server((HOST, 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def start(self) -> None:
        """Serve."""
        self._thread.start()

    def stop(self) -> None:
        """End, once everything late has arrived."""
        self.drain()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def drain(self) -> None:
        """Wait until every late request has reached the wiki."""
        for thread in tuple(self._late):
            thread.join()
        self._late.clear()

    def faults(self) -> Counter[str]:
        """How often each fault was met."""
        return Counter(each.fault for each in self.met)

    def write_faults(self) -> tuple[int, int]:
        """How many writes met a fault before the wiki processed them, and how many after."""
        writes = [each.fault for each in self.met if each.action in WRITES]
        after = sum(fault in AFTER or fault == "kill after" for fault in writes)
        return len(writes) - after, after

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        body = handler.rfile.read(length)
        request = Request(handler.command, handler.path, dict(handler.headers.items()), body)
        action = request.form.get("action", "")
        with self._lock:
            self.seen[action] += 1
            fault = self.stop_at(request) if self.stop_at else ""
            if not fault and self.schedule:
                fault = self.schedule.fault(write=action in WRITES)
            if fault:
                self.met.append(Met(self.seen.total(), action, fault))
        reply = self._meet(fault, request, handler)
        if reply is not None:
            _send(handler, reply)

    def _meet(self, fault: str, request: Request, handler: BaseHTTPRequestHandler) -> Reply | None:
        """The answer that the bot gets; None where it gets none."""
        if fault == "late":
            self._later(request)
            return _close(handler)
        if fault == "kill before":
            self.kill()
            return _close(handler)
        if fault.startswith(SAYS):
            return Reply(200, (("Content-Type", "application/json"),), fault[len(SAYS) :].encode())
        if fault == BARRED:
            return _html(403)
        if fault.startswith(RETRY):
            return _html(503, ("Retry-After", fault[len(RETRY) :]))
        if fault in BEFORE:
            return self._refuse(fault, request, handler)
        reply = self._forward(request)
        if fault == "delay":
            time.sleep(DELAY_SECONDS)
        return self._spoil(fault, reply, handler) if fault in (*AFTER, *KILLS) else reply

    def _refuse(
        self, fault: str, request: Request, handler: BaseHTTPRequestHandler
    ) -> Reply | None:
        """The wiki does nothing, and says so or does not."""
        match fault:
            case "drop before":
                return _close(handler)
            case "reset before":
                return _reset(handler)
            case "error before" | "html before":
                return self._lost_in_html(fault)
            case "wait 429" | "wait 503":
                return _html(int(fault.partition(" ")[2]), *self._wait())
            case "badtoken":
                return self._forward(_with_bad_token(request))
            case "session lost":
                return self._forward(_without_cookies(request))
        return _json(fault, ("Retry-After", "1"), ("X-Database-Lag", "7"))

    def _spoil(self, fault: str, reply: Reply, handler: BaseHTTPRequestHandler) -> Reply | None:
        """The wiki has done it, and its answer is lost or changed on the way."""
        match fault:
            case "error after" | "html after":
                return self._lost_in_html(fault)
            case "cut json":
                return Reply(reply.status, reply.headers, reply.body[: len(reply.body) // 2])
            case "date after":
                date = ("Retry-After", email.utils.formatdate(time.time() + 2, usegmt=True))
                return Reply(reply.status, (*reply.headers, date), reply.body)
            case "broken body":
                return _broken(handler, reply)
            case "reset after":
                return _reset(handler)
            case "kill after":
                self.kill()
            case "hang after":
                time.sleep(HANG_SECONDS)
        return _close(handler)

    def _lost_in_html(self, fault: str) -> Reply:
        return _html(200 if fault.startswith("html") else self._choice((500, 502, 503, 504)))

    def _wait(self) -> tuple[tuple[str, str], ...]:
        wait = self._choice(WAITS)
        now = time.time()
        dates = {"date": now + 1, "past date": now - 60}
        if wait in dates:
            wait = email.utils.formatdate(dates[wait], usegmt=True)
        return (("Retry-After", wait),) if wait else ()

    def _choice(self, items: tuple[Item, ...]) -> Item:
        chance = self.schedule.chance if self.schedule else NO_CHANCE
        with self._lock:
            return chance.choice(items)

    def _later(self, request: Request) -> None:
        seconds = self._choice((0.1, 0.5, 1.5, 3.0))

        def arrive() -> None:
            time.sleep(seconds)
            self._forward(request)

        thread = threading.Thread(target=arrive)
        self._late.append(thread)
        thread.start()

    def _forward(self, request: Request) -> Reply:
        connection = http.client.HTTPConnection(HOST, self._wiki, timeout=WIKI_SECONDS)
        left_out = {"connection", "host", "content-length"}
        headers = {k: v for k, v in request.headers.items() if k.lower() not in left_out}
        try:
            connection.request(request.method, request.path, request.body or None, headers)
            answer = connection.getresponse()
            body = answer.read()
            hop = {"connection", "transfer-encoding", "content-length", "keep-alive", "date"}
            kept = tuple((k, v) for k, v in answer.getheaders() if k.lower() not in hop)
            return Reply(answer.status, kept, body)
        except OSError:
            return _html(502)
        finally:
            connection.close()


@contextmanager
def faulty_way(port: int) -> Iterator[Proxy]:
    """A proxy to the wiki on that port, for as long as it is needed."""
    proxy = Proxy(port)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def _without_cookies(request: Request) -> Request:
    """The same from somebody whom the wiki does not know."""
    headers = {name: value for name, value in request.headers.items() if name.lower() != "cookie"}
    return Request(request.method, request.path, headers, request.body)


def _with_bad_token(request: Request) -> Request:
    """The same with a token of yesterday; without a token it stays as it is."""
    form = request.form
    if not request.body or "token" not in form:
        return request
    body = urlencode({**form, "token": "0123456789abcdef0123456789abcdef60000000+\\"}).encode()
    return Request(request.method, request.path, request.headers, body)


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    try:
        _head(handler, reply, len(reply.body))
        handler.wfile.write(reply.body)
    except OSError:  # the bot is gone, or has waited long enough
        handler.close_connection = True


def _head(handler: BaseHTTPRequestHandler, reply: Reply, length: int) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(length))
    handler.send_header("Connection", "close")
    handler.end_headers()


def _broken(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    """Half of the body that was announced, then nothing more."""
    _head(handler, reply, len(reply.body))
    handler.wfile.write(reply.body[: len(reply.body) // 2])
    _close(handler)


def _close(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def _reset(handler: BaseHTTPRequestHandler) -> None:
    """The connection breaks, as when a server's machine goes down."""
    handler.close_connection = True
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    os.close(handler.connection.detach())
