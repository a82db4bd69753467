"""Webhooks: what is told and when, that nothing of others acts there, and that no webhook breaks a pass."""

import json
import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.patrols import DRAFT, RUN_PAGE, Bench, FakeClock
from tropebot.bulletins import KEPT, Bulletin, Topic
from tropebot.errors import ConfigError, Stopped
from tropebot.herald import Herald, Place
from tropebot.ledger.stops import StopKind
from tropebot.notify.payloads import CONTENT_LIMIT, MOST_MESSAGES, discord, plain
from tropebot.notify.posting import Webhook
from tropebot.notify.settings import Target, read_targets

SECRET = "s3cr3t-t0k3n"


def promoted(title: str = "Falling Dog") -> Bulletin:
    return Bulletin(topic=Topic.PROMOTED, title=title, text=f"Trope Workshop:{title}")


# What is posted.

HOSTILE = {
    "@everyone": "calls everybody",
    "@here": "calls those who are there",
    "<@123456789>": "calls one",
    "<@&42>": "calls a role",
    "<#42>": "names a channel",
    "[x](http://evil.example)": "a link that says something else",
    "http://evil.example": "a link",
    "**bold** _it_ ~~no~~ `code` ||spoiler||": "dressed up",
    "> quoted": "quoted",
    "# Heading": "shouted",
    "- item": "listed",
    "a\nb\u2028c": "several lines",
    "\\@everyone": "escaped by somebody else",
}


@pytest.mark.parametrize("value", HOSTILE)
def test_h17_titles_do_nothing_in_a_chat(value: str) -> None:
    (payload,) = discord([Bulletin(topic=Topic.BROKEN, title=value, text=value)], wiki=value)
    assert payload["allowed_mentions"] == {"parse": []}, "the lock that Discord itself keeps"
    content = payload["content"]
    bare = content.replace("\\\\", "")
    for mark in ("@everyone", "@here", "<@", "<#", "](", "://", "||", "~~", "`code`"):
        assert mark not in bare, HOSTILE[value]
    assert content.count("\n") == 1, "the wiki's name, and one line"


@given(st.lists(st.builds(promoted, st.text(max_size=400)), min_size=1, max_size=80))
def test_messages_to_discord_fit_and_call_nobody(bulletins: list[Bulletin]) -> None:
    payloads = discord(bulletins, wiki="Demo")
    assert 1 <= len(payloads) <= MOST_MESSAGES
    for payload in payloads:
        assert 0 < len(payload["content"]) <= CONTENT_LIMIT
        assert payload["allowed_mentions"] == {"parse": []}
        assert "@everyone" not in payload["content"]


def test_a_batch_is_one_message_and_a_flood_is_cut() -> None:
    (one,) = discord([promoted(), promoted("Rising Cat")], wiki="Demo")
    assert one["content"].split("\n") == [
        "**Demo**",
        "• Promoted: Falling Dog, from Trope Workshop\\:Falling Dog",
        "• Promoted: Rising Cat, from Trope Workshop\\:Rising Cat",
    ]
    flood = discord([promoted("x" * 200)] * KEPT, wiki="Demo")
    assert len(flood) == MOST_MESSAGES
    assert "more." in flood[-1]["content"]


def test_discord_is_spoken_to_in_the_wikis_language() -> None:
    (payload,) = discord([promoted("A")], wiki="", language="de")
    assert payload["content"] == "• Verschoben: A, zuvor Trope Workshop\\:A"


def test_machines_get_plain_words() -> None:
    assert plain([promoted("A @everyone")], wiki="Demo") == {
        "source": "tropebot",
        "wiki": "Demo",
        "events": [
            {
                "topic": "promoted",
                "title": "A @everyone",
                "text": "Trope Workshop:A @everyone",
                "message": "Promoted: A @everyone, from Trope Workshop:A @everyone",
            }
        ],
    }


# Where to.

ADDRESSES = [
    ("https://chat.example/api/webhooks/1/x", True, "as it should be"),
    ("http://127.0.0.1:8080/x", True, "on this machine"),
    ("http://chat.example/x", False, "anybody on the way could read it"),
    ("http://169.254.169.254/latest", False, "a cloud's own data"),
    ("file:///etc/passwd", False, "no web at all"),
    ("https://", False, "no host"),
    ("https://[x", False, "not even an address"),
    ("chat.example/x", False, "no scheme"),
]


@pytest.mark.parametrize(("url", "good", "why"), ADDRESSES)
def test_h18_where_a_webhook_may_be(url: str, good: bool, why: str, tmp_path: Path) -> None:
    if good:
        (target,) = read_targets(tmp_path, {"TROPEBOT_DISCORD": url})
        assert (target.kind, target.url) == ("discord", url), why
    else:
        with pytest.raises(ConfigError, match="TROPEBOT_DISCORD is no address"):
            read_targets(tmp_path, {"TROPEBOT_DISCORD": url})


def test_a_file_for_its_owner_alone_names_them(tmp_path: Path) -> None:
    assert read_targets(tmp_path, {}) == ()
    path = tmp_path / "webhooks.toml"
    path.write_text('discord = "https://a.example/x"\njson = "https://b.example/y"\n', "utf-8")
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        read_targets(tmp_path, {})
    path.chmod(0o600)
    found = read_targets(tmp_path, {"TROPEBOT_WEBHOOK": "https://c.example/z"})
    assert [each.url for each in found] == ["https://a.example/x", "https://c.example/z"]


SPOILT = [f'discord = "{SECRET}', f'discrod = "https://a.example/{SECRET}"', f"json = {SECRET}"]


@pytest.mark.parametrize("text", SPOILT)
def test_no_error_shows_the_address(text: str, tmp_path: Path) -> None:
    path = tmp_path / "webhooks.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigError) as error:
        read_targets(tmp_path, {})
    assert SECRET not in str(error.value)
    assert SECRET not in repr(Target(kind="json", url=f"https://a.example/{SECRET}"))


# How it is posted, to a server of this machine.


@dataclass
class Server:
    """Answers with the statuses given, then with 204; ``slow``: letter by letter."""

    statuses: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    slow: bool = False
    got: list[Any] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(*statuses: tuple[int, Mapping[str, str]], slow: bool = False) -> Iterator[Server]:
    state = Server(statuses=list(statuses), slow=slow)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            state.got.append((self.path, json.loads(self.rfile.read(length))))
            status, headers = state.statuses.pop(0) if state.statuses else (204, {})
            if state.slow:
                self._drip()
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _drip(self) -> None:
            try:
                for letter in b"HTTP/1.1 204 No Content":
                    self.wfile.write(bytes([letter]))
                    self.wfile.flush()
                    time.sleep(0.1)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        state.url = f"http://127.0.0.1:{server.server_port}/hook/{SECRET}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


def webhook(url: str, waits: list[float], **more: Any) -> Webhook:
    return Webhook(target=Target(kind="discord", url=url), wiki="Demo", sleep=waits.append, **more)


ANSWERS = [
    ((), True, 1, [], "taken at once"),
    (((200, {}),), True, 1, [], "with words"),
    (((500, {}), (502, {})), True, 3, [1.0, 2.0], "taken the third time"),
    (((429, {"Retry-After": "3"}),), True, 2, [3.0], "asked to wait"),
    (((429, {"Retry-After": "soon"}),), True, 2, [1.0], "asked to wait, somehow"),
    (((429, {"Retry-After": "600"}),), False, 1, [], "asked to wait longer than a pass should"),
    (((404, {}),), False, 1, [], "the webhook is gone: asking again helps nobody"),
    (((302, {"Location": "http://127.0.0.1:1/"}),), False, 1, [], "redirects are not followed"),
    (((500, {}),) * 3, False, 3, [1.0, 2.0], "down"),
]


@pytest.mark.loopback
@pytest.mark.parametrize(("statuses", "taken", "posts", "waited", "why"), ANSWERS)
def test_what_an_answer_means(
    statuses: Sequence[tuple[int, Mapping[str, str]]],
    taken: bool,
    posts: int,
    waited: list[float],
    why: str,
) -> None:
    waits: list[float] = []
    with serving(*statuses) as server:
        assert webhook(server.url, waits).post([promoted()]) is taken, why
    assert len(server.got) == posts
    assert waits == waited
    assert server.got[0][1]["content"].endswith("Falling Dog")


@pytest.mark.loopback
def test_an_answer_that_never_ends_is_not_waited_for() -> None:
    with serving(slow=True) as server:
        begun = time.monotonic()
        assert not webhook(server.url, [], deadline=0.5).post([promoted()])
        assert time.monotonic() - begun < 2
    assert len(server.got) == 1


@pytest.mark.loopback
def test_no_log_line_shows_the_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tropebot")
    with serving((404, {})) as server:
        webhook(server.url, []).post([promoted()])
        url = server.url
        assert len(server.got) == 1
    assert not webhook(url, []).post([promoted()]), "nobody is there any more"
    said = [record.getMessage() for record in caplog.records if record.name.startswith("tropebot")]
    assert len(said) == 2
    assert not any(SECRET in each or "127.0.0.1" in each for each in said)


# What is told, and when.


@dataclass
class Chat:
    """A place that remembers what it was told."""

    works: bool = True
    told: list[Bulletin] = field(default_factory=list)

    def post(self, bulletins: Sequence[Bulletin]) -> bool:
        if self.works:
            self.told += bulletins
        return self.works

    def topics(self) -> list[str]:
        return [str(each.topic) for each in self.told]


@dataclass
class Heard:
    """A bench whose passes a chat hears of."""

    bench: Bench
    chat: Chat

    def __post_init__(self) -> None:
        self.clock = FakeClock(self.bench.wiki)

    def run(self, *, dry_run: bool = False) -> None:
        patrol = self.bench.patrol()
        places = (Place(name="chat", post=self.chat.post),)
        patrol.hear = Herald(places=places, clock=self.clock).hear
        patrol.run(dry_run=dry_run)


@pytest.fixture
def heard(tmp_path: Path) -> Heard:
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.begin()
    made = Heard(bench, Chat())
    made.run()
    return made


def test_a_promotion_is_told_once(heard: Heard) -> None:
    heard.bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    heard.run(dry_run=True)
    assert heard.chat.told == [], "nothing has happened"
    heard.run()
    assert heard.chat.told == [promoted()]
    heard.run()
    assert len(heard.chat.told) == 1


def test_what_happened_before_there_was_a_webhook_is_no_news(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "ledger.sqlite")
    bench.begin()
    bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    assert bench.run().promotions == 1
    made = Heard(bench, Chat())
    made.run()
    assert made.chat.told == []


def test_a_stop_is_told_when_it_begins_and_when_it_ends(heard: Heard) -> None:
    heard.bench.wiki.put(RUN_PAGE, "stop", "Ben")
    for _ in range(3):
        with pytest.raises(Stopped):
            heard.run()
    assert heard.chat.topics() == ["stopped"]
    assert RUN_PAGE in heard.chat.told[0].text
    heard.bench.wiki.put(RUN_PAGE, "run", "Admin")
    heard.run()
    heard.run()
    assert heard.chat.topics() == ["stopped", "goes-on"]


def test_a_breaker_is_told(heard: Heard) -> None:
    stops = heard.bench.ledger.stops
    stops.raise_(StopKind.BREAKER, "TB101", "TB101 found 80 of 90.", at=heard.bench.wiki.now)
    heard.run()
    heard.run()
    stops.clear(StopKind.BREAKER, at=heard.bench.wiki.now)
    heard.run()
    assert heard.chat.topics() == ["breaker", "goes-on"]
    assert heard.chat.told[0].text == "TB101 found 80 of 90."


def test_a_broken_template_is_told_and_that_it_is_mended(heard: Heard) -> None:
    wiki = heard.bench.wiki
    text = wiki.text("Template:Trope Workshop")
    wiki.put("Template:Trope Workshop", "", "Ben")
    wiki.tick(60)
    heard.run()
    told = [each for each in heard.chat.told if each.title == "Template:Trope Workshop"]
    assert [each.topic for each in told] == [Topic.BROKEN]
    assert "blank" in told[0].text
    wiki.put("Template:Trope Workshop", text, "Ada")
    wiki.tick(60)
    heard.run()
    assert heard.chat.topics().count("mended") == heard.chat.topics().count("broken") == 1


def test_what_a_place_did_not_take_waits_ever_longer(heard: Heard) -> None:
    heard.chat.works = False
    tried: list[float] = []
    post = heard.chat.post

    def counted(bulletins: Sequence[Bulletin]) -> bool:
        tried.append(heard.bench.wiki.now.timestamp())
        return post(bulletins)

    heard.chat.post = counted  # type: ignore[method-assign]
    heard.bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    for _ in range(12):
        heard.run()
        heard.bench.wiki.tick(30)
    waits = [round(later - sooner) for sooner, later in pairwise(tried)]
    assert waits == sorted(waits)
    assert len(tried) < 6
    heard.chat.works = True
    heard.bench.wiki.tick(7200)
    heard.run()
    assert heard.chat.told == [promoted()]


def test_a_place_that_breaks_breaks_no_pass(heard: Heard, caplog: pytest.LogCaptureFixture) -> None:
    def broken(bulletins: Sequence[Bulletin]) -> bool:
        raise RuntimeError("boom")

    heard.chat.post = broken  # type: ignore[method-assign]
    heard.bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    heard.run()
    assert "Falling Dog" in heard.bench.wiki.pages
    assert "could not be told" in caplog.text


def test_it_is_tried_again_after_a_minute_then_two_then_four_and_at_last_each_hour(
    heard: Heard,
) -> None:
    tried: list[float] = []

    def refusing(bulletins: Sequence[Bulletin]) -> bool:
        assert bulletins
        tried.append(heard.bench.wiki.now.timestamp())
        return False

    heard.chat.post = refusing  # type: ignore[method-assign]
    heard.bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    for _ in range(420):
        heard.run()
        heard.bench.wiki.tick(59.0)
    waits = [round((later - sooner) / 60) for sooner, later in pairwise(tried)]
    wanted = [1, 2, 4, 8, 16, 32, 60, 60]
    assert all(0 <= wait - least <= 1 for wait, least in zip(waits, wanted, strict=False)), waits
    assert len(waits) >= len(wanted)


def test_of_what_waits_the_newest_fifty_are_kept(heard: Heard) -> None:
    heard.chat.works = False
    stops = heard.bench.ledger.stops
    for number in range(KEPT + 10):
        stops.raise_(StopKind.BREAKER, f"TB{100 + number}", f"{number}", at=heard.bench.wiki.now)
        heard.run()
    heard.chat.works = True
    heard.bench.wiki.tick(7200)
    heard.run()
    assert [each.text for each in heard.chat.told] == [str(n) for n in range(10, KEPT + 10)]


def test_an_answer_that_was_lost_is_told_again(heard: Heard) -> None:
    post = heard.chat.post

    def lost(bulletins: Sequence[Bulletin]) -> bool:
        post(bulletins)
        return False

    heard.chat.post = lost  # type: ignore[method-assign]
    heard.bench.wiki.put("Trope Workshop:Falling Dog", DRAFT, "Cleo")
    heard.run()
    heard.chat.post = post  # type: ignore[method-assign]
    heard.bench.wiki.tick(120)
    heard.run()
    assert heard.chat.told == [promoted(), promoted()]
