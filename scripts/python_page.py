"""docs/python.md: the public interface for Python programs, from its docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

MODULES = ("tablewright.manifest", "tablewright.components", "tablewright.cost")


def python_page() -> str:
    """A section per module, a heading per name."""
    lines = [
        "# Python\n",
        "What programs may import; anything else may change with any release. Types are",
        "annotated, and `py.typed` is shipped. Fixtures for pytest are on [a page of their",
        "own](testing.md), components with examples on [another](components.md).\n",
    ]
    for name in MODULES:
        lines += _module(import_module(name))
    return "\n".join(lines)


def _module(module: ModuleType) -> Iterator[str]:
    summary = inspect.cleandoc(module.__doc__ or "").split("\n\n")[0]
    yield f"## {module.__name__}\n"
    yield f"{summary}\n"
    for name in sorted(module.__all__):
        value = getattr(module, name)
        yield f"### {module.__name__.rpartition('.')[2]}.{name}\n"
        if signature := _signature(value):
            yield f"```python\n{name}{signature}\n```\n"
        if text := _docstring(value):
            yield f"```text\n{text}\n```\n"


def _signature(value: Any) -> str:
    if not inspect.isfunction(value) and not inspect.isclass(value):
        return ""
    try:
        parameters = [*inspect.signature(value).parameters.values()]
    except (TypeError, ValueError):
        return ""
    names = [_parameter(parameter) for parameter in parameters]
    kinds = [parameter.kind for parameter in parameters]
    if inspect.Parameter.KEYWORD_ONLY in kinds and inspect.Parameter.VAR_POSITIONAL not in kinds:
        names.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    return f"({', '.join(names)})"


def _parameter(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    return stars + parameter.name + ("" if parameter.default is parameter.empty else "=…")


def _docstring(value: Any) -> str:
    is_documented = inspect.isfunction(value) or inspect.isclass(value)
    return inspect.cleandoc(value.__doc__ or "") if is_documented else ""
