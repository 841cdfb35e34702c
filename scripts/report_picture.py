"""The picture of a report in the README: `python -m scripts.report_picture REPORT`.

REPORT is the file that `tablewright demo` ends with. It is drawn by Chromium, light and dark halves
of one page, as `docs/images/report.png`.
"""

from __future__ import annotations

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "report.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WIDTH, HEIGHT = 1240, 1180
_BOTH = """
<body style="margin:0;position:relative;width:{width}px;height:{height}px;overflow:hidden">
<img src="{light}" style="position:absolute"><img src="{dark}"
style="position:absolute;clip-path:polygon(58% 0,100% 0,100% 100%,42% 100%)"></body>
"""


def picture(report: Path) -> bytes:
    """The top of a report, as a PNG."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS])
        light, dark = (_drawn(browser, report, theme) for theme in ("light", "dark"))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(_BOTH.format(width=WIDTH, height=HEIGHT, light=light, dark=dark))
        return page.screenshot()


def _drawn(browser: Browser, report: Path, theme: str) -> str:
    """The page in a theme, as a data URL."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=theme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(report.resolve().as_uri())
    page.wait_for_selector("html[data-ready=true]")
    page.locator("article.card .plot").first.scroll_into_view_if_needed()
    page.locator("article.card canvas").nth(1).wait_for()
    page.evaluate("scrollTo(0, 0)")
    data = base64.b64encode(page.screenshot()).decode()
    context.close()
    return f"data:image/png;base64,{data}"


def main() -> int:
    """Draw it."""
    if len(sys.argv) != 2:  # noqa: PLR2004
        print(__doc__)
        return 2
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_bytes(picture(Path(sys.argv[1])))
    print(PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
