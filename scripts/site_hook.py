"""What mkdocs asks while it builds the site: links that lead out of `docs/`.

Pages are read on their own, too, and link to files of the repository. Such a file becomes part of
the site, below `source/`: Markdown as a page, anything else as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
_LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)\s#]+)(?=[)#])")


def on_files(files: Files, config: Any) -> Files:
    """Add each file of the repository that a page leads to, and that those lead to in turn."""
    waiting = [Path(file.abs_src_path) for file in files.documentation_pages()]
    known = {*waiting}
    while waiting:
        for target in _targets(waiting.pop()):
            if target in known or target.is_relative_to(DOCS) or not target.is_file():
                continue
            known.add(target)
            files.append(File.generated(config, _site_path(target), abs_src_path=str(target)))
            if target.suffix == ".md":
                waiting.append(target)
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links as they are on the site."""
    source = Path(page.file.abs_src_path)
    here = Path(_site_path(source)).parent

    def placed(match: re.Match[str]) -> str:
        target = _target(source, match[1])
        return os.path.relpath(_site_path(target), here) if target.exists() else match[0]

    return _LINK.sub(placed, markdown)


def _targets(page: Path) -> Iterator[Path]:
    for match in _LINK.finditer(page.read_text("utf-8")):
        yield _target(page, match[1])


def _target(page: Path, link: str) -> Path:
    return Path(os.path.normpath(page.parent / link))


def _site_path(path: Path) -> str:
    inside = path.is_relative_to(DOCS)
    return (path.relative_to(DOCS) if inside else "source" / path.relative_to(ROOT)).as_posix()
