"""What the reader makes of a wiki's answers, the odd ones included, and how many requests it takes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.wiki.scripted import Script, api_of
from tropebot.policy.schema import Policy
from tropebot.wiki import values
from tropebot.wiki.reads import Reader

NOW = "2026-01-05T12:00:00Z"
USER = {"id": 4, "name": "TropeBot", "groups": ["bot"], "rights": ["edit", "apihighlimits"]}


def reader_of(*answers: dict[str, Any]) -> tuple[Reader, Script]:
    script = Script({"curtimestamp": NOW, **answer} for answer in answers)
    return Reader(api_of(script)), script


def row(rcid: int, second: int = 0, **more: object) -> dict[str, object]:
    return {
        "type": "edit",
        "ns": 0,
        "title": f"P{rcid}",
        "pageid": rcid,
        "revid": rcid,
        "old_revid": 1,
        "rcid": rcid,
        "timestamp": f"2026-01-05T11:59:{second:02}Z",
        **more,
    }


def revision(text: str | None, **more: object) -> dict[str, object]:
    slot = {"contentmodel": "wikitext"} | ({} if text is None else {"content": text})
    return {"revid": 7, "timestamp": NOW, "slots": {"main": slot}, **more}


def page(title: str = "A", **more: object) -> dict[str, object]:
    return {"pageid": 3, "ns": 0, "title": title, "revisions": [revision("Text.")], **more}


def poll_answer(*rows: dict[str, object], **more: object) -> dict[str, Any]:
    return {"query": {"recentchanges": list(rows), "userinfo": USER, "pages": [], **more}}


SINCE = datetime(2026, 1, 5, 11, 50, tzinfo=UTC)


def test_peer_f45_a_poll_is_one_request() -> None:
    reader, script = reader_of(poll_answer(row(5)))
    poll = reader.poll(since=SINCE, watch=["User:TropeBot/Run"], limit=100)
    assert len(script.sent) == 1
    assert [change.rcid for change in poll.changes] == [5]
    assert poll.oldest_change is None
    assert poll.server_time == datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_the_oldest_change_is_asked_for_where_there_could_be_a_gap() -> None:
    oldest = {"query": {"recentchanges": [{"timestamp": "2026-01-01T00:00:00Z"}]}}
    reader, script = reader_of(poll_answer(), oldest)
    poll = reader.poll(since=SINCE - timedelta(days=1), watch=[], limit=100)
    assert poll.oldest_change == datetime(2026, 1, 1, tzinfo=UTC)
    assert len(script.sent) == 2


def test_a_limit_within_one_second_is_passed() -> None:
    """Else who goes on from the last row's time reads the same rows for ever."""
    more = {"continue": {"rccontinue": "x|2", "continue": "-||"}}
    reader, script = reader_of(
        {**poll_answer(row(1), row(2)), **more},
        {**poll_answer(row(3), row(4, 1)), "continue": {"rccontinue": "x|5", "continue": "-||"}},
    )
    poll = reader.poll(since=SINCE, watch=[], limit=2)
    assert [change.rcid for change in poll.changes] == [1, 2, 3, 4]
    assert not poll.complete
    assert script.sent[1]["rccontinue"] == "x|2"


def test_hidden_parts_of_a_row_are_empty_and_a_hidden_title_is_no_row() -> None:
    hidden = row(2, userhidden=True, commenthidden=True)
    suppressed = {key: value for key, value in row(3).items() if key != "title"}
    reader, _ = reader_of(poll_answer(hidden, suppressed))
    (change,) = reader.poll(since=SINCE, watch=[], limit=100).changes
    assert (change.user, change.comment) == ("", "")


def test_the_poll_brings_the_token_along_once() -> None:
    answer = poll_answer(tokens={"csrftoken": "T+\\"})
    reader, script = reader_of(answer, answer)
    reader.poll(since=None, watch=[], limit=1)
    reader.poll(since=None, watch=[], limit=1)
    assert ["tokens" in str(sent["meta"]) for sent in script.sent] == [True, False]


def test_watched_pages_that_do_not_fit_are_asked_for_again() -> None:
    cut = {"continue": {"rvcontinue": "3|7", "continue": "||userinfo"}}
    first = {**poll_answer(), **cut}
    first["query"]["pages"] = [page("A", revisions=[])]
    reader, script = reader_of(first, {"query": {"pages": [page("A")]}})
    poll = reader.poll(since=None, watch=["A"], limit=1)
    found = poll.watched["A"]
    assert found is not None
    assert found.text == "Text."
    assert len(script.sent) == 2


@pytest.mark.parametrize(
    ("more", "protected", "reason"),
    [
        ({"ns": 8, "title": "MediaWiki:X"}, True, "the namespace protects it, without saying so"),
        ({"ns": 2, "title": "User:TropeBot/x.json"}, True, "only its owner and admins edit it"),
        ({"ns": 2, "title": "User:Ada/x.json"}, False, "Ada edits it"),
        ({"ns": 2, "title": "User:TropeBot/Run"}, False, "anybody edits it"),
        ({"protection": [{"type": "edit", "level": "sysop"}]}, True, "admins"),
        ({"protection": [{"type": "edit", "level": "autoconfirmed"}]}, False, "nearly anybody"),
        ({"protection": [{"type": "move", "level": "sysop"}]}, False, "may be edited"),
        ({"protection": [{"type": "edit", "level": "sysop", "source": "Y"}]}, True, "cascading"),
    ],
)
def test_whether_a_page_is_protected(more: dict[str, Any], protected: bool, reason: str) -> None:
    found = values.on_wiki_page({**page(), **more}, user="TropeBot")
    assert found is not None
    assert found.protected is protected, reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"ns": 0, "title": "A", "missing": True}, "no such page"),
        ({"title": "A[", "invalid": True, "invalidreason": "?"}, "no such title"),
        (page(revisions=[revision(None, texthidden=True)]), "its text is hidden"),
    ],
)
def test_a_steering_page_that_cannot_be_read_is_none(row: dict[str, Any], reason: str) -> None:
    assert values.on_wiki_page(row, user="TropeBot") is None, reason


@pytest.mark.parametrize(
    ("revisions", "model"),
    [
        ([revision(None, texthidden=True, userhidden=True)], values.UNREADABLE),
        ([], values.UNREADABLE),
        ([revision("Text.")], "wikitext"),
        ([revision("")], "wikitext"),
    ],
)
def test_a_page_whose_text_is_hidden_never_looks_empty(
    revisions: list[dict[str, Any]], model: str
) -> None:
    found = values.page(page(revisions=revisions), read_at=SINCE)
    assert found is not None
    assert found.content_model == model


@pytest.mark.parametrize(
    ("info", "blocked"),
    [
        ({}, ""),
        (
            {"blockid": 1, "blockedby": "Admin", "blockreason": "Too much"},
            "blocked by Admin: Too much",
        ),
        ({"blockid": 2, "blockpartial": True}, "blocked by somebody: no reason given"),
    ],
)
def test_our_own_block(info: dict[str, Any], blocked: str) -> None:
    assert values.account({**USER, **info}).blocked == blocked


def test_templates_in_several_parts_are_put_together() -> None:
    def part(*templates: str) -> dict[str, object]:
        return page(templates=[{"ns": 10, "title": title} for title in templates])

    reader, script = reader_of(
        {
            "query": {"pages": [part("Template:A", "Template:B")]},
            "continue": {"tlcontinue": "3|10|C", "continue": "||revisions"},
        },
        {"query": {"pages": [{**part("Template:C"), "revisions": []}]}},
        {
            "query": {
                "pages": [
                    {"pageid": 1, "ns": 10, "title": "Template:A"},
                    {"ns": 10, "title": "Template:B", "missing": True},
                    {"ns": 8, "title": "Template:C", "missing": True, "known": True},
                ]
            }
        },
    )
    found = reader.fetch_pages(["A"])["A"]
    assert found is not None
    assert found.text == "Text."
    assert found.templates == {"Template:A", "Template:B", "Template:C"}
    assert found.missing_templates == {"Template:B"}
    assert len(script.sent) == 3


def test_pages_are_asked_for_in_batches_by_what_the_account_may() -> None:
    nothing: dict[str, Any] = {"query": {"pages": []}}
    reader, script = reader_of(nothing, nothing, nothing, poll_answer(), nothing)
    titles = [f"T{number}" for number in range(120)]
    reader.fetch_pages(titles)
    assert len(script.sent) == 3
    reader.poll(since=None, watch=[], limit=1)
    reader.fetch_pages(titles)
    assert len(script.sent) == 5


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Fate/stay night/Recap", True),
        ("Fate/Recap", False),
        ("Plain", None),
        ("/Leading", None),
    ],
)
def test_any_title_before_a_slash_may_be_the_base(title: str, expected: bool | None) -> None:
    there = {"pageid": 9, "ns": 0, "title": "Fate/stay night"}
    gone = {"ns": 0, "title": "Fate", "missing": True}
    reader, _ = reader_of(
        {"query": {"pages": [page(title)]}},
        {"query": {"pages": [there, gone]}},
    )
    found = reader.fetch_pages([title])[title]
    assert found is not None
    assert found.base_exists is expected


def test_a_title_in_another_normal_form_is_found() -> None:
    reader, _ = reader_of(
        {
            "query": {
                "normalized": [{"fromencoded": True, "from": "Cafe%CC%81", "to": "Café"}],
                "pages": [page("Café")],
            }
        }
    )
    assert reader.fetch_pages(["Cafe\u0301"])["Cafe\u0301"] is not None


@pytest.mark.parametrize(
    ("text", "redirect"),
    [
        ("#REDIRECT [[A]]", True),
        ("#weiterleitung [[A]]", True),
        ("  #REDIRECT: [[A]]", True),
        ("#[[A]] is first", False),
        ("# item [[A]]", False),
        ("A page about [[A]]", False),
        ("#REDIRECT", False),
    ],
)
def test_who_made_a_redirect_is_passed_over(text: str, redirect: bool) -> None:
    first = revision(text, user="Ada", userid=1)
    second = revision("A page.", user="Ben", userid=2)
    reader, script = reader_of(
        {"query": {"pages": [page(revisions=[first])]}},
        {"query": {"pages": [page(revisions=[first, second])]}},
    )
    found = reader.fetch_authors([3])[3]
    assert found is not None
    assert found.user == ("Ben" if redirect else "Ada")
    assert len(script.sent) == (2 if redirect else 1)


def test_a_hidden_author_is_nobody() -> None:
    reader, _ = reader_of({"query": {"pages": [page(revisions=[revision("x", userhidden=True)])]}})
    assert reader.fetch_authors([3]) == {3: None}


SITE = {
    "general": {"case": "first-letter", "mainpage": "Main Page"},
    "namespaces": {
        "0": {"id": 0, "name": ""},
        "4": {"id": 4, "name": "Trope Wiki", "canonical": "Project"},
        "10": {"id": 10, "name": "Vorlage", "canonical": "Template"},
    },
    "namespacealiases": [{"id": 4, "alias": "TW"}],
    "interwikimap": [
        {"prefix": "de", "language": "Deutsch", "url": "u"},
        {"prefix": "Wikipedia", "url": "u"},
    ],
    "extensions": [{"name": "Cite"}],
    "extensiontags": ["<ref>", "<pre>"],
}


def facts_answers(**more: object) -> list[dict[str, Any]]:
    redirects = [{"pageid": 5, "title": "Vorlage:A", "redirects": [{"title": "Vorlage:B"}]}]
    return [
        {"query": {**SITE, "pages": redirects}},
        {"query": {"pages": [{"ns": 8, "title": "MediaWiki:Licenses", "missing": True}], **more}},
    ]


def test_facts_are_one_object_as_long_as_the_wiki_says_the_same() -> None:
    source = {**page("MediaWiki:Licenses"), "ns": 8}
    reader, script = reader_of(*facts_answers(), *facts_answers(), *facts_answers(pages=[source]))
    first, second, third = (reader.fetch_facts(Policy()) for _ in range(3))
    assert first is second
    assert third is not second
    assert len(script.sent) == 6
    assert first.sources == {"MediaWiki:Licenses": None}
    assert third.sources["MediaWiki:Licenses"] is not None


def test_facts_use_the_wikis_own_names() -> None:
    reader, _ = reader_of(*facts_answers())
    facts = reader.fetch_facts(Policy())
    assert facts.namespaces["vorlage"] == facts.namespaces["template"] == 10
    assert facts.namespaces["tw"] == facts.namespaces["project"] == 4
    assert facts.template_redirects == {"B": "A"}
    assert facts.interwiki == {"de", "wikipedia"}
    assert facts.interlanguage == {"de"}
    assert facts.extension_tags == {"ref", "pre"}


def test_a_source_whose_text_is_hidden_is_not_a_source_that_is_missing() -> None:
    hidden = {**page("MediaWiki:Licenses", revisions=[revision(None)]), "ns": 8}
    reader, _ = reader_of(*facts_answers(pages=[hidden]))
    assert "MediaWiki:Licenses" not in reader.fetch_facts(Policy()).sources


def test_a_title_on_the_blacklist_is_told_although_the_bot_may_pass_it() -> None:
    site = {"query": {**SITE, "extensions": [{"name": "TitleBlacklist"}]}}
    reader, script = reader_of(
        site,
        {"query": {"pages": [{"ns": 0, "title": "Bad", "missing": True}]}},
        {"titleblacklist": {"result": "blacklisted", "reason": "?"}},
    )
    assert reader.fetch_titles(["Bad"])["Bad"].problem == "blacklisted"
    assert script.sent[-1]["tbnooverride"] is True


def test_titles_beside_cost_no_request_each() -> None:
    site = {"query": {**SITE, "extensions": [{"name": "TitleBlacklist"}]}}
    missing = [{"ns": 0, "title": title, "missing": True} for title in ("Bad", "BAD", "bAD")]
    reader, script = reader_of(
        site,
        {"query": {"pages": missing}},
        {"titleblacklist": {"result": "blacklisted", "reason": "?"}},
    )
    found = reader.fetch_titles(["Bad"], beside=["BAD", "bAD"])
    assert {title: info.problem for title, info in found.items()} == {
        "Bad": "blacklisted",
        "BAD": "",
        "bAD": "",
    }
    assert len(script.sent) == 3


def may_not(code: str) -> dict[str, Any]:
    return {"create": [{"code": code, "text": "?"}]}


@pytest.mark.parametrize(
    ("actions", "problem", "why"),
    [
        (may_not("titleblacklist-forbidden"), "blacklisted", "as 1.39 says it"),
        (may_not("titleblacklist-forbidden-edit"), "blacklisted", "whatever was forbidden by it"),
        (may_not("permissiondenied"), "", "that we may not create pages is not the title’s fault"),
        ({"create": []}, "", "we may, and so may people"),
    ],
)
def test_without_a_right_to_pass_the_list_what_we_may_is_what_people_may(
    actions: dict[str, Any], problem: str, why: str
) -> None:
    site = {"query": {**SITE, "extensions": [{"name": "TitleBlacklist"}]}}
    row = {"ns": 0, "title": "Bad", "missing": True, "actions": actions}
    reader, script = reader_of(poll_answer(), site, {"query": {"pages": [row]}})
    reader.poll(since=None, watch=[], limit=1)
    assert reader.fetch_titles(["Bad"])["Bad"].problem == problem, why
    assert script.sent[-1]["intestactions"] == "create"
    assert len(script.sent) == 3


def test_a_wiki_that_does_not_say_what_we_may_is_asked_for_its_list() -> None:
    site = {"query": {**SITE, "extensions": [{"name": "TitleBlacklist"}]}}
    reader, script = reader_of(
        poll_answer(),
        site,
        {"query": {"pages": [{"ns": 0, "title": "Bad", "missing": True}]}},
        {"titleblacklist": {"result": "blacklisted", "reason": "?"}},
    )
    reader.poll(since=None, watch=[], limit=1)
    assert reader.fetch_titles(["Bad"])["Bad"].problem == "blacklisted"
    assert script.sent[-1]["action"] == "titleblacklist"
