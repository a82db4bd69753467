"""People at the demo wiki's API: log in, edit, move, upload, protect, block, and look.

Must not use pywikibot or the bot's code: what it sees is what the wiki says.
"""

import http.cookiejar
import json
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Any

from demo.packages import DemoError

TIMEOUT_SECONDS = 60


class ApiError(DemoError):
    """The wiki refused; `code` is its word for why."""

    def __init__(self, code: str, info: str) -> None:
        super().__init__(f"{code}: {info}")
        self.code = code


def _form(parameters: Mapping[str, object]) -> dict[str, str]:
    """API parameters as text: True is given, False and None are left out, lists are joined."""
    form = {"format": "json", "formatversion": "2"}
    for name, value in parameters.items():
        if value is None or value is False:
            continue
        if isinstance(value, (list, tuple)):
            form[name] = "|".join(str(part) for part in value)
        else:
            form[name] = "1" if value is True else str(value)
    return form


def _multipart(
    form: Mapping[str, str], name: str, content: bytes, field: str = "file"
) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n'
        f"Content-Type: text/plain; charset=UTF-8\r\n\r\n{value}\r\n".encode()
        for key, value in form.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content)
    parts.append(f"\r\n--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


class Person:
    """Somebody at the wiki, logged in at the first request that needs it; without a name: anybody."""

    def __init__(self, api: str, name: str = "", password: str = "") -> None:
        self.name = name
        self._api = api
        self._password = password
        self._token = ""
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )

    def ask(self, **parameters: object) -> dict[str, Any]:
        """One API request that changes nothing.

        Raises ApiError.
        """
        return self._send(urllib.parse.urlencode(_form(parameters)).encode())

    def query(self, **parameters: object) -> dict[str, Any]:
        """The `query` part of an answer, continuations followed and lists put together."""
        whole: dict[str, Any] = {}
        more: dict[str, object] = {}
        while True:
            answer = self.ask(action="query", **{**parameters, **more})
            for key, value in answer.get("query", {}).items():
                if isinstance(value, list) and key in whole:
                    whole[key] += value
                else:
                    whole[key] = value
            if "continue" not in answer:
                return whole
            more = answer["continue"]

    def do(self, **parameters: object) -> dict[str, Any]:
        """One API request with a token; once more with a new login where the session was lost.

        Raises ApiError.
        """
        file, xml = parameters.pop("file", None), parameters.pop("xml", None)
        for last in (False, True):
            form = _form({**parameters, "token": self._token or self._log_in()})
            try:
                if isinstance(file, bytes):
                    return self._send(*_multipart(form, str(parameters["filename"]), file))
                if isinstance(xml, bytes):
                    return self._send(*_multipart(form, "dump.xml", xml, "xml"))
                return self._send(urllib.parse.urlencode(form).encode())
            except ApiError as error:
                if last or error.code not in {"badtoken", "assertuserfailed"}:
                    raise
                self._token = ""
        raise AssertionError

    def edit(self, title: str, text: str, summary: str = "", **more: object) -> dict[str, Any]:
        """Save a page whole; returns the wiki's `edit` answer."""
        answer = self.do(action="edit", title=title, text=text, summary=summary, **more)
        return dict(answer["edit"])

    def append(self, title: str, text: str, summary: str = "") -> dict[str, Any]:
        """Add text at a page's end."""
        answer = self.do(action="edit", title=title, appendtext=text, summary=summary)
        return dict(answer["edit"])

    def move(self, source: str, target: str, **more: object) -> dict[str, Any]:
        """Move a page with its talk page."""
        more = {"movetalk": True, "reason": "", **more}
        return dict(self.do(action="move", **{"from": source, "to": target, **more})["move"])

    def upload(self, name: str, content: bytes, text: str, comment: str = "") -> dict[str, Any]:
        """Upload a file with its description; without one the comment becomes it, as MediaWiki does."""
        answer = self.do(
            action="upload",
            filename=name,
            file=content,
            text=text,
            comment=comment,
            ignorewarnings=True,
        )
        return dict(answer["upload"])

    def bring(self, xml: bytes, wiki: str) -> None:
        """Import pages from another wiki; admins only. The import is logged."""
        self.do(action="import", xml=xml, interwikiprefix=wiki, summary="brought along")

    def delete(self, title: str, reason: str = "") -> None:
        """Delete a page; admins only."""
        self.do(action="delete", title=title, reason=reason)

    def protect(self, title: str, protections: str = "edit=sysop|move=sysop") -> None:
        """Protect a page for good; `create=sysop` for one that is not there."""
        self.do(action="protect", title=title, protections=protections)

    def block(self, name: str, **more: object) -> None:
        """Block an account for good, or as `expiry` says."""
        self.do(action="block", user=name, expiry=more.pop("expiry", "infinite"), **more)

    def unblock(self, name: str) -> None:
        """End a block."""
        self.do(action="unblock", user=name)

    def text(self, title: str) -> str | None:
        """A page's wikitext now; None where there is no such page."""
        pages = self.query(titles=title, prop="revisions", rvprop="content", rvslots="main")
        page = pages["pages"][0]
        if "revisions" not in page:
            return None
        return str(page["revisions"][0]["slots"]["main"]["content"])

    def _send(self, body: bytes, kind: str = "application/x-www-form-urlencoded") -> dict[str, Any]:
        headers = {"Content-Type": kind, "User-Agent": "tropebot-demo"}
        request = urllib.request.Request(self._api, data=body, headers=headers)  # noqa: S310  http only
        with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            read: dict[str, Any] = json.load(answer)
        if "error" in read:
            raise ApiError(read["error"]["code"], read["error"]["info"])
        return read

    def _log_in(self) -> str:
        """Log in, if there is a name, and return the edit token."""
        if self.name:
            tokens = self.query(meta="tokens", type="login")["tokens"]
            said = self.ask(
                action="login",
                lgname=self.name,
                lgpassword=self._password,
                lgtoken=tokens["logintoken"],
            )["login"]
            if said["result"] != "Success":
                raise ApiError("login", str(said.get("reason", said["result"])))
        self._token = str(self.query(meta="tokens")["tokens"]["csrftoken"])
        return self._token
