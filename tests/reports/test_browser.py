"""The page of HTML as a person has it: opened from disk in a browser that has no network."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, sync_playwright

from demo.packages import apt_get, has_apt
from tests.reports.audits import ABOUT, sample
from tests.reports.states import EMPTY, HOSTILE, full
from tropebot.reports import auditpage
from tropebot.reports.page import html
from tropebot.reports.state import WikiState

pytestmark = pytest.mark.heavy

SCRIPT = "http://127.0.0.1/w/"
NAMES = ("empty", "some", "many", "empty audit", "audit", "large audit")
PHONE = (360, 740)
DESK = (1280, 900)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The distribution's Chromium, installed where it is missing; one test process at a time does that."""
    with (tmp_path_factory.getbasetemp().parent / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _chromium() is None:
            assert has_apt(), "install Chromium: the page of HTML is tested in it"
            apt_get("install", "-y", "--no-install-recommends", "chromium", "fonts-liberation")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        yield found
        found.close()


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of wikis and of audits without findings, with some, and with very many."""
    directory = tmp_path_factory.mktemp("pages")
    states: dict[str, WikiState] = {"empty": EMPTY, "some": full(60), "many": full(20_000)}
    pages = {name: html(each, wiki=HOSTILE[0], script=SCRIPT) for name, each in states.items()}
    for name, size in (("empty audit", 0), ("audit", 60), ("large audit", 200_000)):
        about = replace(ABOUT, problems=(HOSTILE[2],) if size else ())
        pages[name] = auditpage.html(about, sample(size), wiki=HOSTILE[0])
    made = {}
    for name, text in pages.items():
        made[name] = directory / f"{name}.html"
        made[name].write_text(text, encoding="utf-8")
    return made


class Opened:
    """A page that is shown, with what the browser had to say about it."""

    def __init__(self, browser: Browser, path: Path, size: tuple[int, int], scheme: str) -> None:
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            offline=True,
        )
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())

    def texts(self, selector: str) -> list[str]:
        """What stands in each such element."""
        return self.page.locator(selector).all_inner_texts()


@pytest.fixture
def show(browser: Browser, files: dict[str, Path]) -> Iterator["Show"]:
    """`show("some")` opens a page; at the end it must have been silent and have asked for nothing else."""
    opened: list[Opened] = []

    def one(name: str, size: tuple[int, int] = DESK, scheme: str = "light") -> Opened:
        opened.append(Opened(browser, files[name], size, scheme))
        return opened[-1]

    yield one
    for each in opened:
        assert each.said == []
        assert [url for url in each.asked if not url.startswith("file:")] == []
        assert len(each.asked) == 1
        assert each.page.evaluate("window.acted") is None
        each.context.close()


class Show(Protocol):
    """The type of the fixture ``show``."""

    def __call__(
        self, name: str, size: tuple[int, int] = DESK, scheme: str = "light"
    ) -> Opened: ...


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("size", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]
)
def test_axe_finds_nothing(show: Show, name: str, size: tuple[int, int], scheme: str) -> None:
    opened = show(name, size, scheme)
    for details in opened.page.locator("details > summary").all():
        details.click()
    found = Axe().run(opened.page).response["violations"]
    assert [(each["impact"], each["id"], each["nodes"][0]["target"]) for each in found] == []


@pytest.mark.parametrize("name", NAMES)
def test_on_a_phone_the_page_is_no_wider_than_the_screen(show: Show, name: str) -> None:
    opened = show(name, PHONE)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_every_chart_is_drawn_and_has_its_figures_below_it(show: Show) -> None:
    opened = show("some")
    drawn = (
        "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)"
        ".data.some(Boolean)"
    )
    canvases = opened.page.locator("canvas").all()
    assert len(canvases) == 4
    assert all(canvas.evaluate(drawn) for canvas in canvases)
    opened.page.locator("#chart-open summary").click()
    opened.page.locator("#chart-open tbody tr").last.wait_for()
    last = opened.texts("#chart-open tbody tr:last-child td")
    by_rule = opened.texts("#chart-open thead th")
    rules = dict(zip(by_rule, last, strict=True))
    opened.page.locator("#rules tbody tr", has_text="TB201").locator("td").nth(2).wait_for()
    told = (
        opened.page.locator("#rules tbody tr", has_text="TB201").locator("td").nth(2).inner_text()
    )
    assert rules["TB201"] == told


def test_an_empty_ledger_says_so(show: Show) -> None:
    opened = show("empty")
    assert opened.page.locator("canvas, table").count() == 0
    assert opened.texts(".sub") == ["How the wiki stands · the bot has not run yet"]
    assert opened.page.locator("#alerts").is_hidden()


def test_titles_are_shown_as_they_are_and_lead_to_the_wiki(show: Show) -> None:
    opened = show("some")
    titles = opened.page.locator("#findings td.title a")
    by_age = list(reversed(HOSTILE))
    shown = titles.evaluate_all("links => links.map(link => link.textContent)")[: len(HOSTILE)]
    assert shown[1:] == by_age[1:]
    assert shown[0].startswith("Lone ")
    hrefs = titles.evaluate_all("links => links.map(link => link.href)")
    assert all(href.startswith(f"{SCRIPT}index.php?title=") for href in hrefs)
    assert hrefs[by_age.index(HOSTILE[0])] == (
        f"{SCRIPT}index.php?title=A_%3C%2Fscript%3E%3Cscript%3Ewindow.acted_%3D_1%3C%2Fscript%3E"
    )
    assert opened.texts("h1") == [HOSTILE[0]]


def test_search_finds_titles_with_markup_as_they_are_written(show: Show) -> None:
    opened = show("many")
    opened.page.fill("#findings input[type=search]", "onerror='window")
    opened.page.wait_for_function("document.querySelectorAll('#findings tbody tr').length === 1")
    assert opened.texts("#findings td.title") == [HOSTILE[2]]
    opened.page.fill("#findings input[type=search]", "no such page anywhere")
    opened.page.wait_for_selector("#findings td.dt-empty")
    assert opened.texts("#findings td.dt-empty") == ["No row matches."]


def test_columns_sort_by_mouse_and_by_keyboard(show: Show) -> None:
    opened = show("some")
    days = "#findings tbody td.number"
    first = [int(text.replace(",", "")) for text in opened.texts(days)]
    assert first == sorted(first, reverse=True)
    head = opened.page.locator("#findings thead th", has_text="Days")
    head.click()
    head.click()
    again = [int(text.replace(",", "")) for text in opened.texts(days)]
    assert again == sorted(again) or again == sorted(again, reverse=True)
    opened.page.locator("#findings thead th", has_text="Page").locator("[role=button]").focus()
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_selector("#findings thead th[aria-sort=ascending]:has-text('Page')")
    assert opened.texts("#findings thead th[aria-sort]") == ["Page"]


def test_a_rule_shows_its_findings_alone(show: Show) -> None:
    opened = show("some")
    opened.page.click("#rules button:text-is('TB201')")
    assert set(opened.texts("#findings td.code")) == {"TB201"}
    opened.page.select_option("#rule", "")
    assert opened.texts("#findings .dt-info") == ["1 to 25 of 60"]


def test_the_colours_follow_the_system_until_somebody_chooses(show: Show) -> None:
    opened = show("some", scheme="dark")
    back = "getComputedStyle(document.body).backgroundColor"
    dark = opened.page.evaluate(back)
    opened.page.click("#theme")
    light = opened.page.evaluate(back)
    assert (dark, light) == ("rgb(20, 23, 27)", "rgb(246, 247, 249)")


def test_twenty_thousand_findings_are_still_usable(show: Show) -> None:
    """Bounds are wide, so that a busy machine passes: drawing all rows would take minutes."""
    began = monotonic()
    opened = show("many")
    opened.page.wait_for_selector("#findings tbody tr")
    assert opened.page.locator("#findings tbody tr").count() == 25
    assert opened.texts("#findings .dt-info") == ["1 to 25 of 20,000"]
    opened.page.fill("#findings input[type=search]", "Page 19999")
    opened.page.wait_for_function("document.querySelectorAll('#findings tbody tr').length === 1")
    assert opened.texts("#findings td.title") == ["Page 19999"]
    opened.page.fill("#findings input[type=search]", "")
    opened.page.locator("#findings").get_by_role("link", name="Last rows").click()
    opened.page.wait_for_function(
        "document.querySelector('#findings .dt-info').textContent === '19,976 to 20,000 of 20,000'"
    )
    assert monotonic() - began < 60


def test_an_audit_shows_all_counts_and_the_first_findings(show: Show) -> None:
    opened = show("large audit")
    canvases = opened.page.locator("canvas").all()
    assert len(canvases) == 2
    figures = dict(zip(opened.texts("#tiles dt"), opened.texts("#tiles dd"), strict=True))
    assert figures["findings"] == "200,000"
    assert opened.texts("#findings .dt-info") == ["1 to 25 of 1,500"]
    assert "The first 1500 of 200000 findings" in opened.texts("#cut")[0]
    assert opened.texts("#alerts li") == [HOSTILE[2]]
    opened.page.click("#rules button:text-is('TB105')")
    assert set(opened.texts("#findings td.code")) == {"TB105"}
    opened.page.locator("#chart-missing summary").click()
    opened.page.locator("#chart-missing tbody tr").last.wait_for()
    assert opened.texts("#chart-missing tbody tr:first-child td")[0] == "template:reflist"


def test_an_audit_that_found_nothing_says_so(show: Show) -> None:
    opened = show("empty audit")
    assert opened.page.locator("canvas, table").count() == 0
    assert opened.texts("#cut") == [""]


def test_titles_of_an_audit_are_shown_as_they_are(show: Show) -> None:
    opened = show("audit")
    opened.page.fill("#findings input[type=search]", "onerror='window")
    opened.page.wait_for_function("document.querySelectorAll('#findings tbody tr').length === 1")
    link = opened.page.locator("#findings td.title a")
    assert link.inner_text() == HOSTILE[2]
    assert str(link.get_attribute("href")).startswith(f"{SCRIPT}index.php?title=%3Cimg")
