"""`python -m scripts.bench [NAME...]`: what is named, or everything there is to measure."""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import accounts, audits, collection, decisions, reports
from .lines import table
from .manifests import write
from .terraform import terraform
from .timeline import timeline
from .timing import HEADER, ROOT, Home, Sample, sandbox_home

RUNS = 5
REGION = "ap-southeast-2"
SOURCES = (ROOT / "src", ROOT / "emulator" / "src")
THREE_TABLES = str(ROOT / "examples" / "three-tables")


def cli() -> None:
    """Start of the command line."""
    with tempfile.TemporaryDirectory() as directory:
        home = Home(Path(directory))
        print(HEADER)
        seconds = tuple(home.run("--help") for _ in range(2 * RUNS))
        print(Sample("`tablewright --help`", seconds).row())


def stack() -> None:
    """The three-table stack: adopt and change in place, look again, destroy."""
    samples: dict[str, list[float]] = {}
    with sandbox_home() as home:
        for _ in range(RUNS):
            home.run("sandbox", "reset")
            home.run("sandbox", "seed")
            for name, arguments in (
                ("first preview", ("preview", THREE_TABLES)),
                ("up (adopt, change in place)", ("up", THREE_TABLES, "--yes")),
                ("preview, nothing changed", ("preview", THREE_TABLES)),
                ("the same once more", ("preview", THREE_TABLES)),
                ("up, nothing changed", ("up", THREE_TABLES, "--yes")),
                ("verify", ("verify", THREE_TABLES)),
                ("destroy", ("destroy", THREE_TABLES, "--yes")),
            ):
                samples.setdefault(name, []).append(home.run(*arguments))
    print(HEADER)
    for name, seconds in samples.items():
        print(Sample(name, tuple(seconds)).row())


def growth() -> None:
    """Cost per table as a stack grows; new tables, ten resources each."""
    print("| tables | up s | each | preview s | each | again s | each | destroy s | each |")
    print("|---|---|---|---|---|---|---|---|---|")
    with sandbox_home() as home, tempfile.TemporaryDirectory() as directory:
        for tables in (1, 10, 100, 300):
            manifest = str(write(Path(directory) / f"{tables}.yaml", tables))
            up = home.run("up", manifest, "--yes")
            previews = [home.run("preview", manifest) for _ in range(2)]
            destroy = home.run("destroy", manifest, "--yes")
            cells = (
                f"{duration:.2f} | {duration / tables:.3f}" for duration in (up, *previews, destroy)
            )
            print(f"| {tables} | {' | '.join(cells)} |")


def split() -> None:
    """300 tables in one stack, and in several that are run side by side."""
    verbs = {"up": ("up", "--yes"), "preview": ("preview",), "destroy": ("destroy", "--yes")}
    print(f"| stacks | tables each | {' s | '.join(verbs)} s |\n|---|---|---|---|---|")
    with sandbox_home() as home, tempfile.TemporaryDirectory() as directory:
        for stacks in (1, 3, 6):
            size = 300 // stacks
            manifests = [
                str(write(Path(directory) / f"{first}.yaml", size, first))
                for first in range(0, 300, size)
            ]
            cells = (f"{_together(home, verb, manifests):.1f}" for verb in verbs.values())
            print(f"| {stacks} | {size} | {' | '.join(cells)} |", flush=True)


def _together(home: Home, verb: Sequence[str], manifests: Sequence[str]) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(len(manifests)) as threads:
        list(threads.map(lambda manifest: home.run(*verb, manifest), manifests))
    return time.perf_counter() - started


def existing() -> None:
    """Tables that are there: found, written down, and previewed as imports."""
    print("| tables | discover s | adopt s | preview s |\n|---|---|---|---|")
    for tables in (50, 100, 500):
        with sandbox_home() as home, tempfile.TemporaryDirectory() as directory:
            manifest = str(write(Path(directory) / "made.yaml", tables))
            home.run("up", manifest, "--yes")
            home.run("release", manifest, "--all", "--yes")
            everything = ("--all", "--region", REGION, "--directory", f"{directory}/adopted")
            seconds = (
                home.run("discover", "--region", REGION),
                home.run("adopt", *everything),
                home.run("preview", f"{directory}/adopted"),
            )
            print(
                f"| {tables} | {' | '.join(f'{duration:.1f}' for duration in seconds)} |",
                flush=True,
            )


def validate() -> None:
    """`validate` of many tables in one file."""
    print("| tables | s | ms/table |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as directory:
        home = Home(Path(directory))
        for tables in (10, 100, 1_000, 5_000):
            manifest = str(write(Path(directory) / f"{tables}.yaml", tables))
            seconds = min(home.run("validate", manifest) for _ in range(3))
            print(f"| {tables} | {seconds:.2f} | {1_000 * seconds / tables:.2f} |")


def lines() -> None:
    """Lines of the embedded AWS that are ours, per concern."""
    print("\n".join(table()))


MEASUREMENTS: Mapping[str, Callable[[], None]] = {
    "cli": cli,
    "stack": stack,
    "growth": growth,
    "split": split,
    "existing": existing,
    "timeline": timeline,
    "terraform": terraform,
    "validate": validate,
    "lines": lines,
    "kernels": decisions.kernels,
    "decisions": decisions.decisions,
    "fleets": decisions.fleets,
    "collection": collection.collection,
    "accounts": accounts.accounts,
    "audits": audits.audits,
    "reports": reports.reports,
}


def main() -> int:
    """Run the named measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    names = parser.parse_args().names or MEASUREMENTS
    for (
        sources
    ) in SOURCES:  # as an installed package is, whatever the environment says of byte code
        compileall.compile_dir(sources, quiet=1)
    for name in names:
        print(f"\n## {name}: {MEASUREMENTS[name].__doc__}\n", flush=True)
        MEASUREMENTS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
