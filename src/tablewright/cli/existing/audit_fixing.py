"""`tablewright audit --fix`: remedies into the manifests, with the diff shown and confirmed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from tablewright.audit.audit import AuditFinding, AuditReport
from tablewright.audit.remedies import is_written, with_remedy
from tablewright.cli import advice, console
from tablewright.cli.inputs.manifest_edits import ManifestEdits
from tablewright.errors import InputError, ManifestError
from tablewright.manifest import StackManifest
from tablewright.manifest.models import Table
from tablewright.manifest.naming import table_name
from tablewright.manifest.rendering import document_of
from tablewright.report.formats.number import number_of

_MOST_NAMES = 8


def fix(
    report: AuditReport,
    paths: Sequence[str],
    stack: StackManifest,
    environment: str | None,
    show: Callable[[str], None],
    *,
    yes: bool,
) -> None:
    """Write the lines that fix findings into the files of their tables.

    Args:
        report: of the audit.
        paths: of the manifests.
        stack: what `editable` returned.
        environment: of the stack, whatever its manifest says.
        show: takes the difference of a file.
        yes: `--yes` was given.

    Raises:
        ConsentError, DeclinedError: nothing was written.
    """
    tables = {table_name(stack.stack, table): table for table in stack.tables}
    region = stack.stack.spec.region
    failed = [
        finding
        for finding in report.of("failed")
        if finding.table in tables and finding.region == region
    ]
    wanted = [finding for finding in failed if is_written(finding)]
    left = {finding: finding.fix for finding in failed if not is_written(finding)}
    edits, refused = _edited(wanted, paths, stack, tables, environment)
    left |= refused
    for difference in edits.differences():
        show(difference)
    for line in _left(left):
        console.say(line)
    written = len(wanted) - len(refused)
    if not written:
        console.say("nothing to write: no manifest can fix what was found")
        return
    number = number_of(written, "remedy")
    console.confirm(f"Write {number} into the manifests?", yes=yes)
    files = number_of(edits.write(), "file")
    deploy = advice.literal("deploy them: `tablewright up PATH`")
    console.say(f"{number} written into {files}; {deploy}")


def _edited(
    wanted: Sequence[AuditFinding],
    paths: Sequence[str],
    stack: StackManifest,
    tables: Mapping[str, Table],
    environment: str | None,
) -> tuple[ManifestEdits, dict[AuditFinding, str]]:
    """The edits, and what could not be edited with the reason.

    All together first; where that makes the manifests wrong, one by one.
    """
    edits = ManifestEdits(paths, stack, environment)
    refused = dict(_apply(edits, wanted, tables))
    try:
        edits.load()
    except ManifestError:
        edits = ManifestEdits(paths, stack, environment)
        refused = {}
        accepted: list[AuditFinding] = []
        for finding in wanted:
            trial = ManifestEdits(paths, stack, environment)
            wrong = dict(_apply(trial, [*accepted, finding], tables))
            try:
                trial.load()
            except ManifestError as error:
                wrong[finding] = error.problems[0].message if error.problems else error.message
            if finding in wrong:
                refused[finding] = wrong[finding]
            else:
                accepted.append(finding)
                edits = trial
    return edits, refused


def _apply(
    edits: ManifestEdits,
    findings: Iterable[AuditFinding],
    tables: Mapping[str, Table],
) -> Iterator[tuple[AuditFinding, str]]:
    """Edit what can be; what cannot is yielded with the reason."""
    for finding in findings:
        document = document_of(tables[finding.table])
        name = document["metadata"]["name"]
        change = partial(
            with_remedy,
            spec=document["spec"],
            finding=finding,
            placement=edits.placement,
            environment=os.environ,
        )
        try:
            edits.edit(name, change)
        except InputError as error:
            yield finding, f"{error.message} Write `{finding.line}` by hand."


def _left(left: Mapping[AuditFinding, str]) -> Iterator[str]:
    """What stays to be done by hand, the same for several tables in one line."""
    tables: dict[tuple[str, str], list[str]] = {}
    for finding, what in left.items():
        tables.setdefault((finding.rule, what), []).append(finding.table)
    for (rule, what), names in tables.items():
        more = len(names) - _MOST_NAMES
        shown = ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
        yield f"not written: {rule} of {shown}: {what}"
