"""An account at a wiki's API: reads that are repeated within bounds, writes that never are.

Must not know pages or rules. A read may be sent again until its budget is spent; a write is sent again
only where the wiki itself said that it did not do it.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from tropebot.errors import (
    ConfigError,
    Incomplete,
    Interrupted,
    NotAllowed,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from tropebot.home import Limits
from tropebot.wiki.answers import READ_ERRORS, Meaning, failure, meaning, part, read_failure, told
from tropebot.wiki.seat import SYSTEM_TIME, Login, Requests, Time
from tropebot.wiki.wire import Parameters, Reply, Wire

LOG = logging.getLogger(__name__)

TRIES = 6  # of a read, when the wiki has answered before
FIRST_TRIES = 3  # of a read, when it never has: a wrong address or a wiki that is down
LONGEST_BACKOFF = 20.0
READ_MAXLAG, WRITE_MAXLAG = 30, 5  # seconds of replica lag, as pywikibot has them
MOST_CONTINUATIONS = 1000
ANONYMOUS_TOKEN = "+\\"  # noqa: S105  what MediaWiki gives to everybody

_SHOWN = ("action", "meta", "list", "prop", "generator", "pageid", "from", "to")
"""The parameters that a log may hold: what was asked, never a token, a password or a text."""

ErrorTable = tuple[tuple[str, Meaning], ...]


class Api:
    """One account (or, without credentials, nobody) at one wiki.

    Raises `Unavailable` where the wiki does not answer in time, `NotAllowed` where the account may not;
    `ConfigError` where what answers has never been an API since we began, nor when the cookies were made.
    """

    def __init__(
        self,
        wire: Wire,
        login: Login,
        limits: Limits,
        *,
        edit_seconds: float = 0.0,
        time: Time = SYSTEM_TIME,
    ) -> None:
        self.user = login.user
        self.requests = Requests()
        self.many = 50  # values in one request; 500 once the account is known to have apihighlimits
        self.change_tag = ""
        self.flagged = False  # whether the account was seen with the right “bot”
        self.overrides_titles = (
            True  # until it is seen without the right to pass the list of titles
        )
        self._wire = wire
        self._credentials = login.credentials
        self._limits = limits
        self._edit_seconds = edit_seconds
        self._clock = time.clock
        self._sleep = time.sleep
        self._ending = time.ending
        self._logged_in = self._warm = login.warm
        self._answered = False
        self._token = ""
        self._deadline: float | None = None
        self._next_write = float("-inf")

    def begin_run(self) -> None:
        """From now on the run's time counts: past it, no request is begun (`Incomplete`)."""
        self._deadline = self._clock() + self._limits.run_seconds

    def needs_token(self) -> bool:
        """Whether a read may bring the edit token along and save a request."""
        return self._credentials is not None and not self._token

    def take_token(self, token: str) -> None:
        """The edit token, if a read brought it."""
        if token and token != ANONYMOUS_TOKEN:
            self._token = token

    # Reading

    def query(self, parameters: Parameters) -> Mapping[str, Any]:
        """One ``action=query``, with the server's time in ``curtimestamp``."""
        return self.ask({"action": "query", "curtimestamp": True, **parameters})

    def query_all(self, parameters: Parameters) -> Iterator[Mapping[str, Any]]:
        """A query and all its continuations; a wiki that goes round in circles is `Unavailable`."""
        more: Mapping[str, Any] = {}
        seen: set[tuple[tuple[str, str], ...]] = set()
        while True:
            answer = self.query({**parameters, **more})
            yield answer
            more = answer.get("continue") or {}
            if not more:
                return
            mark = tuple(sorted((str(key), str(value)) for key, value in more.items()))
            if mark in seen or len(seen) >= MOST_CONTINUATIONS:
                raise Unavailable("The wiki continues an answer for ever: nothing of it was used.")
            seen.add(mark)

    def ask(self, parameters: Parameters) -> Mapping[str, Any]:
        """One request that changes nothing, made as our account; logs in where that is needed.

        Raises `Interrupted` where the process was asked to end.
        """
        if self._ending():
            raise Interrupted
        if self._credentials is None:
            return self._read({**parameters, "maxlag": READ_MAXLAG})
        wanted = {**parameters, "maxlag": READ_MAXLAG, "assertuser": self.user}
        if not self._logged_in:
            self._log_in()
        answer = self._read(wanted, lost_session=True)
        if "error" not in answer:
            return answer
        self._lose_session()
        self._log_in()
        return self._read(wanted)

    def _read(
        self, parameters: Parameters, *, post: bool = False, lost_session: bool = False
    ) -> Mapping[str, Any]:
        """Ask until there is an answer or the budget is spent.

        With ``lost_session`` the error that says so is an answer: the caller logs in and asks again.
        """
        until = self._until(self._limits.call_seconds)
        tries = 0
        while True:
            tries += 1
            self.requests.read += 1
            reply = self._exchange(parameters, post=post)
            if reply.data is None:
                self._check_hope(reply, tries)
                self._wait(reply, tries, until, reply.trouble)
                continue
            self._answered = True
            error = reply.data.get("error")
            if error is None:
                return reply.data
            code, info = told(error)
            word = meaning(code, READ_ERRORS)
            if word is Meaning.LOGIN and lost_session:
                return reply.data
            if word is not Meaning.WAIT:
                raise read_failure(code, info)
            self._wait(reply, tries, until, f"The wiki says “{code}”: {info}")

    def _check_hope(self, reply: Reply, tries: int) -> None:
        if reply.lasting or tries >= (TRIES if self._answered else FIRST_TRIES):
            # whoever has cookies has been here before: a page of a wiki that is busy is no wrong address
            if reply.elsewhere and not (self._answered or (self._warm and not reply.lasting)):
                raise ConfigError(reply.trouble)
            raise Unavailable(reply.trouble)

    # Writing

    def write(self, parameters: Parameters, table: ErrorTable) -> Mapping[str, Any]:
        """One write. Sent once; again only where the wiki answered that it did not do it.

        Raises what the table says of the wiki's error; `OutcomeUnknown` where a request left and its answer
        is not clear; `Unavailable` where it is certain that nothing was done.
        """
        until = self._until(self._limits.write_wait_seconds)
        self.await_turn()
        self._next_write = self._clock() + self._edit_seconds
        recovered: set[Meaning] = set()
        tries = 0
        while True:
            tries += 1
            reply = self._send(parameters)
            if reply.data is None:
                if reply.sent:
                    raise OutcomeUnknown(f"{reply.trouble} Whether it was done is not known.")
                self._check_hope(reply, tries)
                self._wait(reply, tries, until, reply.trouble)
                continue
            error = reply.data.get("error")
            if error is None:
                return reply.data
            code, info = told(error)
            word = meaning(code, table)
            if word is Meaning.WAIT:
                self._wait(reply, tries + 1, until, f"The wiki says “{code}”: {info}")
            elif word in recovered or not self._recovers(word):
                raise failure(code, info, table)
            recovered.add(word)

    def _send(self, parameters: Parameters) -> Reply:
        token = self._edit_token()
        self.requests.write += 1
        tag = {"tags": self.change_tag} if self.change_tag else {}
        account: dict[str, object] = {"assertuser": self.user, "maxlag": WRITE_MAXLAG}
        if self.flagged and parameters.get("bot"):
            account["assert"] = (
                "bot"  # an edit meant to be bot-flagged is not made without the flag
            )
        try:
            return self._exchange({**parameters, **tag, **account, "token": token}, post=True)
        except ValueError as error:
            raise Refused("invalid-text", f"The text is not valid Unicode: {error}.") from None

    def _exchange(self, parameters: Parameters, *, post: bool) -> Reply:
        began = self._clock()
        reply = self._wire.exchange(parameters, post=post)
        asked = {name: parameters[name] for name in _SHOWN if name in parameters}
        LOG.debug(
            "Asked the wiki %s: %s, %.2f s",
            ", ".join(f"{name}={value}" for name, value in asked.items()),
            reply.trouble or "answered",
            self._clock() - began,
            extra={"action": "wiki_asked", "asked": asked, "trouble": reply.trouble},
        )
        return reply

    def _recovers(self, word: Meaning) -> bool:
        """Whether something could be done about the error, so that sending once more makes sense."""
        match word:
            case Meaning.WAIT:
                return True
            case Meaning.TOKEN:
                self._token = ""
                return True
            case Meaning.LOGIN:
                self._lose_session()
                return True
            case Meaning.TAG if self.change_tag:
                LOG.warning(
                    "The wiki refuses the change tag “%s”: going on without.", self.change_tag
                )
                self.change_tag = ""
                return True
            case _:
                return False

    def _edit_token(self) -> str:
        if self._credentials is None:
            raise NotAllowed("Nothing is written without an account.")
        if not self._token:
            answer = self.query({"meta": "tokens", "type": "csrf"})
            self.take_token(str(answer["query"]["tokens"]["csrftoken"]))
        if not self._token:
            raise NotAllowed(f"The wiki gives {self.user} no token: the session is not logged in.")
        return self._token

    def await_turn(self) -> None:
        """Wait until the operator's rate of edits allows the next write.

        Raises `Incomplete` at once where the run's time is over by then: before anything is noted as sent.
        """
        wait = self._next_write - self._clock()
        self.assert_time_for(wait)
        if wait > 0:
            self._sleep(wait)
        self._until(0.0)

    def assert_time_for(self, wait: float) -> None:
        """Raises `Incomplete` where the run's time is over, or will be after so many seconds."""
        if self._deadline is not None and self._clock() + max(wait, 0.0) >= self._deadline:
            seconds = self._limits.run_seconds
            raise Incomplete(f"The run’s time ({seconds:.0f} s) is over; the next run goes on.")

    # Logging in

    def _lose_session(self) -> None:
        self._logged_in = False
        self._token = ""

    def _log_in(self) -> None:
        """Log in with two requests; a lost answer or a stale token: once more from the start."""
        credentials = self._credentials
        if credentials is None:
            raise NotAllowed("There is no account to log in with.")
        said: Mapping[str, Any] = {}
        for _ in range(2):
            self._wire.forget()
            self._token = ""
            answer = self._read({"action": "query", "meta": "tokens", "type": "login"})
            form = {
                "action": "login",
                "lgname": credentials.login_name,
                "lgpassword": credentials.password,
                "lgtoken": part(answer, "query", "tokens").get("logintoken", ""),
            }
            said = part(self._read(form, post=True), "login")
            if said.get("result") == "Success":
                self._check_name(str(said.get("lgusername", "")))
                self._logged_in = True
                self._wire.keep()
                return
            if said.get("result") not in {"NeedToken", "WrongToken"}:
                break
        reason = said.get("reason") or said.get("result") or "no reason given"
        text = reason.get("text", "") if isinstance(reason, Mapping) else str(reason)
        if said.get("result") == "Throttled" or "wait" in said:
            raise Unavailable(f"{self._wire.host} wants no more log-ins for now: {text}")
        raise NotAllowed(
            f"{credentials.login_name} cannot log in to {self._wire.host}: {text.strip()}"
            " Check the user name and the password."
        )

    def _check_name(self, name: str) -> None:
        if name.replace("_", " ") != self.user.replace("_", " "):
            raise NotAllowed(
                f"The password is that of “{name}”, but tropebot.toml names “{self.user}”."
            )

    # Time

    def _until(self, budget: float) -> float:
        """The moment at which a call must have ended."""
        self.assert_time_for(0.0)
        until = self._clock() + budget
        return until if self._deadline is None else min(until, self._deadline)

    def _wait(self, reply: Reply, tries: int, until: float, why: str) -> None:
        """Wait as the wiki asks, else a little longer each time; not past ``until``."""
        backoff = min(0.5 * 2.0 ** (tries - 1), LONGEST_BACKOFF)
        seconds = backoff if reply.retry_after is None else max(reply.retry_after, 0.5)
        if self._clock() + seconds > until or self._ending():
            raise Unavailable(f"{why} Try again later.")
        LOG.info("%s Waiting %.1f s.", why, seconds, extra={"action": "wiki_wait"})
        self._sleep(seconds)
