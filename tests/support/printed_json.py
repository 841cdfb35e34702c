"""Every JSON document that a command of a test prints is what its published schema says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tablewright.documents import (
    DOCUMENTS,
    DRIFT_EVENT,
    ERRORS,
    NAMES,
    SAVED_PLAN,
    STACKS,
    WITHOUT,
    schema_text,
)


def check(words: Sequence[str], out: str) -> None:
    """Fail where standard output is JSON and not the document of the command.

    Args:
        words: what was typed after the command's name.
        out: its standard output.
    """
    command = _command(words)
    if "--raw" in words or "sarif" in words:
        return
    if "--watch" in words:
        for line in out.splitlines() if "json" in words else ():
            validate(DRIFT_EVENT, json.loads(line))
        return
    if out.lstrip()[:1] in ("{", "[") and command not in WITHOUT:
        try:
            document = json.loads(out)
        except ValueError:
            return
        parts = [document]
        if isinstance(document, dict) and document.keys() == {"stacks"}:
            validate(STACKS, document)
            parts = [*document["stacks"].values()]
        for part in parts:
            failed = isinstance(part, dict) and part.keys() == {"errors", "exitStatus"}
            validate(ERRORS if failed else DOCUMENTS[command], part)


def check_saved(file: Path) -> None:
    """Fail where a saved preview is not what its schema says; several stacks have one each."""
    saved = [file] if file.exists() else [*file.parent.glob(f"{file.stem}.*{file.suffix}")]
    assert saved, f"nothing was saved as {file}"
    for preview in saved:
        validate(SAVED_PLAN, json.loads(preview.read_text("utf-8")))


def validate(name: str, document: Any) -> None:
    """Fail with all that is not as the schema says; a field it does not name counts."""
    errors = validator(name).iter_errors(document)
    problems = [f"{error.json_path}: {error.message}" for error in errors]
    assert problems == [], f"{name}: {problems[:5]}"


@cache
def validator(name: str) -> Draft202012Validator:
    """Of the published schema, closed: what is printed is described."""
    assert name in NAMES
    schema = json.loads(schema_text(name))
    Draft202012Validator.check_schema(schema)
    for definition in schema["$defs"].values():
        definition["additionalProperties"] = False
    return Draft202012Validator(schema)


def _command(words: Sequence[str]) -> str:
    """The longest beginning of the words that is a command."""
    own = [word for word in words if not word.startswith("-")]
    names = (" ".join(own[:length]) for length in (3, 2, 1))
    known = {*DOCUMENTS, *WITHOUT}
    return next((name for name in names if name in known), " ".join(own[:1]))
