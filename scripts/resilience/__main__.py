"""`python -m scripts.resilience [PART ...] [--seed N] [--tables N ...] [--rates R ...] [--most N]`.

Prints one row per cell; exits with 1 if any did not end as it must. See docs/resilience.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.world import FAULTS, FOREIGN, VICTIMS, Outcome, World, last, world

from scripts.resilience.kills import COMMANDS, every_step

PARTS = ("faults", "kills", "steps")
MOST_CALLS = 3.0
"""Times as many as a run without faults."""


def faults(seed: int, rates: list[float], names: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Rows of the first table: each fault at each rate, over the life of a stack of three tables.

    Yields:
        A row, and what is wrong in it.
    """
    yield "| fault | rate | validate | preview | up | change | verify | destroy | calls |", []
    yield "|---|---|---|---|---|---|---|---|---|", []
    with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as made:
        usual = sum(outcome.calls for outcome in _life(made)[0])
        yield f"| none | | 1 | 1 | 1 | 1 | 1 | 1 | {usual} |", []
        for rate in rates:
            for name, members in ((name, FAULTS[name]) for name in names):
                made.empty()
                outcomes, wrong = _life(made, {**members, "rate": rate, "seed": seed})
                ratio = sum(outcome.calls for outcome in outcomes) / usual
                cells = " | ".join(map(str, outcomes))
                if ratio > MOST_CALLS:
                    wrong.append(f"{ratio:.1f} times the calls")
                yield f"| {name} | {rate:.0%} | {cells} | {ratio:.1f} times |", wrong


def _life(made: World, fault: dict[str, object] | None = None) -> tuple[list[Outcome], list[str]]:
    """Everything a stack goes through, each command until it ends well; and what is wrong then."""
    manifest, changed = made.manifest(3), made.manifest(3, threshold=7)
    on = [fault] if fault else []
    outcomes, wrong = [], []
    for words in (
        ("validate", manifest),
        ("preview", manifest),
        ("up", manifest, "--yes"),
        ("up", changed, "--yes"),
        ("verify", changed),
        ("destroy", changed, "--yes"),
    ):
        if words[0] == "destroy":
            wrong += made.wrong(changed)
        made.faults(*on)
        outcomes.append(made.repeat(*words))
        made.faults()
        if outcomes[-1].runs != 1:
            wrong.append(f"{words[0]} took {outcomes[-1]} runs: {last(outcomes[-1].failed)}")
    wrong += [f"{table} is left behind" for table in _left(made)]
    return outcomes, wrong


def _left(made: World) -> list[str]:
    """Tables of the stack that are there after its end."""
    return [name for name in made.tables() if name != FOREIGN]


def kills(seed: int, sizes: list[int], calls_killed_at: int) -> Iterator[tuple[str, list[str]]]:
    """Rows of the second table: each victim, killed at so many steps of an `up`."""
    yield "| killed | tables | at call | again | wrong |", []
    yield "|---|---|---|---|---|", []
    chance = random.Random(seed)  # noqa: S311 - nothing here is secret
    for victim in VICTIMS:
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder, world(Path(folder), keeps=True) as made:
                manifest = made.manifest(size)
                usual = made.repeat("up", manifest, "--yes").calls
                for at in sorted(chance.sample(range(1, usual), min(calls_killed_at, usual - 1))):
                    made.empty()
                    made.kill(victim, at, "up", manifest, "--yes")
                    again = made.repeat("up", manifest, "--yes")
                    wrong = made.wrong(manifest)
                    if again.runs != 1:
                        wrong.append(f"up again took {again} runs: {last(again.failed)}")
                    yield f"| {victim} | {size} | {at} of {usual} | {again} | {len(wrong)} |", wrong


def main() -> int:
    """Print the tables; answers the exit status."""
    parser = argparse.ArgumentParser(prog="make resilience")
    parser.add_argument("parts", nargs="*", default=[], help=", ".join(PARTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.1, 0.3])
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS))
    parser.add_argument("--tables", type=int, nargs="+", default=[3, 8, 24])
    parser.add_argument("--kills", type=int, default=6, help="of each victim at each size")
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    parser.add_argument(
        "--most", type=int, default=0, help="kills in a row of steps, spread evenly; 0 is all"
    )
    chosen = parser.parse_args()
    parts = chosen.parts or PARTS[:2]  # every step takes hours
    failed = 0
    rows = {
        "faults": lambda: faults(chosen.seed, chosen.rates, chosen.faults),
        "kills": lambda: kills(chosen.seed, chosen.tables, chosen.kills),
        "steps": lambda: every_step(chosen.tables, chosen.commands, chosen.most),
    }
    for part in parts:
        for row, wrong in rows[part]():
            print(row, flush=True)
            for text in wrong:
                print(f"  wrong: {text}", file=sys.stderr, flush=True)
            failed += bool(wrong)
        print()
    print(f"{failed} cells did not end as they must" if failed else "all cells ended as they must")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
