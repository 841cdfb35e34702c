"""The report in a real browser: what is drawn, filtered, read aloud and reached by keyboard."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import FAILED
from tests.support.report_content import content, document
from tests.support.terminal import until

from tablewright.cli.measure.report_serving import LOOPBACK, ServedPage, handler
from tablewright.report.page.document import document_of
from tablewright.report.page.writing import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOSTILE = "</script><img src=x onerror=alert(1)>\u202eevil<script>alert(2)</script>"
SIZES = {"phone": (390, 844), "laptop": (1366, 768), "wide": (1920, 1080)}
REACHABLE = (
    "a[href], button:not([hidden]), select, input:not([type=radio]), summary, [tabindex='0']"
)
AXE = Path(find_spec("axe_playwright_python").origin).with_name("axe.min.js")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        reason = "no Chromium on this machine: install the package `chromium` to run these tests"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS])
        yield browser
        browser.close()


class Opened:
    """A page in a context of its own, with all that it logged, asked for and warned of."""

    def __init__(self, browser: Browser, url: str, size: str = "laptop", theme: str = "light"):
        width, height = SIZES[size]
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", lambda dialog: self.problems.append(f"dialog {dialog.message}"))
        self.page.on(
            "console",
            lambda said: self.problems.append(said.text) if said.type != "log" else None,
        )
        self.page.goto(url)
        self.page.wait_for_selector("html[data-ready=true]")

    def draw_all(self) -> None:
        """Bring every figure into view once."""
        self.page.evaluate(
            """async () => {
              for (const figure of document.querySelectorAll('.plot')) {
                figure.scrollIntoView();
                await new Promise(requestAnimationFrame);
                await new Promise(requestAnimationFrame);
              }
            }"""
        )
        holds(
            self.page,
            "[...document.querySelectorAll('.plot')].every((plot) => plot.childElementCount)",
        )


def holds(page: Page, condition: str) -> None:
    """Wait until a condition holds; the page's own policy forbids to have it wait by itself."""
    until(lambda: page.evaluate(condition), condition)


def file_of(folder: Path, shown) -> str:
    path = folder / "report.html"
    path.write_text(page(shown), "utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> str:
    """One table on demand, one provisioned: in two regions, and they lack different things."""
    return file_of(tmp_path_factory.mktemp("small"), document(2))


@pytest.fixture(scope="module")
def fleet(browser, tmp_path_factory) -> Iterator[Opened]:
    opened = Opened(browser, file_of(tmp_path_factory.mktemp("fleet"), document(2000)))
    yield opened
    opened.context.close()


class Lasting:
    """A page that is opened once: each test leaves it as it was, and one that fails, to nobody."""

    def __init__(self, browser: Browser, url: str, size: str, theme: str) -> None:
        self._how = (browser, url, size, theme)
        self._opened: Opened | None = None

    def get(self) -> Opened:
        """The page, with every figure drawn."""
        if self._opened is None:
            self._opened = Opened(*self._how)
            self._opened.draw_all()
        return self._opened

    def close(self) -> None:
        """The next one gets another."""
        if self._opened is not None:
            self._opened.context.close()
            self._opened = None


@pytest.fixture(scope="module")
def laptop(browser, small) -> Iterator[Lasting]:
    lasting = Lasting(browser, small, "laptop", "light")
    yield lasting
    lasting.close()


@pytest.fixture
def opened(laptop, request) -> Iterator[Opened]:
    yield laptop.get()
    if request.node.stash.get(FAILED, False):
        laptop.close()


def names(page: Page) -> list[str]:
    return page.locator("#table-rows .name").all_inner_texts()


def card(page: Page, name: str) -> Locator:
    """What is shown of one table, its first chart drawn."""
    found = page.locator("article.card", has=page.get_by_role("heading", name=name, exact=True))
    found.locator(".plot").first.scroll_into_view_if_needed()
    found.locator("canvas").first.wait_for()
    return found


def test_every_chart_is_drawn_and_nothing_is_loaded_or_complained_of(opened):
    blank = opened.page.evaluate(
        """[...document.querySelectorAll('canvas')].filter((canvas) => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return !data.some(Boolean);
        }).length"""
    )
    assert blank == 0
    assert opened.page.locator(".card canvas").count() == 4
    titles = opened.page.locator("figure.chart > figcaption").all_inner_texts()
    for title in ("From what is paid", "Where the money goes", "On demand or provisioned",
                  "The week of all", "Hot keys", "up of"):  # fmt: skip
        assert any(title in shown for shown in titles), title
    assert opened.page.locator("svg .fill").count() > 20
    assert opened.requests == [opened.page.url]
    assert opened.problems == []


def test_each_chart_has_its_numbers_its_words_and_its_source(opened):
    for figure in opened.page.locator("figure.chart:has(.plot)").all():
        summary = figure.locator("details.numbers > summary")
        summary.click()
        figure.locator("details.numbers tbody tr").first.wait_for()
        assert "UTC" in figure.locator(".source").first.inner_text()
        words = figure.locator(".plot").get_attribute("aria-label") or figure.inner_text()
        assert len(words) > 20
    opened.page.locator("figure.chart details.numbers").evaluate_all(
        "(all) => all.forEach((one) => { one.open = false })"
    )


def test_throttled_requests_are_marked_and_told(opened):
    writes = card(opened.page, "table-0001").locator("figure", has_text="Writes").first
    assert "throttled: 17 WriteProvisionedThroughputThrottleEvents" in writes.inner_text()
    assert "provisioned up to 200" in writes.locator(".readout").inner_text()


def test_a_chart_is_read_and_zoomed_by_keyboard(opened):
    shown = card(opened.page, "table-0001")
    readout = shown.locator(".readout").first
    summary = readout.inner_text()
    shown.locator(".focusable").first.focus()
    span = "document.activeElement.querySelector('.plot').plot.scales.x"
    before = opened.page.evaluate(f"{span}.max - {span}.min")
    opened.page.keyboard.press("+")
    holds(opened.page, f"{span}.max - {span}.min <= {before} * 0.51")
    opened.page.keyboard.press("ArrowRight")
    assert " of 400 provisioned" in readout.inner_text()
    assert readout.inner_text() != summary
    opened.page.keyboard.press("0")
    holds(opened.page, f"{span}.max - {span}.min === {before}")


def test_a_chart_is_zoomed_by_dragging_and_read_by_pointing(opened):
    shown = card(opened.page, "table-0000")
    box = shown.locator(".u-over").first.bounding_box()
    mouse = opened.page.mouse
    mouse.move(box["x"] + 100, box["y"] + 50)
    assert "read units a second" in shown.locator(".readout").first.inner_text()
    span = "document.querySelector('article.card .plot').plot.scales.x"
    before = opened.page.evaluate(f"{span}.max - {span}.min")
    mouse.down()
    mouse.move(box["x"] + 200, box["y"] + 50, steps=4)
    mouse.up()
    holds(opened.page, f"{span}.max - {span}.min < {before} / 2")
    mouse.move(0, 0)
    shown.locator(".focusable").first.focus()
    opened.page.keyboard.press("0")
    holds(opened.page, f"{span}.max - {span}.min === {before}")


def test_two_thousand_tables_are_searched_filtered_sorted_and_drawn_as_far_as_looked_at(fleet):
    page = fleet.page
    assert len(names(page)) == 25
    page.get_by_role("button", name="Show 100 more").click()
    assert len(names(page)) == 125
    page.fill("#search", "TABLE-1999")
    assert names(page) == ["table-1999"]
    page.fill("#search", "team=team-3 table-00")
    assert set(names(page)) == {f"table-{number:04d}" for number in range(3, 100, 7)}
    assert "of 2,000" in page.locator("#table-count").inner_text()
    page.fill("#search", "")
    page.get_by_role("combobox", name="Region").first.select_option("us-east-1")
    page.get_by_role("button", name="Table", exact=True).click()
    assert names(page)[:2] == ["table-0001", "table-0004"]
    page.get_by_role("button", name="Table", exact=True).click()
    assert page.locator("th[data-key=name]").get_attribute("aria-sort") == "descending"
    assert names(page)[0] == "table-1999"
    page.get_by_role("combobox", name="Show").select_option("throttled")
    assert {int(name[-1]) % 2 for name in names(page)} == {1}
    page.get_by_role("combobox", name="Show").select_option("all")
    page.get_by_role("combobox", name="Region").first.select_option("")


def test_a_table_of_a_fleet_is_opened_from_the_list(fleet):
    page = fleet.page
    page.fill("#search", "table-0777")
    page.locator("#table-rows .name").first.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "table-0777"
    assert page.locator("article.card").count() == 1
    page.locator("article.card canvas").first.wait_for()
    page.fill("#search", "")


def test_the_keyboard_alone_reaches_everything(opened):
    page = opened.page
    page.evaluate(
        """(wanted) => {
          const seen = (node) => node.checkVisibility({ contentVisibilityAuto: true });
          window.left = new Set([...document.querySelectorAll(wanted)].filter(seen));
          for (const group of document.querySelectorAll('fieldset')) {
            window.left.add(group.querySelector('input:checked'));
          }
          document.addEventListener('focusin', ({ target }) => window.left.delete(target));
          document.activeElement.blur();
          scrollTo(0, 0);
        }""",
        REACHABLE,
    )
    total = page.evaluate("left.size")
    for number in range(total + 60):
        page.keyboard.press("Tab")
        if number % 10 == 0 and not page.evaluate("left.size"):
            break
    assert total > 40
    assert page.evaluate("[...left].map((node) => node.outerHTML.slice(0, 200))") == []


def serious(page: Page, context: str, options: str) -> list[tuple[str, str, str]]:
    """What axe finds that keeps people out."""
    found = page.evaluate(f"axe.run({context}, {{ resultTypes: ['violations'], {options} }})")
    return [
        (violation["id"], violation["nodes"][0]["html"], violation["nodes"][0]["failureSummary"])
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]


def test_axe_finds_no_serious_fault_in_either_theme(opened):
    page = opened.page
    folded = page.locator("details:not([open])")
    folded.evaluate_all(
        "(all) => all.forEach((one) => { one.open = true; one.dataset.axe = 'opened' })"
    )
    page.evaluate(AXE.read_text("utf-8"))
    assert serious(page, "document", "rules: { 'color-contrast': { enabled: false } }") == []
    # To find what is behind a text takes most of the time, and the rows of numbers are alike.
    alike = "{ exclude: ['details.numbers tbody tr:nth-child(n+4)'] }"
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        assert serious(page, alike, "runOnly: ['color-contrast', 'link-in-text-block']") == [], (
            theme
        )
    page.locator("details[data-axe]").evaluate_all(
        "(all) => all.forEach((one) => { one.open = false; delete one.dataset.axe })"
    )


def is_wide_enough(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_neither_a_laptop_s_screen_nor_a_wide_one_is_too_narrow(opened):
    assert is_wide_enough(opened.page)
    for size in ("wide", "laptop"):
        width, height = SIZES[size]
        opened.page.set_viewport_size({"width": width, "height": height})
        figures = "[...document.querySelectorAll('.plot')].map(({ figure: f }) => f)"
        holds(opened.page, f"{figures}.every((f) => Math.abs(f.width - f.host.clientWidth) <= 2)")
        assert is_wide_enough(opened.page)


def test_a_phone_is_wide_enough_and_themes_differ_and_can_be_chosen(browser, small):
    opened = Opened(browser, small, "phone", theme="dark")
    opened.draw_all()
    assert is_wide_enough(opened.page)
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = opened.page.evaluate(ground)
    opened.page.get_by_role("button", name="Theme").click()
    assert opened.page.evaluate(ground) != dark
    opened.page.get_by_role("button", name="Theme").click()
    assert opened.page.evaluate(ground) == dark
    assert "dark" in opened.page.get_by_role("button", name="Theme").inner_text()
    opened.context.close()


def test_what_is_printed_is_the_content_without_the_controls(fleet):
    fleet.page.emulate_media(media="print")
    assert not fleet.page.locator(".filters").is_visible()
    assert not fleet.page.locator("nav.sections").is_visible()
    assert fleet.page.locator("#tiles").is_visible()
    assert len(fleet.page.pdf()) > 50_000
    fleet.page.emulate_media(media="screen")


def test_hostile_names_and_tags_are_shown_and_do_nothing(browser, tmp_path):
    shown = document_of(*content(2, name=HOSTILE, tags={HOSTILE: HOSTILE}, title=HOSTILE))
    opened = Opened(browser, file_of(tmp_path, shown))
    opened.draw_all()
    visible = HOSTILE.replace("\u202e", "⟨U+202E⟩")
    assert opened.page.locator("h1").inner_text() == visible
    assert visible in opened.page.locator("#card-list .tags").first.inner_text()
    opened.page.fill("#search", "onerror")
    assert names(opened.page) == [visible]
    assert opened.page.locator("img").count() == 0
    assert opened.page.evaluate("document.querySelectorAll('script').length") == 2
    assert opened.requests == [opened.page.url]
    assert opened.problems == []
    opened.context.close()


def test_the_policy_of_the_page_stops_requests(fleet):
    answer = fleet.page.evaluate(
        "fetch('http://127.0.0.1:9/').then(() => 'sent', (error) => error.name)"
    )
    assert answer == "TypeError"
    assert any("violates" in problem for problem in fleet.problems)


def test_a_served_page_takes_a_newer_one_and_keeps_what_was_chosen(browser):
    shown = ServedPage()
    shown.take({**document(3), "refresh": 0.1})
    with ThreadingHTTPServer((LOOPBACK, 0), handler(shown)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        opened = Opened(browser, f"http://{LOOPBACK}:{server.server_port}/")
        opened.page.fill("#search", "table-000")
        holds(opened.page, "document.getElementById('made').textContent.includes('fresh')")
        shown.take({**document(4), "refresh": 0.1})
        opened.page.locator("#table-rows tr").nth(3).wait_for()
        assert opened.page.input_value("#search") == "table-000"
        assert opened.problems == []
        opened.context.close()
        server.shutdown()
