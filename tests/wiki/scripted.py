"""A wire that answers from a script, and a clock that only moves when somebody waits."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from tropebot.home import Credentials, Limits
from tropebot.wiki.api import Api
from tropebot.wiki.seat import Login, Time
from tropebot.wiki.wire import Parameters, Reply, Wire

USER = "TropeBot"
SECRET = "0123456789abcdefghijklmnopqrstuv"
LOGIN_TOKEN = {"query": {"tokens": {"logintoken": "L+\\"}}}
LOGGED_IN = {"login": {"result": "Success", "lgusername": USER, "lguserid": 4}}
CSRF = {"query": {"tokens": {"csrftoken": "T+\\"}}}
LOST = Reply(trouble="“wiki” does not answer: the connection broke.", sent=True)
UNSENT = Reply(trouble="“wiki” does not answer: no connection.", sent=False)
HTML = Reply(trouble="“wiki” answers with something other than JSON.")


def error(code: str, info: str = "", **more: object) -> dict[str, Any]:
    return {"error": {"code": code, "info": info, **more}}


class Script:
    """Stands in for `Wire`; every request is kept in ``sent``."""

    host = "wiki.example"
    url = "https://wiki.example/w/api.php"

    def __init__(self, replies: Iterable[Reply | Mapping[str, Any]]) -> None:
        self.replies = list(replies)
        self.sent: list[dict[str, object]] = []
        self.posted: list[bool] = []
        self.forgotten = 0
        self.kept = 0

    def exchange(self, parameters: Parameters, *, post: bool) -> Reply:
        self.sent.append(dict(parameters))
        self.posted.append(post)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply if isinstance(reply, Reply) else Reply(data=reply)

    def forget(self) -> None:
        self.forgotten += 1

    def keep(self) -> None:
        self.kept += 1

    def writes(self) -> list[dict[str, object]]:
        return [sent for sent in self.sent if sent["action"] in {"edit", "move"}]


class Hourglass:
    """Monotonic time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def api_of(
    script: Script,
    *,
    limits: Limits | None = None,
    edit_seconds: float = 0.0,
    hourglass: Hourglass | None = None,
    warm: bool = True,
    ending: Callable[[], bool] = lambda: False,
) -> Api:
    """An `Api` over the script; it counts as logged in unless ``warm`` is false."""
    glass = hourglass or Hourglass()
    return Api(
        cast("Wire", script),
        Login(
            user=USER,
            credentials=Credentials(login_name=f"{USER}@patrol", password=SECRET),
            warm=warm,
        ),
        limits or Limits(),
        edit_seconds=edit_seconds,
        time=Time(glass.clock, glass.sleep, ending),
    )
