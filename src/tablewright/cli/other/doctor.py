"""`tablewright doctor`: whether this machine can deploy a stack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

from tablewright.cli import console
from tablewright.cli.inputs import each_stack
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.deploy.doctor import Diagnosis, examine
from tablewright.deploy.options import Options
from tablewright.deploy.source import Source
from tablewright.documents.fleet import DoctorDocument
from tablewright.errors import TablewrightError, UsageError

EXIT_FAILED, EXIT_UNKNOWN = 1, 4
_SIGNS = {"passed": "ok", "failed": "FAILED", "unknown": "?"}


def run(
    paths: Sequence[str],
    output_format: str,
    *,
    environment: str | None,
    stacks: Sequence[str],
    **chosen: Any,
) -> int:
    """Check what deploying PATH needs, or what any stack does; exit 0, 1 or 4."""
    if not paths:
        if environment or stacks:
            raise UsageError(
                "an environment and a stack are those of manifests", "give PATH as well"
            )
        return _examined(None, Options(**chosen), output_format)
    try:
        given = sources(paths, environment, stacks)
    except UsageError:
        raise
    except TablewrightError as error:
        return _examined(partial(_raise, error), Options(**chosen), output_format)

    def work(stack: StackInput) -> int:
        options = Options(stack=stack.stack, **chosen)
        return _examined(lambda: stack.source, options, output_format)

    return each_stack.run(given, output_format, work)


def _raise(error: TablewrightError) -> NoReturn:
    raise error


def _examined(read: Callable[[], Source] | None, options: Options, output_format: str) -> int:
    diagnoses: list[Diagnosis] = []
    for diagnosis in examine(read, options):
        diagnoses.append(diagnosis)
        if output_format == "text":
            console.data(f"{_SIGNS[diagnosis.outcome]:<7} {diagnosis.name}: {diagnosis.detail}")
            if diagnosis.fix:
                console.data(f"        → {diagnosis.fix}")
    outcomes = {diagnosis.outcome for diagnosis in diagnoses}
    if output_format == "json":
        console.data_json(_document(diagnoses))
    if "failed" in outcomes:
        return EXIT_FAILED
    return EXIT_UNKNOWN if "unknown" in outcomes else 0


def _document(diagnoses: Sequence[Diagnosis]) -> DoctorDocument:
    return {
        "checks": [
            {
                "name": diagnosis.name,
                "verdict": diagnosis.outcome,
                "detail": diagnosis.detail,
                "fix": diagnosis.fix,
            }
            for diagnosis in diagnoses
        ]
    }
