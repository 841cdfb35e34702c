"""`tablewright doctor`: whether this machine can deploy a stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs.manifests import source
from tablewright.deploy.doctor import Diagnosis, examine
from tablewright.deploy.options import Options
from tablewright.documents.fleet import DoctorDocument

EXIT_FAILED, EXIT_UNKNOWN = 1, 4
_SIGNS = {"passed": "ok", "failed": "FAILED", "unknown": "?"}


def run(paths: Sequence[str], output_format: str, *, environment: str | None, **chosen: Any) -> int:
    """Check what deploying PATH needs; exit 0, 1 or 4."""
    diagnoses: list[Diagnosis] = []
    for diagnosis in examine(lambda: source(paths, environment).source, Options(**chosen)):
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
