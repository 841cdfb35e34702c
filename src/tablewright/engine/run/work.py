"""What a run of the engine is asked to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tablewright.engine.run.imports import Imports
from tablewright.engine.run.moves import Moves
from tablewright.engine.run.resource_tree import PlainProgram
from tablewright.engine.run.tagging import Tagging


@dataclass(frozen=True, slots=True)
class Work:
    """What a run of the engine is asked to do.

    Args:
        program: declares the resources; runs in a thread of the service.
        imports: what is imported instead of created, and what never is.
        moves: meets what the program registers.
        tagging: the tags that it gets.
        asks: whether an update must ask for permission first.
    """

    program: Callable[[], Any] | PlainProgram | None = None
    imports: Imports = field(default_factory=Imports)
    moves: Moves = field(default_factory=Moves)
    tagging: Tagging = field(default_factory=Tagging)
    asks: bool = False
