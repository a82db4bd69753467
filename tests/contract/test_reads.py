"""What a read tells: the same on the FakeWiki and on MediaWiki."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.contract.test_writes import creation, edit_of, move_of
from tests.contract.worlds import World
from tropebot.errors import ListRefused
from tropebot.model import Change, Edit
from tropebot.policy.schema import Policy, Workshop


def rows_of(world: World, *titles: str) -> list[Change]:
    since = world.poll().server_time - timedelta(hours=1)
    return [row for row in world.poll(since, limit=5000).changes if row.title in titles]


def test_an_edit_and_a_new_page_have_a_row_each(world: World) -> None:
    world.put("R row", "One.", "Ada", "begun")
    world.put("R row", "Two.", "Ben", "gone on")
    page = world.read("R row")
    new, edit = rows_of(world, "R row")
    assert (new.kind, new.user, new.comment, new.old_rev_id) == ("new", "Ada", "begun", 0)
    assert (edit.kind, edit.user, edit.old_rev_id, edit.rev_id) == (
        "edit",
        "Ben",
        new.rev_id,
        page.rev_id,
    )
    assert {new.page_id, edit.page_id} == {page.page_id}
    assert new.rcid < edit.rcid
    assert not edit.bot


def test_a_move_is_one_row_under_the_old_title(world: World) -> None:
    world.put("R source", "Text.")
    page = world.read("R source")
    world.rename("R source", "R target")
    moved = [row for row in rows_of(world, "R source", "R target") if row.log_type == "move"]
    (row,) = moved
    assert (row.kind, row.title, row.target_title) == ("log", "R source", "R target")
    assert (row.page_id, row.target_namespace, row.log_action) == (page.page_id, 0, "move")
    assert len(rows_of(world, "R source", "R target")) == 2  # the redirect left has none


def test_an_upload_is_one_row(world: World) -> None:
    world.upload("File:R upload.png", "A picture.", "Cleo", "mine")
    (row,) = rows_of(world, "File:R upload.png")
    assert (row.kind, row.log_type, row.log_action) == ("log", "upload", "upload")
    assert (row.user, row.comment, row.namespace) == ("Cleo", "mine", 6)
    assert row.page_id == world.read("File:R upload.png").page_id


def test_a_deletion_has_a_row_of_the_page_that_was(world: World) -> None:
    world.put("R deleted", "Text.")
    page = world.read("R deleted")
    world.delete("R deleted")
    row = rows_of(world, "R deleted")[-1]
    assert (row.kind, row.log_type, row.log_action) == ("log", "delete", "delete")
    assert row.page_id == page.page_id


@pytest.mark.parametrize("flagged", [True, False])
def test_an_edit_is_bot_flagged_only_if_asked(world: World, flagged: bool) -> None:
    title = f"R flagged {flagged}"
    world.put(title, "Text.")
    page = world.read(title)
    assert page.read_at is not None
    world.writer.edit(
        Edit(
            page_id=page.page_id,
            title=title,
            base_rev_id=page.rev_id,
            read_at=page.read_at,
            summary="a test",
            text="Other.",
            bot=flagged,
        )
    )
    assert rows_of(world, title)[-1].bot == flagged


def test_rows_come_oldest_first_and_the_rest_is_told(world: World) -> None:
    for number in range(3):
        world.put(f"R order {number}", "Text.")
    since = world.poll().server_time - timedelta(hours=1)
    poll = world.poll(since, limit=5000)
    keys = [(row.timestamp, row.rcid) for row in poll.changes]
    assert keys == sorted(keys)
    assert poll.complete
    assert not world.poll(since, limit=1).complete
    assert world.poll(since, limit=1).changes[0] == poll.changes[0]


def test_without_a_time_there_are_no_rows(world: World) -> None:
    world.put("R unseen", "Text.")
    assert world.poll(None).changes == ()


def test_watched_pages_and_our_account_come_with_the_poll(world: World) -> None:
    world.put("R watched", "run", "Admin")
    world.put("R guarded", "run", "Admin")
    world.protect("R guarded")
    poll = world.poll(None, "R watched", "R guarded", "R missing")
    watched, guarded = poll.watched["R watched"], poll.watched["R guarded"]
    assert watched is not None
    assert guarded is not None
    assert (watched.text, watched.user, watched.protected) == ("run", "Admin", False)
    assert watched.rev_id == world.read("R watched").rev_id
    assert guarded.protected
    assert poll.watched["R missing"] is None
    assert (poll.account.name, poll.account.blocked) == ("TropeBot", "")
    assert {"edit", "move"} <= poll.account.rights
    assert "bot" in poll.account.groups


def test_a_page_is_read_whole(world: World) -> None:
    world.put("Template:R inner", "Inner. [[Category:R inside]]")
    world.put("Template:R outer", "{{R inner}}")
    world.put("Template:R other name", "#REDIRECT [[Template:R outer]]")
    world.put("R page", "{{R other name}} {{R nowhere}} [[Category:R cat]]", "Dora")
    page = world.read("R page")
    assert page.templates == {
        "Template:R inner",
        "Template:R outer",
        "Template:R other name",
        "Template:R nowhere",
    }
    assert page.missing_templates == {"Template:R nowhere"}
    assert page.categories == {"R cat", "R inside"}
    assert (page.user, page.namespace, page.content_model) == ("Dora", 0, "wikitext")
    assert (page.redirect, page.file, page.base_exists) == (False, None, None)
    assert page.timestamp is not None
    assert page.read_at is not None


def test_a_template_only_talked_about_is_none(world: World) -> None:
    world.put("R talked about", "<nowiki>{{R nowhere}}</nowiki> <!-- {{R nowhere}} -->")
    assert world.read("R talked about").templates == frozenset()


def test_titles_are_found_in_any_spelling(world: World) -> None:
    world.put("R spelling", "Text.")
    found = world.reader.fetch_pages(["r_spelling", "R unknown"])
    assert found["R unknown"] is None
    page = found["r_spelling"]
    assert page is not None
    assert page.title == "R spelling"


def test_a_redirect_says_so(world: World) -> None:
    world.put("R pointer", "#REDIRECT [[Main Page]]")
    assert world.read("R pointer").redirect


def test_a_subpage_knows_whether_its_base_exists(world: World) -> None:
    world.put("Template:R above", "Shown.")
    world.put("R base", "{{R above}} [[Category:R cat]]")
    world.put("R base/Laconic", "Short.")
    world.put("R orphan/Laconic", "Short.")
    below, orphan = world.read("R base/Laconic"), world.read("R orphan/Laconic")
    assert below.base_exists is True
    assert below.base_listed == {"Template:R above", "Category:R cat"}
    assert orphan.base_exists is False
    assert orphan.base_listed == frozenset()


def test_a_pages_past_titles_are_told(world: World) -> None:
    draft, target = "Trope Workshop:R past", "R past"
    world.put(draft, "Text.")
    assert draft not in past(world, draft, draft)
    world.rename(draft, "Trope Workshop:R past renamed", redirect=False)
    world.rename("Trope Workshop:R past renamed", target, redirect=False)
    assert past(world, target, "Trope Workshop:Another") >= {
        draft,
        "Trope Workshop:R past renamed",
        target,
    }
    world.put("R copied past", "Text.")
    assert past(world, "R copied past", "Trope Workshop:Another") == frozenset()
    assert past(world, "R copied past", draft) == {draft}, "something was moved from there"


def test_the_pages_that_changed_last_come_first(world: World) -> None:
    for title in ("R first", "R second", "Talk:R second", "R third", "R first"):
        before = world.text(title) or "Text."
        world.put(title, f"{before} More.")
    ids = {title: world.read(title).page_id for title in ("R first", "R second", "R third")}
    assert world.reader.fetch_recent(2) == (ids["R first"], ids["R third"])
    assert world.reader.fetch_recent(3)[2] == ids["R second"]


def test_titles_that_pages_were_moved_away_from(world: World) -> None:
    titles = [f"Trope Workshop:R gone {number}" for number in range(5)]
    for title in (*titles[:2], "User:Ada/R gone"):
        world.put(title, "Text.")
        world.rename(title, f"{title} moved", redirect=False)
    world.put(titles[2], "Text.")
    ask = world.reader.fetch_moved_from
    assert ask(titles, namespace=3000) == set(titles[:2]), "many are looked for in the log"
    assert ask(titles[1:3], namespace=3000) == {titles[1]}, "a few are asked for by title"
    assert ask((), namespace=3000) == frozenset()


def test_a_page_with_one_revision_says_with_what_summary_it_was_made(world: World) -> None:
    world.put("R made", "Text.", comment="as [[it]] was")
    assert world.read("R made").made_with == "as [[it]] was"
    world.put("R made", "Other text.")
    assert world.read("R made").made_with is None
    world.put("Trope Workshop:R made", "Text.")
    world.rename("Trope Workshop:R made", "R made elsewhere", redirect=False)
    assert world.read("R made elsewhere").made_with is None, "a move makes a revision"


def test_pages_that_use_a_template_are_listed_slice_by_slice(world: World) -> None:
    world.put("Template:R listed", "Shown.")
    world.put("Template:R listed too", "#REDIRECT [[Template:R listed]]")
    world.put("R uses one", "{{R listed}}")
    world.put("R uses two", "{{R listed too}}")
    world.put("R uses three", "{{ r listed }}")
    world.put("R uses none", "<nowiki>{{R listed}}</nowiki>")
    wanted = {world.read(f"R uses {number}").page_id for number in ("one", "two", "three")}
    found: list[int] = []
    after, slices = "", 0
    while slices == 0 or after:
        ids, after = world.reader.fetch_page_ids(using="Template:R listed", after=after, limit=2)
        assert len(ids) <= 2
        found += ids
        slices += 1
    assert (sorted(found), slices) == (sorted(wanted), 2)
    listed, after = world.reader.fetch_page_ids(using="Template:R listed too", limit=9)
    assert (set(listed), after) == ({world.read("R uses two").page_id}, "")
    assert world.reader.fetch_page_ids(using="Template:R used nowhere", limit=9) == ((), "")


def test_pages_of_a_category_are_listed_slice_by_slice(world: World) -> None:
    for number in (1, 2, 3):
        world.put(f"R listed {number}", "Text.\n[[Category:R listed]]")
    world.put("R listed redirect", "#REDIRECT [[R listed 1]]\n[[Category:R listed]]")
    world.put("R not listed", "[[:Category:R listed]]")
    wanted = {world.read(f"R listed {number}").page_id for number in (1, 2, 3)}
    found: list[int] = []
    after, slices = "", 0
    while slices == 0 or after:
        ids, after = world.reader.fetch_page_ids(category="Category:R listed", after=after, limit=2)
        assert len(ids) <= 2
        found += ids
        slices += 1
    assert (wanted < set(found), len(found), slices) == (True, 4, 2)
    assert world.reader.fetch_page_ids(category="Category:R empty", limit=9) == ((), "")


@pytest.mark.parametrize(
    "asked", [{"using": "Template:R listed"}, {"category": "Category:R listed"}]
)
def test_a_place_that_the_wiki_does_not_know(world: World, asked: dict[str, str]) -> None:
    with pytest.raises(ListRefused):
        world.reader.fetch_page_ids(**asked, after="no such place", limit=2)


def test_pages_of_a_namespace_are_listed_without_redirects(world: World) -> None:
    world.put("Trope Workshop:R one", "Text.")
    world.put("Trope Workshop:R two", "#REDIRECT [[Trope Workshop:R one]]")
    world.put("R one in main", "Text.")
    found, _ = world.reader.fetch_page_ids(namespace=3000, limit=500)
    assert world.read("Trope Workshop:R one").page_id in found
    assert world.read("Trope Workshop:R two").page_id not in found
    assert world.read("R one in main").page_id not in found


def past(world: World, title: str, draft: str) -> frozenset[str]:
    return world.reader.fetch_past_titles(world.read(title).page_id, draft=draft)


def test_a_name_that_begins_with_a_slash_makes_no_subpage(world: World) -> None:
    """What stands before the slash is a namespace, and no title at all."""
    world.put("Trope Workshop:/R slash", "Text.")
    assert not world.read("Trope Workshop:/R slash").base_exists


def test_a_file_tells_its_upload(world: World) -> None:
    world.upload("File:R file.png", "A picture.", "Emil", "from my desk")
    page = world.read("File:R file.png")
    assert page.file is not None
    assert (page.file.uploader, page.file.comment, page.file.local) == (
        "Emil",
        "from my desk",
        True,
    )


def test_pages_are_found_by_id_wherever_they_stand(world: World) -> None:
    world.put("R here", "Text.")
    here = world.read("R here")
    world.put("R doomed", "Text.")
    doomed = world.read("R doomed")
    world.rename("R here", "R there")
    world.delete("R doomed")
    found = world.reader.fetch_pages_by_id([here.page_id, doomed.page_id])
    assert found[doomed.page_id] is None
    moved = found[here.page_id]
    assert moved is not None
    assert moved.title == "R there"


def test_the_mark_of_an_edit_is_found(world: World) -> None:
    world.put("R marked", "Text.")
    page = world.read("R marked")
    start = page.read_at
    assert start is not None
    result = world.writer.edit(edit_of(page, "Other.", "[tb:r-edit] a test"))
    assert (
        world.reader.find_mark("[tb:r-edit]", page_id=page.page_id, title="R marked", since=start)
        == result.rev_id
    )


def test_the_mark_of_a_new_page_is_found(world: World) -> None:
    edit = creation(world, "R created")
    result = world.writer.edit(edit)
    found = world.reader.find_mark("[tb:new]", page_id=0, title="R created", since=edit.read_at)
    assert found == result.rev_id


def test_the_mark_of_a_move_is_found(world: World) -> None:
    world.put("R moved", "Text.")
    page = world.read("R moved")
    assert page.read_at is not None
    mark = "[tb:r-move]"
    assert (
        world.reader.find_mark(mark, page_id=page.page_id, title="R moved", since=page.read_at)
        is None
    )
    move = move_of(page, "R moved away")
    world.writer.move(type(move)(**{**fields_of(move), "summary": f"{mark} a test"}))
    assert world.reader.find_mark(mark, page_id=page.page_id, title="R moved", since=page.read_at)


def fields_of(move: object) -> dict[str, object]:
    return {name: getattr(move, name) for name in type(move).__slots__}


def test_somebody_elses_mark_is_not_ours(world: World) -> None:
    start = world.poll().server_time
    world.put("R faked", "Text.", "Ben", "[tb:faked] as if")
    page = world.read("R faked")
    assert (
        world.reader.find_mark("[tb:faked]", page_id=page.page_id, title="R faked", since=start)
        is None
    )


@pytest.mark.parametrize(
    ("asked", "title", "namespace", "problem"),
    [
        ("r some title", "R some title", 0, ""),
        ("R_some__title", "R some title", 0, ""),
        ("template:r x", "Template:R x", 10, ""),
        ("Trope workshop:r x", "Trope Workshop:R x", 3000, ""),
        ("YKTTW:R x", "Trope Workshop:R x", 3000, ""),
        ("/R x", "/R x", 0, ""),
        ("Main Page: R", "Main Page: R", 0, ""),
    ],
)
def test_titles_as_the_wiki_reads_them(
    world: World, asked: str, title: str, namespace: int, problem: str
) -> None:
    info = world.reader.fetch_titles([asked])[asked]
    assert (info.title, info.namespace, info.problem) == (title, namespace, problem)
    assert not info.exists


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("R [x", "invalid"),
        ("R <x>", "invalid"),
        ("R|x", "invalid"),
        ("R#x", "invalid"),
        ("R/../x", "invalid"),
        ("R ~~~ x", "invalid"),
        ("R" * 256, "invalid"),
        ("", "invalid"),
        ("wikipedia:R", "interwiki"),
        ("Special:R", "special"),
    ],
)
def test_titles_that_nothing_can_be_moved_to(world: World, asked: str, problem: str) -> None:
    assert world.reader.fetch_titles([asked])[asked].problem == problem


def test_what_stands_at_a_title(world: World) -> None:
    world.put("R standing", "Text.")
    world.put("R leading", "#REDIRECT [[R standing]]")
    world.forbid_creation("R forbidden")
    found = world.reader.fetch_titles(["R standing", "R leading", "R forbidden"])
    assert found["R standing"].exists
    assert found["R standing"].page_id == world.read("R standing").page_id
    assert (found["R leading"].exists, found["R leading"].redirect_to) == (True, "R standing")
    assert (found["R forbidden"].exists, found["R forbidden"].problem) == (False, "protected")


def test_groups_of_accounts(world: World) -> None:
    assert "sysop" in world.reader.fetch_groups("Admin")
    assert "sysop" not in world.reader.fetch_groups("Ada")
    assert world.reader.fetch_groups("Nobody at all") == frozenset()
    assert world.reader.fetch_groups("127.0.0.1") == frozenset()


def test_subpages_of_a_title(world: World) -> None:
    for title in ("R top", "R top/One", "R top/One/Two", "R topping"):
        world.put(title, "Text.")
    world.put("R top/Left behind", "#REDIRECT [[R top]]")
    world.put("R top/Moved away", "#REDIRECT [[R topping]]")
    found = world.reader.fetch_subpages("R top")
    assert set(found) == {"R top/One", "R top/One/Two"}
    assert found["R top/One"] == world.read("R top/One").page_id
    page = world.read("R topping")
    there, below = world.reader.fetch_page_and_subpages(page.page_id, "R top")
    assert below == found
    assert there is not None
    assert replace(there, read_at=page.read_at) == page
    assert world.reader.fetch_page_and_subpages(page.page_id, "R topping")[1] == {}
    assert world.reader.fetch_page_and_subpages(999_999, "R top") == (None, found)


def test_facts_hold_the_pages_that_the_policy_names(world: World) -> None:
    world.put("Template:R real name", "Text.")
    world.put("Template:R alias", "#REDIRECT [[Template:R real name]]")
    world.put("MediaWiki:R preload", "{{Trope}}", "Admin")
    policy = Policy(
        workshop=Workshop(preload="MediaWiki:R preload"),
    )
    facts = world.reader.fetch_facts(policy)
    source = facts.sources["MediaWiki:R preload"]
    assert source is not None
    assert (source.text, source.rev_id) == (
        "{{Trope}}",
        world.read("MediaWiki:R preload").rev_id,
    )
    assert facts.template_redirects["R alias"] == "R real name"
    assert facts.namespaces["trope workshop"] == facts.namespaces["ykttw"] == 3000
    assert facts.namespace_names[3001] == "Trope Workshop talk"
    assert facts.online
    assert "wikipedia" in facts.interwiki


def test_facts_hold_the_wikis_own_versions_of_our_messages(world: World) -> None:
    world.put("MediaWiki:Tropebot-notice-title", "A word about {{PLURAL:$1|it|them}}", "Admin")
    world.put("MediaWiki:Tropebot-notice-item", "$1 – ''$2''", "Admin")
    world.put("MediaWiki:Other-notice-title", "Of somebody else.", "Admin")
    messages = world.reader.fetch_facts(Policy()).messages
    assert messages["notice-title"] == "A word about {{PLURAL:$1|it|them}}"
    assert messages["notice-item"] == "$1 – ''$2''"
    assert "notice-more" not in messages
    assert not [key for key, text in messages.items() if text == "Of somebody else."]
    for title in ("MediaWiki:Tropebot-notice-title", "MediaWiki:Tropebot-notice-item"):
        world.delete(title)
    assert "notice-title" not in world.reader.fetch_facts(Policy()).messages


def test_a_source_that_does_not_exist_is_none_not_absent(world: World) -> None:
    policy = Policy(workshop=Workshop(preload="MediaWiki:R no such preload"))
    assert world.reader.fetch_facts(policy).sources["MediaWiki:R no such preload"] is None


def test_templates_that_are_known_to_be_there_are_not_asked_for(world: World) -> None:
    """Whether they are is for others to say: this one is not."""
    world.put("R with two", "{{R taken as there}} {{R nowhere at all}}")
    world.reader.fetch_facts(Policy(), templates={"Template:R taken as there"})
    assert world.read("R with two").missing_templates == {"Template:R nowhere at all"}
    world.reader.fetch_facts(Policy())
    assert world.read("R with two").missing_templates == {
        "Template:R nowhere at all",
        "Template:R taken as there",
    }
