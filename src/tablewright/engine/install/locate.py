"""Find Pulumi's engine, or have it built: the executable `pulumi`, 3.259 or newer of version 3."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tablewright.engine.install.folders import cache_folder
from tablewright.errors import EngineMissingError
from tablewright.files import write_whole

ENGINE_VERSION = "3.259.0"
"""The one that is fetched or built where there is none."""
MINIMUM_VERSION = (3, 259, 0)
EXECUTABLE_VARIABLE = "TABLEWRIGHT_PULUMI"
DEFERRED_FOLDER = "deferred-engine"
"""Name of a folder on PATH whose `pulumi` is none yet; see `deferred`."""
_VERSION_TIMEOUT_SECONDS = 60
_INSTALL = (
    f"install Pulumi 3.259 or newer, or name its executable in {EXECUTABLE_VARIABLE}, or install "
    "Go 1.26 and run `python -m tablewright.engine`"
)


@dataclass(frozen=True, slots=True)
class Engine:
    """Pulumi's engine on this machine.

    Args:
        path: the `pulumi` executable.
        version: as it says itself, without the leading v.
    """

    path: Path
    version: str


def find_engine(
    progress: Callable[[str], None],
    *,
    build: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> Engine:
    """Find the engine, or fetch or build it once for this user.

    In this order: the executable named by `TABLEWRIGHT_PULUMI`; `pulumi` on PATH if it is new
    enough; our own copy in the user's cache. Where there is none, Pulumi's release is fetched, or
    else the engine is built with Go.

    Args:
        progress: told what is done and how long it takes, when it takes long.
        build: False to fail instead of building.
        environment: the user's environment.

    Raises:
        EngineMissingError: the named one cannot be used, or there is none and none can be built.
    """
    if named := environment.get(EXECUTABLE_VARIABLE):
        return _named(Path(named))
    on_path = shutil.which("pulumi", path=_path_of_engines(environment))
    if on_path and _usable(version := engine_version(Path(on_path))):
        return Engine(Path(on_path), version)
    own_engine = cache_folder(environment) / "engine" / f"v{ENGINE_VERSION}" / "pulumi"
    if not own_engine.exists():
        if not build:
            raise EngineMissingError("Pulumi's engine is not installed", _INSTALL)
        _provide(own_engine, progress, environment)
    return Engine(own_engine, ENGINE_VERSION)


def _provide(path: Path, progress: Callable[[str], None], environment: Mapping[str, str]) -> None:
    from tablewright.engine.install.provide import provide_engine  # noqa: PLC0415 - HTTP and more

    provide_engine(path, ENGINE_VERSION, progress, environment)


def _path_of_engines(environment: Mapping[str, str]) -> str:
    folders = environment.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder).name != DEFERRED_FOLDER)


def _named(path: Path) -> Engine:
    version = engine_version(path)
    if not _usable(version):
        state = f"is version {version}" if version else "cannot be run"
        raise EngineMissingError(
            f"{EXECUTABLE_VARIABLE} names {path}, which {state}",
            "name a `pulumi` of version 3.259 or newer, or unset the variable",
        )
    return Engine(path, version)


def _usable(version: str) -> bool:
    numbers = parse_version(version)
    return numbers is not None and MINIMUM_VERSION <= numbers < (MINIMUM_VERSION[0] + 1,)


def parse_version(text: str) -> tuple[int, int, int] | None:
    """`v3.259.0-dev.1` is (3, 259, 0); None for what is no version."""
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text.strip())
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def engine_version(path: Path) -> str:
    """What `pulumi version` says, empty if it cannot be run.

    Asking takes 0.1 s, so the answer is remembered for as long as the file does not change.
    """
    try:
        status = path.stat()
    except OSError:
        return ""
    key = f"{path.resolve()}|{status.st_mtime_ns}|{status.st_size}"
    memory = cache_folder(os.environ) / "engine" / "versions.json"
    known = _remembered(memory)
    if key not in known:
        version = _ask_version(path)
        if not version:
            return ""
        known[key] = version
        _remember(memory, known)
    return known[key]


def _ask_version(path: Path) -> str:
    try:
        answer = subprocess.run(
            [path, "version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=_VERSION_TIMEOUT_SECONDS,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip().removeprefix("v")


def _remembered(memory: Path) -> dict[str, str]:
    with suppress(OSError, ValueError):
        known = json.loads(memory.read_text())
        if isinstance(known, dict):
            return known
    return {}


def _remember(memory: Path, known: Mapping[str, str]) -> None:
    with suppress(OSError):  # a read-only home costs 0.1 s a run, no more
        memory.parent.mkdir(parents=True, exist_ok=True)
        write_whole(memory, json.dumps(dict(known)).encode())


def main() -> int:
    """`python -m tablewright.engine`: the path on standard output, progress on standard error."""
    try:
        engine = find_engine(lambda text: print(text, file=sys.stderr, flush=True))  # noqa: T201
    except EngineMissingError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_status
    print(engine.path)  # noqa: T201
    return 0
