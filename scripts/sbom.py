"""Software bills of materials from the locks, as CycloneDX 1.6: `python -m scripts.sbom [DIR]`.

`tablewright.cdx.json` has what `pip install tablewright` brings and the modules of Pulumi's engine;
`tablewright-EXTRA.cdx.json` what each of its extras brings besides, such as the embedded AWS of
`sandbox`, and `development.cdx.json` what developing brings. Nothing in them depends on the day or
the machine.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from tablewright import __version__
from tablewright_emulator import __version__ as emulator_version

ROOT = Path(__file__).resolve().parent.parent
GO_MODULES = ROOT / "src/tablewright/engine/install/gomod/go.mod"
COPIED = (("uPlot", "1.6.32", "MIT"),)
"""Libraries of others whose code is part of ours; each lies beside its licence."""
BILLS = {"tablewright": ("base.txt", True), "development": ("dev.txt", False)}
PACKAGE, EMULATOR = ROOT / "pyproject.toml", ROOT / "emulator/pyproject.toml"
EXTRAS = tuple(tomllib.loads(PACKAGE.read_text("utf-8"))["project"]["optional-dependencies"])
_LOCKS_OF_EXTRAS = ("dev.txt", "spark.txt")
_ASKED_BY = re.compile(r"#\s+(?:via )?([a-z0-9][a-z0-9._-]*)(?: \(.*\))?$", re.MULTILINE)
_PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
_MODULE = re.compile(r"^\s*(?:require )?([a-z0-9.-]+\.[a-z]+/\S+) (v\S+)", re.MULTILINE)


def python_components(lock: str) -> Iterator[dict[str, Any]]:
    """A component for each package of a lock, with the SHA-256 of each of its files."""
    starts = [*_PINNED.finditer(lock)]
    ends = [match.start() for match in starts[1:]] + [len(lock)]
    for match, end in zip(starts, ends, strict=True):
        name, version = match[1], match[2]
        hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", lock[match.end() : end])
        yield _python_component(name, version, hashes)


def _python_component(name: str, version: str, hashes: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in sorted(hashes)],
    }


def extra_components(extra: str) -> Iterator[dict[str, Any]]:
    """A component for each package that an extra asks for, and for all that these ask for.

    The locks say of each package by which others it is asked for.
    """
    locks = [(ROOT / "requirements" / name).read_text("utf-8") for name in _LOCKS_OF_EXTRAS]
    asked_by: dict[str, set[str]] = {}
    for lock in locks:
        for part in re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]:
            name = re.split(r"[=\[]", part, maxsplit=1)[0]
            asked_by.setdefault(name, set()).update(_ASKED_BY.findall(part))
    wanted = set(_asked_for(extra))
    while more := {name for name, by in asked_by.items() if by & wanted} - wanted:
        wanted |= more
    if "tablewright-emulator" in wanted:
        yield _python_component("tablewright-emulator", emulator_version)
    for lock in locks:
        yield from (part for part in python_components(lock) if part["name"] in wanted)


def _asked_for(extra: str) -> Iterator[str]:
    """The packages that an extra names; those of another extra of ours for its name."""
    extras = tomllib.loads(PACKAGE.read_text("utf-8"))["project"]["optional-dependencies"]
    for requirement in extras[extra]:
        name, _, other = re.split(r"[<>=;]", requirement, maxsplit=1)[0].strip().partition("[")
        yield from _asked_for(other.rstrip("]")) if name == "tablewright" else (name,)


def go_components(module_file: str) -> Iterator[dict[str, Any]]:
    """A component for each module that the engine is built of."""
    for name, version in sorted(set(_MODULE.findall(module_file))):
        url = f"pkg:golang/{name.lower()}@{version}"
        yield {
            "type": "library",
            "bom-ref": url,
            "name": name,
            "version": version,
            "purl": url,
        }


def bill(name: str) -> dict[str, Any]:
    """One of BILLS, or of one of EXTRAS as `tablewright-sandbox`."""
    extra = name.removeprefix("tablewright-")
    if extra in EXTRAS:
        return _bill([*extra_components(extra)])
    lock, has_engine = BILLS[name]
    components = [*python_components((ROOT / "requirements" / lock).read_text("utf-8"))]
    if has_engine:
        components += go_components(GO_MODULES.read_text("utf-8"))
    return _bill(components)


def _bill(components: Iterable[dict[str, Any]]) -> dict[str, Any]:
    unique = {component["bom-ref"]: component for component in components}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": f"pkg:pypi/tablewright@{__version__}",
                "name": "tablewright",
                "version": __version__,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [unique[reference] for reference in sorted(unique)],
    }


def notices() -> str:
    """Which packages a tablewright brings along, each with the licence that it names."""
    lines = [
        "# Third parties",
        "",
        "Written by `make docs` from `requirements/base.txt`. These are installed beside",
        "tablewright, not copied into it; Pulumi's engine (Apache-2.0) is a program of its own.",
        "",
        "| package | licence |",
        "|---|---|",
    ]
    lock = (ROOT / "requirements" / "base.txt").read_text("utf-8")
    names = [component["name"] for component in python_components(lock)]
    lines += [f"| {name} | {_licence(name)} |" for name in names]
    lines += [
        "",
        "Copied into it, in the page of `tablewright report`:",
        "",
        "| library | licence |",
    ]
    lines += [
        "|---|---|",
        *(f"| {name} {version} | {licence} |" for name, version, licence in COPIED),
    ]
    return "\n".join(lines)


def _licence(name: str) -> str:
    """As the installed package has it: an expression, a short name, or its classifiers."""
    try:
        package = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "see the package"
    expression = package.get("License-Expression") or ""
    short = (package.get("License") or "").strip()
    classifiers = [
        text.rpartition(" :: ")[2]
        for text in package.get_all("Classifier", [])
        if text.startswith("License ::")
    ]
    return expression or ("" if "\n" in short else short) or ", ".join(classifiers)


def main() -> int:
    """Write the bills."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*BILLS, *(f"tablewright-{extra}" for extra in EXTRAS)):
        path = folder / f"{name}.cdx.json"
        path.write_text(json.dumps(bill(name), indent=1) + "\n", "utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
