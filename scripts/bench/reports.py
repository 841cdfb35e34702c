"""What a report of a large fleet costs: to write it, to open it, to filter it."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tablewright.report.page.writing import assets

from .decisions import write_tables
from .timing import TABLEWRIGHT, Home, sandbox_home

SIZES = tuple(map(int, os.environ.get("BENCH_TABLES", "100 2000").split()))
RUNS = 5
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_PAINT = """() => new Promise((resolve) => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  if (paint) { resolve(paint.startTime); return; }
  new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime))
    .observe({ type: 'paint', buffered: true });
})"""
_READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
_FILTER = """async (words) => {
  const search = document.getElementById('search');
  const started = performance.now();
  search.value = words;
  search.dispatchEvent(new Event('input'));
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - started;
}"""
_BARE = """<!doctype html><meta charset="utf-8"><title>bare</title><style>{style}</style>
<p>A chart<div id="plot"></div><input id="search"><script>{script}
new uPlot({{width: 600, height: 200, series: [{{}}, {{stroke: "blue"}}]}},
[[1, 2, 3], [1, 3, 2]], document.getElementById("plot"));</script>"""


def reports() -> None:
    """Fleets of made-up tables: `report --all` and its file, beside a page with one bare chart."""
    executable = shutil.which("chromium")
    heads = (
        *("tables", "write s", "MB of the largest process", "file MB", "first paint ms"),
        *("of a bare page ms", "ready ms", "of a bare page ms", "filter ms", "of a bare page ms"),
    )
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        folder = Path(directory)
        bare = folder / "bare.html"
        style, script = assets()
        library = script[: script.index("\n(() => {\n")]
        bare.write_text(_BARE.format(style=style, script=library), "utf-8")
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS])
        written = 0
        with sandbox_home() as home:
            for tables in SIZES:
                write_tables(folder / "usage", range(written, tables))
                written = tables
                file = folder / f"{tables}.html"
                seconds, megabytes = _written(home, folder / "usage", file)
                paint, idle = (_median(browser, path, _first_paint) for path in (file, bare))
                ready, bare_ready = (_median(browser, path, _ready) for path in (file, bare))
                filtered, frames = (_median(browser, path, _filtering) for path in (file, bare))
                cells = (
                    *(f"{tables:,}", f"{seconds:.1f}", f"{megabytes:.0f}"),
                    *(f"{file.stat().st_size / 1e6:.1f}", f"{paint:.0f}", f"{idle:.0f}"),
                    *(f"{ready:.0f}", f"{bare_ready:.0f}", f"{filtered:.0f}", f"{frames:.0f}"),
                )
                print(f"| {' | '.join(cells)} |", flush=True)
        browser.close()


def _written(home: Home, usage: Path, file: Path) -> tuple[float, float]:
    """Seconds, and MB of the largest process."""
    words = ("report", "--all", "--region", "eu-west-1", "--usage", str(usage), "--to", str(file))
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(TABLEWRIGHT), *words], env=home.environment, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"report ended with {process.returncode}"
        raise RuntimeError(message)
    return time.perf_counter() - started, used.ru_maxrss / 1024


def _median(browser: Browser, path: Path, measure: Callable[[Page], float]) -> float:
    values = []
    for _ in range(RUNS):
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(path.as_uri())
        values.append(measure(page))
        page.close()
    return statistics.median(values)


def _first_paint(page: Page) -> float:
    return float(page.evaluate(_PAINT))


def _ready(page: Page) -> float:
    """Until its script has run, and the list can be searched."""
    return float(page.evaluate(_READY))


def _filtering(page: Page) -> float:
    return float(page.evaluate(_FILTER, "table 1"))
