"""Rules about the tree itself that no linter knows; `make check` runs it.

Nothing committed names a path of one machine or a package registry's host, and no module of the
packages grows past 400 lines without a word in `ACCEPTED_LONG_MODULES` saying why. Names in them,
in these scripts and in what tests share are those of `scripts.words`.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from scripts import words

ROOT = Path(__file__).resolve().parent.parent
MAX_MODULE_LINES = 400
SOURCES = ("src/", "emulator/src/")
NAMED_SOURCES = ("src/tablewright/", "emulator/src/", "scripts/", "tests/support/")
"""In each of which one class name means one thing."""
ACCEPTED_LONG_MODULES: dict[str, str] = {
    "src/tablewright/provider/protocol/server.py": "one method per call of the engine's protocol",
}

# The brackets keep this file from matching itself; Ada is the user of our tests.
_MACHINE_PATHS = re.compile(r"/[w]ork/(main|shared)|/[r]oot/|/[h]ome/(?!ada/)[a-z]+/")
_REGISTRY_HOSTS = re.compile(
    r"[p]ypi\.org|[p]ythonhosted|[p]roxy\.golang|[r]egistry\.npmjs|[r]epo1?\.maven|[c]rates\.io"
)


def tracked_files() -> list[Path]:
    """Files git knows, or would add: tracked and untracked ones that are not ignored."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def faults(path: Path) -> list[str]:
    """What is wrong with one file, each as `file:line: what`."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        return []
    name = path.relative_to(ROOT).as_posix()
    problems = []
    for number, line in enumerate(lines, 1):
        if _MACHINE_PATHS.search(line):
            problems.append(f"{name}:{number}: names a path of one machine")
        if _REGISTRY_HOSTS.search(line):
            problems.append(f"{name}:{number}: names a package registry's host")
    is_module = name.startswith(SOURCES) and name.endswith(".py")
    long = is_module and len(lines) > MAX_MODULE_LINES
    if long and name not in ACCEPTED_LONG_MODULES:
        problems.append(
            f"{name}: {len(lines)} lines, over {MAX_MODULE_LINES}: two things, or say why"
        )
    return problems


def name_faults(paths: Iterable[Path]) -> list[str]:
    """What is wrong with the names of modules."""
    names = {path: path.relative_to(ROOT).as_posix() for path in paths if path.suffix == ".py"}
    problems = []
    for source in NAMED_SOURCES:
        modules = {path: name for path, name in names.items() if name.startswith(source)}
        trees = {name: ast.parse(path.read_text("utf-8")) for path, name in modules.items()}
        for name, tree in trees.items():
            problems += words.local_faults(name, tree)
        problems += words.class_faults(trees)
    return problems


def main() -> int:
    """Print every fault; 1 if there is any."""
    paths = tracked_files()
    lines = [*(fault for path in paths for fault in faults(path)), *name_faults(paths)]
    print("\n".join(lines) if lines else "the tree is clean")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
