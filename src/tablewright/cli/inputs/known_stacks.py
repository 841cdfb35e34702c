"""A misspelt `--stack` of a command that needs no recorded stack, and would not miss it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from tablewright.cli.settings import SETTINGS
from tablewright.deploy.stack_name import ELSEWHERE, refuse_misspelt, stack_name
from tablewright.deploy.stack_selection import ChosenStack
from tablewright.engine import Backend, StackPlace
from tablewright.engine.install.folders import state_folder
from tablewright.sandbox import instance


def refuse_misspelt_of(chosen: Iterable[ChosenStack]) -> None:
    """Refuse the name of a Pulumi stack that no backend at hand has.

    Raises:
        UsageError: one is named so.
    """
    for choice in chosen:
        given, stack = choice.pulumi_stack, choice.manifest.id
        if given is None:
            continue
        name = stack_name(stack, given)
        places = (StackPlace(Backend.of(url), stack.name, name) for url in _backends())
        known = frozenset[str]().union(*(place.known_stacks for place in places))
        refuse_misspelt(stack, given, known, ELSEWHERE, exists=name in known)


def _backends() -> Iterator[str]:
    """Where states of this user may be, as URLs: as it is set, on AWS, on the sandboxes."""
    if backend := os.environ.get(SETTINGS["backend"].variable):
        yield backend
    yield (state_folder(os.environ) / "stacks").as_uri()
    yield from (running.backend.as_uri() for running in instance.all_running())
