"""`tablewright validate`: every mistake in the manifests, with its place and its fix."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tablewright import manifest
from tablewright.cli import console
from tablewright.documents import failure
from tablewright.documents.error import ValidationDocument
from tablewright.errors import ManifestError, Problem
from tablewright.manifest.reading import ReadManifests
from tablewright.report.formats import workflow
from tablewright.report.formats.number import number_of

EXIT_INVALID = 2


def run(paths: Sequence[str], environment: str | None, output_format: str) -> int:
    """Check the manifests at PATH without touching anything; exit 0 or 2."""
    read = manifest.examine(
        paths, environment=os.environ, stdin=sys.stdin.buffer, chosen_environment=environment
    )
    problems = read.problems
    if output_format == "json":
        console.data_json(as_json(problems))
    elif output_format == "github":
        for problem in problems:
            console.data(workflow.of_problem(problem, ManifestError.code))
    else:
        for problem in problems:
            console.data(str(problem))
        for idle in read.idle:
            console.say(f"note: {idle}")
        console.say(_summary(read))
    return EXIT_INVALID if problems else 0


def as_json(problems: Sequence[Problem]) -> ValidationDocument:
    """The fixed form other tools read."""
    return {"valid": not problems, "problems": [failure.problem(mistake) for mistake in problems]}


def _summary(read: ReadManifests) -> str:
    if read.problems:
        return f"{number_of(len(read.problems), 'problem')}; nothing was touched"
    counted = [number_of(read.stack_count, "stack"), number_of(read.table_count, "table")]
    if read.policy_count:
        counted.append(number_of(read.policy_count, "policy"))
    return f"Valid: {', '.join(counted)}"
