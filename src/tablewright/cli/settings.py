"""Settings of a project: what its commands take where nothing is given on the command line.

A setting is given as an option, else as a variable, else in `tablewright.toml` (or the table
`tool.tablewright` of `pyproject.toml`), which is found upwards from the working folder. The names
are declared here once: options, help and `docs/settings.md` follow. Nothing that confirms or allows
(`--yes`, `--allow-delete`) is a setting.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from tablewright.errors import ManifestError, Problem, UsageError
from tablewright.transfer import read_given

FILE, SHARED_FILE = "tablewright.toml", "pyproject.toml"
SHARED_TABLE = ("tool", "tablewright")
TARGETS, PROVIDERS = ("sandbox", "aws"), ("embedded", "official")
LARGEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a project.

    Args:
        name: its key in the file.
        variable: of the environment, which wins over the file.
        meaning: for readers of the page.
        option: which wins over both; empty where there is none.
        choices: all values that it can have; empty for any text.
        on_sandbox: from where a command on a sandbox takes it, besides its option: what is about
            AWS there is neither an error nor a place to keep a sandbox's state in.
        is_path: a relative path counts from the folder of the file.
        no_path: how a value begins that is no path all the same.
    """

    name: str
    variable: str
    meaning: str
    option: str = ""
    choices: tuple[str, ...] = ()
    on_sandbox: Literal["file", "variable", "option"] = "file"
    is_path: bool = False
    no_path: str = ""

    def is_path_in(self, value: str) -> bool:
        """Whether a value is a path, or a URL."""
        return self.is_path and not (self.no_path and value.startswith(self.no_path))


SETTINGS: Mapping[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "target",
            "TABLEWRIGHT_TARGET",
            "The embedded AWS of this machine, or AWS itself.",
            "--target",
            TARGETS,
        ),
        Setting(
            "environment",
            "TABLEWRIGHT_ENVIRONMENT",
            "Environment of the stacks, instead of the manifests' `spec.environment`.",
            "--environment",
        ),
        Setting(
            "backend",
            "TABLEWRIGHT_BACKEND",
            "Where the state of stacks on AWS is kept: a folder, or a URL such as `s3://BUCKET`.",
            "--backend",
            on_sandbox="variable",
            is_path=True,
        ),
        Setting(
            "provider",
            "TABLEWRIGHT_PROVIDER",
            "Who makes the engine's calls of AWS: tablewright, or Pulumi's `aws` plug-in.",
            "--provider",
            PROVIDERS,
            on_sandbox="option",
        ),
        Setting("profile", "TABLEWRIGHT_PROFILE", "AWS profile.", "--profile", on_sandbox="option"),
        Setting(
            "accounts",
            "TABLEWRIGHT_ACCOUNTS",
            "Which role to assume for a stack's `spec.account`: a file of roles, an ARN on each "
            "line followed by its external ID if it needs one, or "
            "`organization:ROLE[:EXTERNAL-ID]`, a role that every account has.",
            "--accounts",
            on_sandbox="option",
            is_path=True,
            no_path="organization:",
        ),
        Setting("sandbox", "TABLEWRIGHT_SANDBOX", "Name of the sandbox.", "--sandbox"),
        Setting(
            "rules",
            "TABLEWRIGHT_RULES",
            "Folder of Python files with rules of your own for `audit`, which runs them.",
            "--rules",
            is_path=True,
        ),
        Setting(
            "standard",
            "TABLEWRIGHT_STANDARD",
            "File or folder of documents of kind `StackDefaults` and `StackPolicy`, which hold for "
            "all stacks.",
            is_path=True,
        ),
        Setting(
            "engine",
            "TABLEWRIGHT_PULUMI",
            "Path of Pulumi's executable; else it is found on PATH, fetched or built.",
            is_path=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Given:
    """A value in the file.

    Args:
        value: of the setting.
        place: `FILE:LINE`, for people.
    """

    value: str
    place: str


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """The settings of one file; of none, where there is no file."""

    path: Path | None = None
    given: Mapping[str, Given] = field(default_factory=dict)


def project_file(folder: Path) -> ProjectFile:
    """The settings that hold in a folder: those of the nearest file in it or above it.

    The search ends with the folder that holds `.git`, the root of a repository.

    Raises:
        ManifestError: the file has a mistake; with its place.
        UsageError: two files in one folder have settings, or a stranger may have written it.
    """
    for place in (folder, *folder.parents):
        files = [path for name in (FILE, SHARED_FILE) if (path := place / name).is_file()]
        tables = [(path, table) for path in files if (table := _table(path)) is not None]
        if len(tables) > 1:
            raise UsageError(
                f"{place / FILE} and {place / SHARED_FILE} both have settings of tablewright",
                "keep one of them",
            )
        for path, table in tables:
            _refuse_strangers(path)
            return ProjectFile(path, _given(path, table))
        if (place / ".git").exists():
            break
    return ProjectFile()


def _table(path: Path) -> Mapping[str, Any] | None:
    """The settings' table of a file; None for a `pyproject.toml` without one."""
    text = _text(path)
    if path.name == SHARED_FILE and SHARED_TABLE[1] not in text:
        return None
    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        position = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(position[1]), int(position[2])) if position else (None, None)
        reason = str(error).partition(" (at ")[0]
        _fail([Problem(f"is not TOML: {reason}", "correct it", str(path), line, column)])
    if path.name == SHARED_FILE:
        for name in SHARED_TABLE:
            table = table.get(name) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def _text(path: Path) -> str:
    try:
        return read_given(path, LARGEST_BYTES).decode("utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}", "correct or remove it") from error


def _refuse_strangers(path: Path) -> None:
    """A file in a folder that everybody may write to counts only if it is this user's own."""
    everybody = path.parent.stat().st_mode & 0o002
    if everybody and path.stat().st_uid not in {os.geteuid(), 0}:
        raise UsageError(
            f"{path} belongs to another user, in a folder where everybody may write",
            "work in a folder of your own",
        )


def _given(path: Path, table: Mapping[str, Any]) -> dict[str, Given]:
    given, problems = {}, []
    lines = _lines(path)
    for key, value in table.items():
        line = lines.get(key)
        if problem := _problem(key, value):
            message, fix = problem
            problems.append(Problem(message, fix, str(path), line, path=key))
        else:
            place = f"{path.name}:{line}" if line else path.name
            given[key] = Given(_resolved(SETTINGS[key], value, path), place)
    if problems:
        _fail(problems)
    return given


def _problem(key: str, value: Any) -> tuple[str, str] | None:
    """What is wrong with a key and its value, and the fix."""
    setting = SETTINGS.get(key)
    if setting is None:
        nearest = get_close_matches(key, SETTINGS, n=1)
        fix = f"did you mean `{nearest[0]}`?" if nearest else f"there are: {', '.join(SETTINGS)}"
        return "there is no such setting", fix
    if not isinstance(value, str) or not value.strip():
        return "must be a text that is not empty", f'for instance: {key} = "{_example(setting)}"'
    if setting.choices and value not in setting.choices:
        return f'"{value}" is not one of its values', f"write one of: {', '.join(setting.choices)}"
    if setting.is_path_in(value) and os.sep not in value:
        return f'"{value}" is neither a path nor a URL', f'for a path write: {key} = "./{value}"'
    return None


def _example(setting: Setting) -> str:
    return setting.choices[-1] if setting.choices else "NAME"


def _resolved(setting: Setting, value: str, path: Path) -> str:
    """A relative path counts from the file, so that every folder below means the same place."""
    if not setting.is_path_in(value) or "://" in value:
        return value
    return str(path.absolute().parent / Path(value).expanduser())


def _lines(path: Path) -> dict[str, int]:
    """The line of each key of the settings' table; tomllib does not tell."""
    lines: dict[str, int] = {}
    table = "" if path.name == FILE else None
    for number, text in enumerate(_text(path).splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\]#]+?)\s*\]", text):
            inner = header[1].replace('"', "").replace(" ", "")
            own = ".".join(SHARED_TABLE) if path.name == SHARED_FILE else ""
            below = inner.removeprefix(f"{own}.") if own else inner
            table = "" if inner == own else None
            if not own or below != inner:
                lines.setdefault(below.split(".")[0], number)
        elif table == "" and (key := re.match(r"""\s*["']?([\w-]+)["']?\s*[=.]""", text)):
            lines.setdefault(key[1], number)
    return lines


def _fail(problems: list[Problem]) -> None:
    raise ManifestError(
        "the settings of the project have mistakes", "correct them there", tuple(problems)
    )


def variables(file: ProjectFile, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Settings without an option, as the variables by which they are read."""
    for name, given in file.given.items():
        setting = SETTINGS[name]
        if not setting.option and not environment.get(setting.variable):
            yield setting.variable, given.value
