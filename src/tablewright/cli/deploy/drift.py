"""`tablewright drift`: where what is declared, recorded and live differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tablewright.cli import advice, console
from tablewright.cli.inputs import deploying
from tablewright.cli.styled import styled
from tablewright.deploy.drift.drifted import Drifted, DriftReport
from tablewright.deploy.drift.look import look
from tablewright.report.findings import drift as report


def run(paths: Sequence[str], output_format: str, **chosen: Any) -> int:
    """Compare what is declared, recorded and live of the stack at PATH."""
    with deploying.deployment(paths, chosen) as opened:
        found = literal(look(opened))
    show(found, output_format)
    return found.exit_status


def show(found: DriftReport, output_format: str) -> None:
    """Print the drift in the form asked for."""
    match output_format:
        case "json":
            console.data_json(report.as_json(found))
        case "markdown":
            console.data(report.markdown(found))
        case "github":
            for line in report.as_annotations(found):
                console.data(line)
        case _:
            report.render(found, styled())


def literal(found: DriftReport) -> DriftReport:
    """The drift with next steps that can be typed."""
    return replace(found, fields=tuple(map(_literal, found.fields)))


def _literal(field: Drifted) -> Drifted:
    return replace(field, fix=advice.literal(field.fix))
