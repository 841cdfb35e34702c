"""Rules of one's own: a folder of Python files that declare them as the rules here are declared.

Each file is run by itself. One that cannot be read, raises, or declares a rule under an id that is
taken is told by its line, and the other files are read all the same.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TypeGuard

from tablewright.errors import InputError, Problem
from tablewright.fleet.reading import Unread
from tablewright.transfer import read_given, why_unread

from .rule import AuditProblem, AuditRule, Severity
from .time_limit import TimeLimitReached, time_limit

_ID = re.compile(r"[A-Z][A-Z0-9_-]{1,39}")
_RESERVED = re.compile(r"TW\d+")
"""Ids of the rules that come with tablewright, today or later."""
_CORRECT = "correct it there; the other rules were asked"


@dataclass(frozen=True, slots=True)
class OwnRules:
    """What a folder declares.

    Args:
        rules: in the order of the files' names, and as they stand in a file.
        broken: what could not be read, each with its place.
    """

    rules: tuple[AuditRule, ...] = ()
    broken: tuple[Problem, ...] = ()


def read_own_rules(folder: Path, taken: Container[str]) -> OwnRules:
    """The rules that the Python files of a folder declare; running them is running the files.

    Args:
        folder: of the files; those whose names begin with `_` are for the others to import.
        taken: ids that there are.

    Raises:
        InputError: it is no folder, or has no Python file.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder", "give a folder with Python files")
    files = sorted(file for file in folder.glob("*.py") if not file.name.startswith("_"))
    if not files:
        raise InputError(
            f"{folder} holds no Python file",
            "write a function decorated with `tablewright.audit.audit_rule` into one",
        )
    rules: dict[str, AuditRule] = {}
    broken: list[Problem] = []
    sys.path.append(str(folder))
    try:
        for file in files:
            for declared in _declared(file):
                if isinstance(declared, Problem):
                    broken.append(declared)
                elif problem := _wrong(declared, rules, taken):
                    broken.append(problem)
                else:
                    rules[declared.id] = declared
    finally:
        sys.path.remove(str(folder))
    return OwnRules(tuple(rules.values()), tuple(broken))


def place_of(error: BaseException, file: str) -> str:
    """`FILE:LINE` of the innermost line of a file that an error went through."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if frame.filename == file]  # fmt: skip
    return f"{file}:{lines[-1]}" if lines else file


def is_own(rule: AuditRule) -> bool:
    """Whether a rule does not come with tablewright."""
    return not _RESERVED.fullmatch(rule.id)


def is_answer(value: object) -> TypeGuard[AuditProblem | Unread]:
    """Whether a rule may answer with it."""
    if isinstance(value, Unread):
        return isinstance(value.reason, str)
    return isinstance(value, AuditProblem) and all(
        isinstance(text, str) for text in (value.what, value.line, value.below, value.remedy)
    )


def _declared(file: Path) -> Iterator[AuditRule | Problem]:
    """The rules of one file, or what is wrong with it."""
    name = f"tablewright_rules_{file.stem}"
    module = ModuleType(name)
    module.__file__ = str(file)
    sys.modules[name] = module  # where dataclasses and pickle look
    try:
        with time_limit():
            exec(compile(read_given(file), str(file), "exec"), module.__dict__)  # noqa: S102 - the user's
    except SyntaxError as error:
        yield Problem(f"is not Python: {error.msg}", _CORRECT, str(file), error.lineno, 1)
        return
    except OSError as error:
        yield Problem(f"cannot be read: {why_unread(error)}", "allow it", str(file))
        return
    except (Exception, SystemExit, TimeLimitReached) as error:  # noqa: BLE001 - anything may be raised
        line = place_of(error, str(file)).rpartition(":")[2]
        what = f"raises {type(error).__name__}: {error}"
        yield Problem(what, _CORRECT, str(file), int(line) if line.isdigit() else None)
        return
    rules = [value for value in vars(module).values() if isinstance(value, AuditRule)]
    own = [rule for rule in dict.fromkeys(rules) if Path(rule.file).parent == file.parent]
    if not own:
        what = "declares no rule"
        yield Problem(what, "declare one with `@audit_rule`, or begin its name with `_`", str(file))
    yield from own


def _wrong(
    rule: AuditRule, known: Mapping[str, AuditRule], taken: Container[str]
) -> Problem | None:
    """What is wrong with a declaration; files may share one by importing it."""
    if rule.id in taken:
        return _at(rule, f"the id {rule.id} is taken", "choose another")
    if known.get(rule.id, rule) is not rule:
        return _at(rule, f"the id {rule.id} is taken by {known[rule.id].file}", "choose another")
    if not isinstance(rule.id, str) or not _ID.fullmatch(rule.id) or _RESERVED.fullmatch(rule.id):
        fix = "write an id such as `SHOP-1`; TW and digits are tablewright's own"
        return _at(rule, f"`{rule.id}` is no id of a rule of one's own", fix)
    if not isinstance(rule.severity, Severity) or not all(
        map(_are_texts, (rule.iam, rule.references))
    ):
        fix = "give a Severity, and actions and references as tuples of texts"
        return _at(rule, f"{rule.id} is not declared as `audit_rule` says", fix)
    if not rule.why:
        return _at(rule, f"{rule.id} does not say why", "give its function a docstring")
    return None


def _are_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(text, str) for text in value)


def _at(rule: AuditRule, what: str, fix: str) -> Problem:
    return Problem(what, fix, rule.file, rule.line)
