"""`tablewright report`: one file that people look at."""

from __future__ import annotations

from collections.abc import Mapping
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
    output_format: str,
    **chosen: Any,
) -> int:
    """Write the report of the manifests at PATH, or of all live tables."""
    if bool(paths) == everything:
        raise UsageError("name manifests, or --all", "run `tablewright report --all`")
    asked = ReportRequest(paths, **chosen)
    if serve and output_format == "json":
        raise UsageError("a page that is served is no document", "leave out --output or --serve")
    if serve:
        report_serving.serve(lambda: document(asked, REFRESH_SECONDS), port, seconds)
        return 0
    size = write(document(asked), file)
    if output_format == "json":
        console.data_json({"file": str(file), "bytes": size})
    else:
        console.data(str(file))
    console.say(f"{size / 1e6:.1f} MB, whole in itself; open it in a browser")
    return 0


def write(shown: Mapping[str, Any], file: Path) -> int:
    """Write the page's file; answers its bytes.

    Raises:
        UsageError: it cannot be written there.
    """
    content = page(shown).encode("utf-8", "replace")
    try:
        write_whole(file, content)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror}", "name another file with --to"
        ) from error
    return len(content)
