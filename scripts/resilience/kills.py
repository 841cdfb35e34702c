"""Kills at every kind of step: over `up`, a change, `destroy` and adoption of whole tables."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.world import FOREIGN, VICTIMS, Victim, World, last, world

Row = tuple[str, list[str]]
COMMANDS = ("up", "change", "adoption", "destroy")
HEAD = ("| command | killed | tables | kills | converged at once |", "|---|---|---|---|---|")


@dataclass(frozen=True)
class Deed:
    """A command to kill.

    Args:
        name: how its row is called.
        prepare: brings the world, which is empty, to where the command begins.
        words: the command.
        manifest: what must hold after it; None is nothing.
    """

    name: str
    prepare: Callable[[], object]
    words: tuple[object, ...]
    manifest: Path | None


def deeds(made: World, tables: int) -> Sequence[Deed]:
    """All commands that change something, over whole tables."""
    manifest, changed = made.whole(tables), made.whole(tables, threshold=7)
    adopting = made.whole(tables, adopt=True)

    def up() -> None:
        made.repeat("up", manifest, "--yes")

    def release() -> None:
        up()
        made.repeat("release", "--all", manifest, "--yes")

    return (
        Deed("up", lambda: None, ("up", manifest, "--yes"), manifest),
        Deed("change", up, ("up", changed, "--yes"), changed),
        Deed("adoption", release, ("up", adopting, "--yes"), adopting),
        Deed("destroy", up, ("destroy", manifest, "--yes"), None),
    )


def every_step(sizes: Sequence[int], names: Sequence[str], most: int) -> Iterator[Row]:
    """Rows: each command, killed before and after each first, middle and last call of its kind.

    Args:
        sizes: numbers of tables.
        names: of the commands.
        most: so many kills of each victim at most, spread evenly over the command; 0 is all.
    """
    yield from ((line, []) for line in HEAD)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, world(Path(folder), keeps=True) as made:
            for deed in (deed for deed in deeds(made, size) if deed.name in names):
                made.empty()
                deed.prepare()
                before = made.snapshot(deed.name)
                begun = made.calls()
                made.repeat(*deed.words)
                steps = kinds_of_steps(made.operations(begun))
                for number, victim in enumerate(VICTIMS):
                    chosen = spread(steps, most, number)
                    yield _row(made, deed, before, victim, size, chosen)


def spread(steps: Sequence[int], most: int, victim: int) -> Sequence[int]:
    """So many of the steps, evenly; between those of one victim lie those of the others."""
    if not most or most >= len(steps):
        return steps
    places = most * len(VICTIMS)
    wanted = range(victim, places, len(VICTIMS))
    return [steps[(2 * place + 1) * len(steps) // (2 * places)] for place in wanted]


def _row(
    made: World, deed: Deed, before: Path, victim: Victim, size: int, steps: Sequence[int]
) -> Row:
    wrong: list[str] = []
    bad = 0
    for at in steps:
        made.load(before)
        made.kill(victim, at, *deed.words)
        problems = _after(made, deed)
        wrong += [f"{deed.name}, {victim} killed at call {at}: {problem}" for problem in problems]
        bad += bool(problems)
    return (
        f"| {deed.name} | {victim} | {size} | {len(steps)} | {len(steps) - bad} |",
        wrong,
    )


def _after(made: World, deed: Deed) -> list[str]:
    """What does not hold after the same command was given again, and after the stack's end."""
    again = made.repeat(*deed.words)
    wrong = [] if again.runs == 1 else [f"again took {again.runs} runs: {last(again.failed)}"]
    if deed.manifest:
        wrong += made.wrong(deed.manifest)
        end = made.repeat("destroy", deed.manifest, "--yes")
        wrong += [] if end.runs == 1 else [f"its end took {end.runs} runs: {last(end.failed)}"]
    return wrong + [f"{table} is left behind" for table in made.tables() if table != FOREIGN]


def kinds_of_steps(operations: Sequence[str]) -> list[int]:
    """Places just before and after the first, middle and last call of each operation."""
    places: dict[str, list[int]] = {}
    for place, operation in enumerate(operations):
        places.setdefault(operation, []).append(place)
    chosen = {call for own in places.values() for call in (own[0], own[len(own) // 2], own[-1])}
    return sorted({max(at, 1) for place in chosen for at in (place, place + 1)})
