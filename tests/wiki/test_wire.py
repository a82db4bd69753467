"""One exchange: what is sent, how long it may take, and what is made of every kind of answer."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import urllib3
from urllib3.exceptions import NewConnectionError, ProtocolError, ReadTimeoutError

from tropebot.wiki.wire import LONGEST_GET, Address, Wire, encoded, retry_after

URL = "https://wiki.example/w/api.php"


class Http:
    """Answers each request with the same body, or raises."""

    def __init__(
        self,
        body: bytes = b'{"batchcomplete":true}',
        status: int = 200,
        headers: dict[str, str] | None = None,
        error: Exception | None = None,
    ) -> None:
        self.body, self.status, self.headers, self.error = body, status, headers or {}, error
        self.calls: list[dict[str, Any]] = []

    def request(self, method: str, url: str, **options: Any) -> Any:
        self.calls.append({"method": method, "url": url, **options})
        if self.error is not None:
            raise self.error
        answer = requests.Response()
        answer.status_code = self.status
        answer.headers.update(self.headers)
        answer.raw = urllib3.HTTPResponse(
            io.BytesIO(self.body), status=self.status, headers=self.headers, preload_content=False
        )
        return answer


class Cookies:
    def clear(self) -> None: ...

    def save(self, *, ignore_discard: bool = True) -> None: ...


def wire_over(http: Http, **options: Any) -> Wire:
    return Wire(http, Cookies(), Address(url=URL, agent="tropebot/0 (Ada)"), **options)


def test_a_short_read_is_a_get_and_a_long_one_a_post_that_promises_to_write_nothing() -> None:
    http = Http()
    wire = wire_over(http)
    wire.exchange({"action": "query", "titles": "A"}, post=False)
    wire.exchange({"action": "query", "titles": "A" * LONGEST_GET}, post=False)
    short, long = http.calls
    assert (short["method"], long["method"]) == ("GET", "POST")
    assert long["url"] == URL
    assert long["headers"]["Promise-Non-Write-API-Action"] == "true"


def test_a_write_is_a_post_and_nothing_follows_a_redirect() -> None:
    http = Http()
    wire_over(http).exchange({"action": "edit", "text": "x"}, post=True)
    (call,) = http.calls
    assert (call["method"], call["url"], call["allow_redirects"]) == ("POST", URL, False)
    assert "Promise-Non-Write-API-Action" not in call["headers"]
    assert call["headers"]["User-Agent"] == "tropebot/0 (Ada)"


def test_an_answer_is_read() -> None:
    reply = wire_over(Http(json.dumps({"query": {"é": 1}}).encode())).exchange({}, post=False)
    assert reply.data == {"query": {"é": 1}}


def refused() -> Exception:
    cause = NewConnectionError(urllib3.connection.HTTPConnection("wiki.example"), "refused")
    pool = urllib3.HTTPConnectionPool("wiki.example")
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool, URL, cause))


def cut() -> Exception:
    return requests.ConnectionError(ProtocolError("aborted", ConnectionResetError(104, "reset")))


@pytest.mark.parametrize(
    ("http", "sent", "lasting", "says", "reason"),
    [
        (Http(error=refused()), False, False, "no connection", "nothing left this machine"),
        (
            Http(error=requests.ConnectTimeout(urllib3.exceptions.ConnectTimeoutError("slow"))),
            False,
            False,
            "no connection",
            "nothing left this machine",
        ),
        (Http(error=cut()), True, False, "broke", "the wiki may have done it"),
        (
            Http(error=requests.ReadTimeout(ReadTimeoutError(None, URL, "slow"))),  # type: ignore[arg-type]  # the pool plays no part
            True,
            False,
            "in time",
            "the wiki may have done it",
        ),
        (Http(b"<html>Sorry</html>"), True, False, "other than JSON", "a page, not an answer"),
        (Http(b'{"edit": {"result": "Succ'), True, False, "other than JSON", "cut short"),
        (Http(b"[" * 100_000), True, False, "other than JSON", "nested without end"),
        (Http(b"[]"), True, False, "MediaWiki API", "JSON, but nobody's API"),
        (Http(b"{}"), True, False, "MediaWiki API", "an answer that says nothing"),
        (Http(b"\xff\xfe\x00"), True, False, "other than JSON", "no text at all"),
        (Http(b"<html>", 502), True, False, "502", "perhaps done behind the proxy"),
        (Http(b"<html>", 503), True, False, "503", "perhaps done behind the proxy"),
        (Http(b"<html>", 403), True, False, "403", "a proxy's mood: later, perhaps"),
        (Http(b"<html>", 404), True, True, "correct the address", "asking again is no use"),
        (
            Http(b"", 301, {"Location": "https://other.example/api.php"}),
            True,
            True,
            "https://other.example/api.php",
            "asking again is no use",
        ),
    ],
)
def test_what_is_not_understood_is_said_in_one_line(
    http: Http, sent: bool, lasting: bool, says: str, reason: str
) -> None:
    reply = wire_over(http).exchange({"action": "query"}, post=True)
    assert reply.data is None
    assert (reply.sent, reply.lasting) == (sent, lasting), reason
    assert says in reply.trouble
    assert "\n" not in reply.trouble
    assert len(http.calls) == 1


def test_https_at_a_port_that_speaks_http_is_a_wrong_address() -> None:
    error = requests.exceptions.SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version number")
    reply = wire_over(Http(error=error)).exchange({}, post=False)
    assert (reply.sent, reply.lasting, reply.elsewhere) == (False, True, True)
    assert "does not speak https" in reply.trouble


@pytest.mark.parametrize(
    ("http", "elsewhere", "reason"),
    [
        (Http(b"<html>", 404), True, "no such file there"),
        (Http(b"<html>"), True, "a page where the API should be"),
        (Http(b"[]"), True, "somebody else's API"),
        (Http(b"", 301, {"Location": "https://x.example/"}), True, "moved"),
        (Http(b'{"query": {'), False, "an API's answer, cut short"),
        (Http(b"<html>", 503), False, "a wiki in trouble"),
        (Http(b"<html>", 403), False, "a wiki behind somebody"),
        (Http(error=cut()), False, "the network"),
    ],
)
def test_what_speaks_for_a_wrong_address(http: Http, elsewhere: bool, reason: str) -> None:
    assert wire_over(http).exchange({}, post=False).elsewhere is elsewhere, reason


def test_an_api_error_is_an_answer_whatever_its_status() -> None:
    reply = wire_over(Http(b'{"error":{"code":"readonly"}}', 503)).exchange({}, post=True)
    assert reply.data == {"error": {"code": "readonly"}}


def test_an_answer_that_trickles_is_cut_off() -> None:
    ticks = iter(range(0, 1000, 20))

    class Slow(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:1] = b" "
            return 1

    class Trickle(Http):
        def request(self, method: str, url: str, **options: Any) -> Any:
            answer = super().request(method, url, **options)
            answer.raw = urllib3.HTTPResponse(io.BufferedReader(Slow(), 1), preload_content=False)
            return answer

    wire = wire_over(Trickle(), answer_seconds=45.0, clock=lambda: float(next(ticks)))
    reply = wire.exchange({}, post=True)
    assert reply.data is None
    assert reply.sent


@pytest.mark.parametrize(
    ("parameters", "form"),
    [
        ({"bot": True, "minor": False, "tags": None}, "bot=1"),
        ({"titles": ("A", "B")}, "titles=A%7CB"),
        ({"titles": ("A|B", "C")}, "titles=%1FA%7CB%1FC"),
        ({"rcstart": datetime(2026, 1, 5, 12, tzinfo=UTC)}, "rcstart=2026-01-05T12%3A00%3A00Z"),
        ({"limit": 50, "text": "ö&="}, "limit=50&text=%C3%B6%26%3D"),
        ({"text": "", "token": "T+\\"}, "text=&token=T%2B%5C"),
    ],
)
def test_parameters_become_a_form(parameters: dict[str, object], form: str) -> None:
    assert encoded(parameters) == form


def test_a_lone_surrogate_is_no_form() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        encoded({"text": "\ud800"})


DATE = "Mon, 05 Jan 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "5"}, 5),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "-3"}, 0),
        ({"Retry-After": "1e12"}, 1e12),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Mon, 05 Jan 2026 12:00:30 GMT", "Date": DATE}, 30),
        ({"Retry-After": "Mon, 05 Jan 2026 11:00:00 GMT", "Date": DATE}, 0),
        ({"Retry-After": "Mon, 05 Jan 2026 12:00:30 GMT"}, None),
        ({"Retry-After": "Mon, 99 Foo 2026 12:00:30 GMT", "Date": DATE}, None),
    ],
)
def test_f12_peer_f39_how_long_the_wiki_asks_us_to_wait(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds
