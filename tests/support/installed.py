"""Our wheels in environments of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"tablewright": ROOT, "tablewright-emulator": ROOT / "emulator"}


@dataclass(frozen=True)
class Installed:
    """A wheel in an environment of its own."""

    folder: Path
    metadata: dict[str, list[str]]
    packages: frozenset[str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "bin" / words[0], *words[1:]],
            capture_output=True, text=True, check=False, cwd=self.folder, env=self.environment,
        )  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        return {"HOME": str(self.folder), "PATH": os.defpath}


def required(requirements: list[str], extras: tuple[str, ...] = ()) -> frozenset[str]:
    """Names of the distributions that requirements lead to, those included."""
    seen: set[str] = set()
    pending = [(Requirement(text), extra) for text in requirements for extra in ("", *extras)]
    while pending:
        requirement, extra = pending.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in seen or requirement.extras:
            seen.add(name)
            asked = distribution(name).requires or ()
            pending += [
                (Requirement(text), wanted)
                for text in asked
                for wanted in ("", *requirement.extras)
            ]
    return frozenset(seen)


def built(name: str, folder: Path) -> Path:
    """The wheel of a distribution."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / name]
    subprocess.run(build, cwd=FOLDERS[name], check=True, capture_output=True)
    (wheel,) = (folder / name).glob("*.whl")
    return wheel


def install(folder: Path, *names: str, extras: tuple[str, ...] = ()) -> Installed:
    """Build wheels, and put them beside links to the packages that they ask for.

    Args:
        folder: where to.
        names: distributions; the metadata is that of the first.
        extras: of the first.
    """
    wheels = [built(name, folder / "dist") for name in names]
    made = folder / "venv"
    venv.create(made, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", made / "bin/python", "install", "--no-deps"]
    subprocess.run([*pip, "--no-index", "--quiet", *wheels], check=True, capture_output=True)
    metadata = [_metadata(wheel) for wheel in wheels]
    packages = required(metadata[0]["Requires-Dist"], extras)
    for other in metadata[1:]:
        packages |= required(other["Requires-Dist"])
    (site,) = made.glob("lib/python*/site-packages")
    for package in packages - set(names):
        _link(package, site)
    return Installed(made, metadata[0], packages)


def _metadata(wheel: Path) -> dict[str, list[str]]:
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        message = Parser().parsestr(archive.read(entry).decode())
    return {key: message.get_all(key, []) for key in ("Version", "Requires-Dist")}


def _link(package: str, site: Path) -> None:
    files = distribution(package)
    for top in {file.parts[0] for file in files.files or () if file.parts[0] != ".."}:
        if top != "__pycache__" and not (site / top).exists():
            (site / top).symlink_to(files.locate_file(top))
