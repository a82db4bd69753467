"""One HTTP exchange with a wiki's API: sent once, bounded in time and size, understood or not.

Must not send anything a second time, follow redirects or know what a request means; the caller
decides about both.
"""

import email.utils
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import msgspec
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)

Parameters = Mapping[str, object]
Clock = Callable[[], float]

CONNECT_SECONDS = 10.0
LONGEST_GET = 2000  # characters; proxies cut longer ones
LARGEST_ANSWER = 256 * 1024 * 1024  # bytes; a wiki's own limit is 8 or 12 MB of results
PIECE = 64 * 1024
# Multi-values may hold a bar (a title that somebody typed): then MediaWiki's other separator is used.
BAR, SEPARATOR = "|", "\x1f"


class Cookies(Protocol):
    """What is needed of pywikibot's cookie jar."""

    def clear(self) -> None: ...

    def save(self, *, ignore_discard: bool = ...) -> None: ...


class Http(Protocol):
    """What is needed of pywikibot's HTTP session."""

    def request(self, method: str, url: str, **options: object) -> Any: ...


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. ``data`` is None where it was not understood; ``trouble`` then says why.

    ``sent`` is false only where the request certainly never left; ``lasting`` where trying again is no use;
    ``elsewhere`` where something answered that is no API of a wiki, so that the address may be wrong.
    ``retry_after`` is in seconds, if the wiki asked for a wait.
    """

    data: Mapping[str, Any] | None = None
    trouble: str = ""
    sent: bool = True
    lasting: bool = False
    elsewhere: bool = False
    retry_after: float | None = None


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What to do about an address that is wrong: half sentences, since it stands in different places.

    ``plain``: no https is spoken there; ``moved``: it sends on; ``absent``: nothing is there; ``other``:
    something else answers.
    """

    plain: str = "correct protocol() or the port in families/"
    moved: str = "correct the address in families/"
    absent: str = "correct the address in families/"
    other: str = "if that is not the wiki’s api.php, correct host or scriptpath() in families/"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where an API is and how we introduce ourselves there."""

    url: str
    agent: str
    verify: bool = True
    advice: Advice = Advice()


class Wire:
    """The way to one API address, over an HTTP session that keeps the cookies."""

    def __init__(
        self,
        http: Http,
        cookies: Cookies,
        address: Address,
        *,
        answer_seconds: float = 45.0,
        clock: Clock = time.monotonic,
    ) -> None:
        self.url = address.url
        self._address = address
        self._advice = address.advice
        self._http = http
        self._cookies = cookies
        self._answer_seconds = answer_seconds
        self._clock = clock

    @property
    def host(self) -> str:
        """The wiki's host, for messages."""
        return urlsplit(self.url).netloc

    def forget(self) -> None:
        """Drop the session's cookies: a bot password does not log in over a living session."""
        self._cookies.clear()

    def keep(self) -> None:
        """Store the session's cookies for the next run, readable by nobody else."""
        self._cookies.save(ignore_discard=True)

    def exchange(self, parameters: Parameters, *, post: bool) -> Reply:
        """Send one request and read its answer; never raises for what the network or the wiki does.

        Raises ValueError for a text that is not valid Unicode.
        """
        query = encoded({**parameters, "format": "json", "formatversion": 2})
        as_get = not post and len(query) <= LONGEST_GET
        headers = {
            "User-Agent": self._address.agent,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        if as_get:
            del headers["Content-Type"]
        elif not post:
            headers["Promise-Non-Write-API-Action"] = "true"
        until = self._clock() + self._answer_seconds
        try:
            answer = self._http.request(
                "GET" if as_get else "POST",
                f"{self.url}?{query}" if as_get else self.url,
                data=None if as_get else query.encode("ascii"),
                headers=headers,
                timeout=(CONNECT_SECONDS, self._answer_seconds),
                allow_redirects=False,
                verify=self._address.verify,
                stream=True,
            )
            try:
                body = self._body(answer, until)
            finally:
                answer.close()
        except (OSError, HTTPError) as error:
            # requests' exceptions are OSErrors; urllib3's appear while the body is read
            return self._broken(error)
        return self._read(answer, body)

    def _body(self, answer: Any, until: float) -> bytes:
        """The body as it trickles in, so that no answer can take longer than two time limits."""
        pieces: list[bytes] = []
        size = 0
        while piece := answer.raw.read1(PIECE, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if self._clock() > until:
                raise TimeoutError(f"no whole answer within {self._answer_seconds:.0f} s")
            if size > LARGEST_ANSWER:
                raise OSError("the answer does not end")
        return b"".join(pieces)

    def _broken(self, error: OSError | HTTPError) -> Reply:
        causes = tuple(_causes(error))
        unsent = any(
            isinstance(cause, NewConnectionError | ConnectTimeoutError | NameResolutionError)
            for cause in causes
        )
        if any("WRONG_VERSION_NUMBER" in str(cause) for cause in causes):
            return Reply(
                trouble=f"“{self.host}” does not speak https there: {self._advice.plain}.",
                sent=False,
                lasting=True,
                elsewhere=True,
            )
        if any(isinstance(cause, SSLError) for cause in causes):
            what = "cannot be trusted: its certificate is not accepted"
            if not any("certificate" in str(cause).lower() for cause in causes):
                what = "does not speak https as it should: no secret is sent there"
            return Reply(trouble=f"“{self.host}” {what}.", sent=False, lasting=True)
        if any(isinstance(cause, NameResolutionError) for cause in causes):
            what = "there is no such host"
        elif unsent:
            what = "no connection"
        else:
            what = "the connection broke or no answer came in time"
        return Reply(trouble=f"“{self.host}” does not answer: {what}.", sent=not unsent)

    def _read(self, answer: Any, body: bytes) -> Reply:
        wait = retry_after(answer.headers)
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            return self._not_json(answer, wait, begun=body.lstrip().startswith(b"{"))
        if not isinstance(data, dict) or not data:
            return Reply(
                trouble=f"“{self.url}” does not answer as a MediaWiki API.",
                retry_after=wait,
                elsewhere=True,
            )
        return Reply(data=data, retry_after=wait)

    def _not_json(self, answer: Any, wait: float | None, *, begun: bool) -> Reply:
        """An answer that is no JSON; ``begun``: it looks like some that was cut short."""
        status = int(answer.status_code)
        if 300 <= status < 400:
            target = answer.headers.get("Location", "another address")
            return Reply(
                trouble=f"“{self.url}” sends on to “{target}”: {self._advice.moved}.",
                lasting=True,
                elsewhere=True,
            )
        if status in {404, 410}:
            return Reply(
                trouble=f"There is no API at “{self.url}” ({status}): {self._advice.absent}.",
                lasting=True,
                elsewhere=True,
            )
        if status == 200:
            return Reply(
                trouble=f"“{self.url}” answers with something other than JSON: {self._advice.other}.",
                retry_after=wait,
                elsewhere=not begun,
            )
        trouble = f"“{self.host}” answers {status} and nothing that can be used."
        return Reply(trouble=trouble, retry_after=wait)


def encoded(parameters: Parameters) -> str:
    """API parameters as a form: True is given, False and None are left out, collections are joined,
    times are the server’s.

    The order is kept, so that a token given last stands last and a cut request is refused.
    """
    form: dict[str, str] = {}
    for name, value in parameters.items():
        if value is None or value is False:
            continue
        if isinstance(value, tuple | list | set | frozenset):
            parts = [_text(part) for part in value]
            if any(BAR in part for part in parts):
                form[name] = "".join(SEPARATOR + part for part in parts)
            else:
                form[name] = BAR.join(parts)
        else:
            form[name] = "1" if value is True else _text(value)
    return urlencode(form)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the wiki asks us to wait; RFC 9110 allows a number or a date by the server's clock."""
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        wanted, now = (_moment(value) for value in (text, headers.get("Date", "")))
        if wanted is None or now is None:
            return None
        seconds = wanted - now
    return max(0.0, seconds) if seconds == seconds else None  # noqa: PLR0124  NaN is not equal to itself


def _moment(text: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None


def _causes(error: BaseException) -> list[BaseException]:
    """An exception with all that it wraps; requests and urllib3 hide the cause in ``args`` and ``reason``."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
    return found
