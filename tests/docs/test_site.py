"""The site is built without a warning, its links and anchors lead somewhere, and it asks nobody."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADED = re.compile(r"<(?:script|img|iframe)[^>]+src=\"(?://|https?:)|<link[^>]+href=\"https?:")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    pytest.importorskip("mkdocs", reason="`make setup` installs it")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_built_and_loads_nothing_from_outside(site: Path):
    pages = [*site.rglob("*.html")]
    assert len(pages) > len([*(ROOT / "docs").rglob("*.md")])
    assert [page.name for page in pages if LOADED.search(page.read_text("utf-8"))] == []


def test_files_of_the_repository_that_pages_lead_to_are_part_of_it(site: Path):
    assert (site / "source" / "emulator" / "index.html").exists()
    assert (site / "source" / "examples" / "spark" / "decide.py").exists()
