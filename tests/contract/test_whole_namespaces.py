"""A namespace read from end to end: the same on the FakeWiki and on MediaWiki."""

import pytest

from tests.contract.worlds import World
from tropebot.model import Page

PAGES = {
    "S base": "{{trope}}\nWords. [[Category:S things]]",
    "S base!": "Stands between a page and what is below it.",
    "S base/Quotes": "Somebody said so.",
    "S nothing above/Quotes": "Somebody said so.",
    "S redirect": "#REDIRECT [[S base]]",
    "S redirect/Quotes": "Below a redirect.",
    "S calls": "{{No such template here}} {{trope}}",
    "S ümlaut": "Ümlaut.",
    "s base": "The same page as “S base”.",
}


def whole(world: World, namespace: int) -> list[Page]:
    found: list[Page] = []
    after = ""
    while True:
        pages, after = world.reader.fetch_slice(namespace, after=after)
        found += pages
        if not after:
            return found


def test_every_page_comes_once_and_as_it_is_read_by_its_title(world: World) -> None:
    for title, text in PAGES.items():
        world.put(title, text)
    for number in range(60):
        world.put(f"S many {number:02}", "Words.")
    found = whole(world, 0)
    ours = [page for page in found if page.title.startswith("S ")]
    wanted = {title for title in PAGES if title not in ("S redirect", "s base")}
    wanted |= {f"S many {number:02}" for number in range(60)}
    assert sorted(page.title for page in ours) == sorted(wanted)
    alone = world.reader.fetch_pages([page.title for page in ours])
    for page in ours:
        single = alone[page.title]
        assert single is not None
        for name in (
            "text",
            "rev_id",
            "templates",
            "categories",
            "missing_templates",
            "base_exists",
            "base_listed",
            "made_with",
            "user",
        ):
            assert getattr(page, name) == getattr(single, name), (page.title, name)


def test_pages_come_in_the_order_of_titles(world: World) -> None:
    for title in ("Order b", "Order a", "Order a b", "Order a/b", "Order a!"):
        world.put(title, "Words.")
    titles = [page.title for page in whole(world, 0)]
    assert [title for title in titles if title.startswith("Order ")] == [
        "Order a",
        "Order a!",
        "Order a/b",
        "Order a b",
        "Order b",
    ]


def test_files_come_with_who_uploaded_them(world: World) -> None:
    world.upload("File:S picture.png", "A picture.", "Cleo", "mine")
    (page,) = [page for page in whole(world, 6) if page.title == "File:S picture.png"]
    assert page.file is not None
    assert (page.file.uploader, page.file.local) == ("Cleo", True)


@pytest.mark.parametrize("namespace", [14, 15])
def test_a_namespace_may_be_empty(world: World, namespace: int) -> None:
    titles = [page.title for page in whole(world, namespace)]
    assert all(not title.startswith("S ") for title in titles)


def test_the_wiki_counts_its_pages(world: World) -> None:
    world.put("S counted", "Words with a [[link]].")
    size = world.reader.fetch_size()
    assert size.pages >= size.articles + size.files >= 1
