"""`tablewright report`: one file that people look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tablewright.cli import console
from tablewright.errors import UsageError
from tablewright.files import write_whole
from tablewright.report.page.writing import page

from . import report_serving
from .report_gathering import document
from .report_request import ReportRequest

REFRESH_SECONDS = 2
"""How often a page that is served asks for a newer one."""


def run(
    paths: tuple[str, ...],
    *,
    everything: bool,
    file: Path,
    serve: bool,
    port: int,
    seconds: int,
    **chosen: Any,
) -> int:
    """Write the report of the manifests at PATH, or of all live tables."""
    if bool(paths) == everything:
        raise UsageError("name manifests, or --all", "run `tablewright report --all`")
    asked = ReportRequest(paths, **chosen)
    if serve:
        report_serving.serve(lambda: document(asked, REFRESH_SECONDS), port, seconds)
        return 0
    write(document(asked), file)
    return 0


def write(shown: dict[str, Any], file: Path) -> None:
    """Write the page's file, and say where it is.

    Raises:
        UsageError: it cannot be written there.
    """
    data = page(shown).encode("utf-8", "replace")
    try:
        write_whole(file, data)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror}", "name another file with --to"
        ) from error
    console.data(str(file))
    console.say(f"{len(data) / 1e6:.1f} MB, whole in itself; open it in a browser")
