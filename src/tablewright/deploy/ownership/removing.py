"""Deleting what a killed run has made and nobody has recorded.

The engine deletes what it has on record. A journal says too little to make a record of (providers,
dependencies, secrets), but enough to delete by; so that is done without the engine, parts first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from tablewright.engine import EngineStack, Unrecorded
from tablewright.engine.state.lock import clear_dead_locks
from tablewright.fleet.concurrency import map_concurrently
from tablewright.resource_kinds import KINDS

from .resource_identity import Looker, depth


def remove_unrecorded(
    stack: EngineStack,
    ids: Mapping[str, str],
    looker: Looker,
    tell: Callable[[str], None],
) -> bool:
    """Delete what only the journal of a killed run knows; answers whether there was any.

    Args:
        stack: the engine's, whose own record of what was begun is left to it.
        ids: by URN, how an import calls what exists of it.
        looker: finds it, and deletes it.
        tell: told of each in words.

    Raises:
        StackLockedError: a run is under way, whose journal may only seem to be of a gone one: it is
            of another machine.
        TablewrightError: AWS refuses; the same command again goes on.
    """
    clear_dead_locks(stack.place, tell)
    pending = {operation.resource.urn for operation in stack.state().pending}
    levels: defaultdict[int, dict[str, Unrecorded]] = defaultdict(dict)
    for resource in stack.left_open():
        if resource.urn in {*ids} - pending:
            levels[depth(resource.type)][resource.urn] = resource
    for level in sorted(levels, reverse=True):
        wanted = levels[level]
        for resource in wanted.values():
            word = KINDS[resource.type].word
            tell(f"deleting {word} {ids[resource.urn]}, which a run that was killed has made")

        def remove(urn: str, wanted: Mapping[str, Unrecorded] = wanted) -> None:
            resource = wanted[urn]
            looker.remove(resource.type, ids[urn], resource.inputs)

        map_concurrently(wanted, remove)
    return bool(levels)
