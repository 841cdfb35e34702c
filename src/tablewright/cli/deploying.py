"""What the deploying commands share: opening the deployment, showing a preview, asking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from . import console
from .manifests import source

if TYPE_CHECKING:
    from tablewright.deploy.deployment import Deployment, Preview
    from tablewright.engine import Permissions


@contextmanager
def deployment(paths: Sequence[str], chosen: dict[str, Any]) -> Iterator[Deployment]:
    """The deployment that the paths and options of a command mean."""
    from tablewright.deploy.deployment import open_deployment  # noqa: PLC0415 - when called
    from tablewright.deploy.options import Options  # noqa: PLC0415 - imported when called

    with open_deployment(source(paths), Options(**chosen), console.say) as opened:
        yield opened


def permissions(allow_replace: Sequence[str], allow_delete: Sequence[str]) -> Permissions:
    """What the guard lets pass."""
    from tablewright.engine import Permissions  # noqa: PLC0415 - imported when called

    return Permissions(frozenset(allow_replace), frozenset(allow_delete))


def show(preview: Preview, opened: Deployment, output_format: str) -> None:
    """Print a preview in the form asked for."""
    from tablewright.report import preview as report  # noqa: PLC0415 - imported when called

    match output_format:
        case "json":
            console.data_json({"stack": opened.title, **report.as_json(preview.explanation)})
        case "markdown":
            console.data(report.markdown(preview.explanation, opened.title))
        case _:
            report.render(preview.explanation, opened.title, console.rich_console())
            for note in preview.notes:
                console.say(note)
