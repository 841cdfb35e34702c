"""What each registration meets on its way to the engine, whoever sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from google.protobuf import json_format

from tablewright.engine.changes import plain
from tablewright.engine.run.imports import Imports
from tablewright.engine.run.moves import Moves, Registration
from tablewright.engine.run.tagging import Tagging
from tablewright.engine.run.vetting import Vet, pass_all, unsealed
from tablewright.pulumi_values import STACK_TYPE
from tablewright.resource_kinds import KINDS

_DELETES_FIRST: Final = {"deleteBeforeReplace": True, "deleteBeforeReplaceDefined": True}


@dataclass(frozen=True, slots=True)
class Interception:
    """Imports, aliases and tags where they are right.

    Args:
        imports: what is imported instead of created, and what never is.
        moves: meets each registration, and knows what is recorded under another URN.
        tagging: the tags that each registration gets.
        stack: name of the stack.
        project: name of its project.
        vet: looks at each, and may refuse it.
    """

    imports: Imports
    moves: Moves
    tagging: Tagging
    stack: str
    project: str
    vet: Vet = pass_all

    def intercept(self, request: Any) -> None:
        """Change a `RegisterResourceRequest` before it is sent.

        Raises:
            TablewrightError: the program registers what it may not.
        """
        if request.custom:
            self.tagging.add_to(request.type, request.object)
        if request.deletedWith and request.type in KINDS:
            # The engine would ask for no deletion, and forget what AWS may well have kept.
            request.dependencies.append(request.deletedWith)
            request.deletedWith = ""
        met = Registration(
            self._urn(request),
            request.type,
            _Inputs(request.object.fields),
            request.parent,
            request.provider,
        )
        former = self.moves.meet(met)
        if self.moves.displaces(met, former or met.urn):
            request.MergeFrom(type(request)(**_DELETES_FIRST))
        if former:
            request.aliases.add(urn=former)
            request.importId = ""  # what is recorded is there already
        elif request.custom:
            request.importId = self.imports.id_for(
                self.moves.begun_as(met), request.type, request.importId
            )
        open_ = replace(met, inputs=_Inputs(request.object.fields, unsealed))
        kept = bool(former or request.importId)
        self.vet(open_, kept=kept, for_real=self.moves.for_real)

    def _urn(self, request: Any) -> str:
        """The URN that the engine will give to a registration (its types chain through parents)."""
        chain = request.type
        parent = request.parent
        if parent and (types := parent.split("::", 3)[2]) != STACK_TYPE:
            chain = f"{types}${chain}"
        return f"urn:pulumi:{self.stack}::{self.project}::{chain}::{request.name}"


class _Inputs(Mapping[str, Any]):
    """Inputs as plain values, each read from its message when it is asked for."""

    def __init__(
        self, fields: Mapping[str, Any], seen: Callable[[Any], Any] = lambda value: value
    ) -> None:
        self._fields, self._seen = fields, seen

    def __getitem__(self, key: str) -> Any:
        if key not in self._fields:
            raise KeyError(key)
        return plain(self._seen(json_format.MessageToDict(self._fields[key])))

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)
