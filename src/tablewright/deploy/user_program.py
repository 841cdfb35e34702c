"""A program of the user's own in place of the built-in one: a folder with a `main.py`.

    def program(resource, context):
        ...                       # declare Pulumi resources

`resource` is the manifest as plain values, variables filled in; `context` is a `Context`.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tablewright.errors import TablewrightError, UsageError
from tablewright.extras import require
from tablewright.plan.declaration.declared import DeclaredStack

FILE = "main.py"

TEMPLATE = '''"""This module's Pulumi program, run by `tablewright pulumi ... --module-dir .`."""

from tablewright.components import TableStack


def program(resource, context):
    """Declare the resources.

    Args:
        resource: the manifest as plain values: resource["metadata"]["name"], resource["spec"].
        context: what surrounds it: context.declared, context.existing, context.stack.
    """
    # The built-in program. Change it, or declare resources of your own beside it.
    TableStack.from_declared(context.declared, context.existing).export()
'''


@dataclass(frozen=True, slots=True)
class Context:
    """What a program may know besides its resource.

    Args:
        declared: what the manifest declares, as tablewright's own values.
        existing: what exists already and is to be imported.
        stack: `project/stack`.
        region: AWS region.
        documents: all manifests of the stack.
    """

    declared: DeclaredStack
    existing: Any
    stack: str
    region: str
    documents: tuple[Mapping[str, Any], ...]


Program = Callable[[Mapping[str, Any], Context], Any]


def preload() -> None:
    """The slow imports of a program, done while the engine boots."""
    from tablewright.components import preloading  # noqa: PLC0415 - they bring Pulumi's SDK

    preloading.preload()


def load_program(folder: Path) -> Program:
    """The `program` of a folder's `main.py`.

    Raises:
        UsageError: there is none, or it cannot be imported.
    """
    file = folder / FILE
    if not file.is_file():
        raise UsageError(
            f"{folder} holds no {FILE}", f"write one: `tablewright init --module {folder}`"
        )
    spec = importlib.util.spec_from_file_location("tablewright_module", file)
    if spec is None or spec.loader is None:
        raise UsageError(f"{file} is not a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(folder.absolute()))
    try:
        spec.loader.exec_module(module)
    except TablewrightError:
        raise
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and str(error.name).startswith("pulumi_aws"):
            require("programs")
        line = getattr(error, "lineno", None)
        raise UsageError(
            f"{file} cannot be imported: {error}" + (f" (line {line})" if line else ""),
            "fix the module",
        ) from error
    program = getattr(module, "program", None)
    if not callable(program):
        raise UsageError(
            f"{file} has no function program(resource, context)",
            "write the template elsewhere and compare: `tablewright init --module FOLDER`",
        )
    function: Program = program
    return function
