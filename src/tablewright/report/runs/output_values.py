"""Single outputs of a stack: one as bare text, or all as variables of a shell. Pure."""

from __future__ import annotations

import difflib
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.errors import UsageError


def raw(outputs: Mapping[str, Any], name: str) -> str:
    """One output as it is, `tables.orders.arn`; what is no text or number as JSON of a line.

    Raises:
        UsageError: there is none of that name.
    """
    value = _find(outputs, name)
    if value is None:
        known = [path for path, _ in _leaves(outputs, "")] + list(outputs)
        near = difflib.get_close_matches(name, known, n=3) or sorted(outputs)
        raise UsageError(f"the stack has no output {name}", f"it has {', '.join(near)}")
    return value if isinstance(value, str) else json.dumps(value)


def variables(outputs: Mapping[str, Any]) -> Iterator[str]:
    """`TABLE_ARNS='...'`: a line for each output, quoted for a shell; lists with a blank between.

    Raises:
        UsageError: two outputs would have the same variable.
    """
    named: dict[str, str] = {}
    for path, value in _leaves(outputs, ""):
        name = _variable(path)
        if name in named:
            raise UsageError(
                f"the outputs {named[name]} and {path} would both be the variable {name}",
                "take the one you need with `--raw NAME`, or all with `--output json`",
            )
        named[name] = path
        yield f"{name}={shlex.quote(_text(value))}"


def _find(outputs: Mapping[str, Any], name: str) -> Any:
    """By its path; a table's name may have dots of its own."""
    if name in outputs:
        return outputs[name]
    for key, value in outputs.items():
        if isinstance(value, Mapping) and name.startswith(f"{key}."):
            below = _find(value, name.removeprefix(f"{key}."))
            if below is not None:
                return below
    return None


def _leaves(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for key in sorted(value):
        full = f"{path}.{key}" if path else key
        if isinstance(value[key], Mapping):
            yield from _leaves(value[key], full)
        else:
            yield full, value[key]


def _variable(path: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", path)
    name = re.sub(r"[^A-Za-z0-9]", "_", words).upper()
    return f"_{name}" if name[:1].isdigit() else name


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_text, value))
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
