"""Environment variables in values: `${NAME}`, `${NAME:-default}`, and `$${` for a literal `${`.

Substitution happens after the text has been parsed, so what a variable holds can never change the
structure of a document. Field names are never substituted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tablewright.errors import Problem
from tablewright.manifest.messages.vocabulary import shown

from .node import Node, Scalar, walk

_OPENING = "${"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DEEPEST_DEFAULT = 10
LONGEST_TEXT = 20_000

Report = Callable[[str, str], None]


def substitute(root: Node, environment: Mapping[str, str]) -> list[Problem]:
    """Fill in all variables below a value, in place; what is missing or malformed is reported."""
    problems: list[Problem] = []
    for node in walk(root):
        if isinstance(node, Scalar) and _OPENING in node.text:
            _substitute_scalar(node, environment, problems)
    return problems


def _substitute_scalar(
    node: Scalar, environment: Mapping[str, str], problems: list[Problem]
) -> None:
    problems_by_name: dict[str, Problem] = {}

    def report(message: str, fix: str) -> None:
        problems_by_name.setdefault(message, node.problem(message, fix))

    before = node.text
    if len(before) > LONGEST_TEXT:
        fix = f"use variables in texts of up to {LONGEST_TEXT:,} characters"
        report("is too long for variables to be filled in", fix)
        node.unresolved = True
        problems.extend(problems_by_name.values())
        return
    node.text = expand(before, environment, report)
    node.from_variable = has_variable(before)
    node.unresolved = bool(problems_by_name)
    problems.extend(problems_by_name.values())


def has_variable(text: str) -> bool:
    """Whether the text holds a variable, not only an escaped `$${`."""
    return _OPENING in text.replace("$${", "")


def expand(text: str, environment: Mapping[str, str], report: Report, depth: int = 0) -> str:
    """The text with its variables filled in; a reference that cannot be is left as it stands."""
    done: list[str] = []
    position = 0
    while (start := text.find(_OPENING, position)) >= 0:
        if start > 0 and text[start - 1] == "$" and start - 1 >= position:
            done += [text[position : start - 1], _OPENING]
            position = start + len(_OPENING)
            continue
        done.append(text[position:start])
        end = _closing(text, start)
        if end < 0:
            report("`${` is not closed", "write `${NAME}`, or `$${` for the characters themselves")
            return "".join([*done, text[start:]])
        inner = text[start + len(_OPENING) : end]
        done.append(_value(inner, environment, report, depth))
        position = end + 1
    return "".join([*done, text[position:]])


def _closing(text: str, start: int) -> int:
    """Where the brace opened at `start` closes, counting inner ones; -1 if nowhere."""
    level = 0
    for offset in range(start + 1, len(text)):
        if text[offset] == "{":
            level += 1
        elif text[offset] == "}":
            level -= 1
            if level == 0:
                return offset
    return -1


def _value(inner: str, environment: Mapping[str, str], report: Report, depth: int) -> str:
    name, separator, default = inner.partition(":-")
    if not _NAME.fullmatch(name):
        message = f"`${{{shown(inner)}}}` names no environment variable"
        report(message, f"write `${{NAME}}`, or `$${{{shown(inner)}}}` to keep it as it is")
        return ""
    given = environment.get(name, "")
    if given or (name in environment and not separator):
        return given
    if not separator:
        fix = f"set it, or give a default: `${{{name}:-value}}`"
        if name.islower():  # as placeholders are, and variables seldom
            fix += f"; a placeholder in a name is written `{{{name}}}`"
        report(f"the environment variable {name} is not set", fix)
        return ""
    if depth >= _DEEPEST_DEFAULT:
        report("defaults are nested too deeply", "use fewer variables")
        return ""
    return expand(default, environment, report, depth + 1)
