"""Templates that a user names: a file, or the folder that the CDK synthesises into."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tablewright.errors import UsageError
from tablewright.transfer import read_given, why_unread

from .template import LARGEST_CHARACTERS, Template, read_template

_MANIFEST = "manifest.json"
_STACK = "aws:cloudformation:stack"
_ASSEMBLY = "cdk:cloud-assembly"
_DEEPEST = 10
_UTF8_BYTES = 4


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """A template with what its folder says of it.

    Args:
        template: as it was written.
        stack: name of its stack; None for a file alone.
        region: where it is deployed, if that is said.
        account_id: whose it is, likewise.
    """

    template: Template
    stack: str | None = None
    region: str | None = None
    account_id: str | None = None


def read_sources(path: Path) -> tuple[TemplateSource, ...]:
    """The template in a file, or all of a `cdk.out` folder.

    Raises:
        UsageError: it cannot be read, or is no such thing.
    """
    if not path.is_dir():
        return (TemplateSource(_template(path)),)
    sources = tuple(_assembly(path, 0))
    if not sources:
        raise UsageError(f"{path} holds no stack", "run `cdk synth` in the project")
    return sources


def _assembly(folder: Path, depth: int) -> Iterator[TemplateSource]:
    if depth > _DEEPEST:
        raise UsageError(f"{folder} is nested more than {_DEEPEST} assemblies deep", "")
    manifest = folder / _MANIFEST
    if not manifest.is_file():
        raise UsageError(
            f"{folder} is no cdk.out folder: it has no {_MANIFEST}",
            "run `cdk synth`, or name a file",
        )
    try:
        artifacts = json.loads(_text(manifest))["artifacts"]
        for artifact in artifacts.values():
            properties = artifact.get("properties") or {}
            if artifact.get("type") == _STACK:
                yield _stack(folder, artifact, properties)
            elif artifact.get("type") == _ASSEMBLY:
                yield from _assembly(folder / properties["directoryName"], depth + 1)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise UsageError(
            f"{manifest} is no manifest of the CDK", "run `cdk synth` again"
        ) from error


def _stack(folder: Path, artifact: Mapping[str, Any], properties: Mapping[str, Any]) -> Any:
    account, _, region = artifact.get("environment", "").removeprefix("aws://").partition("/")
    file = folder / properties["templateFile"]
    return TemplateSource(
        _template(file),
        properties.get("stackName") or file.name.removesuffix(".template.json"),
        region if region and not region.startswith("unknown") else None,
        account if account.isdecimal() else None,
    )


def _template(path: Path) -> Template:
    return read_template(_text(path), str(path))


def _text(path: Path) -> str:
    try:
        return read_given(path, _UTF8_BYTES * LARGEST_CHARACTERS).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {why_unread(error)}", "check the path") from error
