"""`tablewright verify`: is what lives what was declared?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from . import advice, console, options
from .manifests import source

if TYPE_CHECKING:
    from tablewright.checks.verdict import Finding


@click.command(
    epilog="""\b
Examples:
  tablewright verify tables/ --target aws
  tablewright verify tables/ --output junit > verify.xml
Exit status: 0 all as declared, 3 something differs, 4 something could not be read.
"""
)
@options.deployment
@options.output("text", "json", "junit")
@click.option("--only-problems", is_flag=True, help="Leave out what is as declared.")
def command(paths: Sequence[str], output_format: str, *, only_problems: bool, **chosen: Any) -> int:
    """Compare the live tables, alarms, roles and tags with the manifests at PATH.

    Everything is read through AWS's own APIs; the engine's state is not asked.
    """
    from tablewright.checks.verify import verify  # noqa: PLC0415 - imported when called
    from tablewright.deploy.options import Options  # noqa: PLC0415
    from tablewright.deploy.place import open_place  # noqa: PLC0415
    from tablewright.deploy.stack_name import stack_name  # noqa: PLC0415
    from tablewright.fleet.stack import read_stack  # noqa: PLC0415
    from tablewright.plan.owner import owned  # noqa: PLC0415
    from tablewright.report import verification  # noqa: PLC0415

    declared = source(paths).declared
    declared = owned(declared, f"{declared.name}/{stack_name(declared, chosen['stack'])}")
    with open_place(Options(**chosen), declared.region, console.say) as place:
        report = verify(declared, read_stack(place.session, declared))
    report = replace(report, findings=tuple(map(_literal, report.findings)))
    match output_format:
        case "json":
            console.data_json(report.to_json())
        case "junit":
            console.data(verification.junit(report))
        case _:
            output = console.rich_console()
            verification.render(report, output, everything=not only_problems)
    return report.exit_status


def _literal(finding: Finding) -> Finding:
    return replace(finding, fix=advice.literal(finding.fix))
