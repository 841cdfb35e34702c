"""What adopted tables come into: a stack of their own, or one that is declared already. Pure.

A stack that is there has defaults, and a company's standard may put others below every stack. An
adopted table says `null` to each of them that it does not have: its import changes nothing. Tags
that the stack gives to everything cannot be kept away, and are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tablewright.errors import UsageError
from tablewright.manifest import document_of, render
from tablewright.manifest.defaults import WHOLE
from tablewright.manifest.documents.composing import compose
from tablewright.manifest.documents.node import Mapping as MappingNode
from tablewright.manifest.models import Stack
from tablewright.manifest.standard import Standard
from tablewright.manifest.survey import StackSurvey, SurveyedStack
from tablewright.manifest.tagging import effective_tags

from .document import comments, document

Specification = dict[str, Any]

_OF_PULUMI = ("adopt", "protect")
"""Fields that say what Pulumi does with a table, and nothing of how it is."""
_BEARING = ("region", "account", "environment", "naming", "quotas", "defaults")
"""What of a stack bears on what one of its tables means, but for tags."""

LIVE_ALONE = "Written from live tables: as it stands, a preview imports them and changes nothing."
TAGGED = "Written from live tables: as it stands, a preview imports them and sets tags."
WITH_PLANNED = (
    "Written from a template: what is live is imported without a change, the rest is created."
)
_NO_TAGS = (
    "No tag is mandatory, so that none is changed; name those that are once all tables have them."
)


@dataclass(frozen=True)
class StackHead:
    """The stack that tables are written for.

    Args:
        model: the stack as it holds, with a company's defaults below it.
        standard: what holds for all stacks.
        text: its document, where it is written with its tables; empty where it is there already.
        declared: the stack that is there already.
    """

    model: Stack
    standard: Standard
    text: str = ""
    declared: SurveyedStack | None = None

    @property
    def name(self) -> str:
        """`metadata.name`."""
        return self.model.metadata.name

    @cached_property
    def bare(self) -> str:
        """A document in which a table means what it means in the stack, but for tags."""
        written = document_of(self.model)
        spec = {name: written["spec"][name] for name in _BEARING if name in written["spec"]}
        return render([{**written, "spec": {**spec, "mandatoryTags": []}}])

    @cached_property
    def bare_model(self) -> Stack:
        """The same, read."""
        spec = self.model.spec.model_copy(
            update={"tags": {}, "enforced_tags": {}, "mandatory_tags": ()}
        )
        return self.model.model_copy(update={"spec": spec})

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """What the stack says of how its tables are in AWS."""
        declared: Mapping[str, Any] = document_of(self.model)["spec"].get("defaults", {})
        return {name: value for name, value in declared.items() if name not in _OF_PULUMI}

    def tags_of_import(self, live: Mapping[str, str]) -> dict[str, str]:
        """Tags that a table with these gets, or gets another value of, when it is imported."""
        tags = effective_tags(self.model, live)
        return {name: value for name, value in tags.items() if live.get(name) != value}


@dataclass(frozen=True)
class Destination:
    """Where tables are written to.

    Args:
        survey: what is declared there, and what holds for all stacks.
        name: of the stack that is meant, or of a new one; None if nobody said it.
        environment: likewise.
        folder: of the files.
        many_accounts: tables of several are written, so that a stack must say whose it is.
    """

    survey: StackSurvey = field(default_factory=StackSurvey)
    name: str | None = None
    environment: str | None = None
    folder: Path = field(default_factory=Path)
    many_accounts: bool = False

    @property
    def new_environment(self) -> str:
        """Of a stack that is written."""
        return self.environment or "prod"

    def head(
        self, account: str, region: str, added_name: str, *, apart: bool, has_planned: bool
    ) -> StackHead:
        """The stack for the tables of an account and region: of those that are there, or a new one.

        Args:
            account: of the tables.
            region: of the tables.
            added_name: of a new one: name and what tells it from others that are written with it.
            apart: a new one gets a folder of its own, since several are written.
            has_planned: some of the tables are not live yet.

        Raises:
            UsageError: there are stacks, and none or several of them could be meant.
        """
        stack = self._meant(account, region, added_name)
        if stack is None:
            folder = self.folder / added_name if apart else self.folder
            self._refuse_beside(folder, account, region)
            return self._new(added_name, region, has_planned=has_planned)
        _refuse_neighbours(stack, self.survey.stacks)
        return StackHead(stack.model, self.survey.standard, declared=stack)

    def _new(self, name: str, region: str, *, has_planned: bool) -> StackHead:
        spec = {
            "region": region,
            "environment": self.new_environment,
            "mandatoryTags": [],
            "defaults": {"adopt": True},
        }
        text = document("Stack", name, spec)
        [root] = compose(text, "stack.yaml").documents
        standard = self.survey.standard
        model = standard.checked(root).model if isinstance(root, MappingNode) else None
        model = model or Stack.model_validate({"metadata": {"name": name}, "spec": spec})
        live_alone = TAGGED if effective_tags(model) else LIVE_ALONE
        written = WITH_PLANNED if has_planned else live_alone
        return StackHead(model, standard, comments((written, _NO_TAGS)) + text)

    def _meant(self, account: str, region: str, added_name: str) -> SurveyedStack | None:
        """The stack that the tables come into, of those that could have them."""
        stacks = [stack for stack in self.survey.stacks if stack.model.spec.region == region]
        stacks = [stack for stack in stacks if stack.model.spec.account in (None, account)]
        named = [stack for stack in stacks if stack.model.metadata.name == added_name]
        if not named and self.name:
            named = [stack for stack in stacks if stack.model.metadata.name == self.name]
        own = [stack for stack in stacks if stack.model.spec.account or not self.many_accounts]
        meant = named or ([] if self.name else own)
        if len(meant) > 1:
            raise UsageError(
                f"several stacks in {region} are declared there: {_known(meant)}",
                "name the one that the tables come into with --name, or give its own --directory",
            )
        return meant[0] if meant else None

    def _refuse_beside(self, folder: Path, account: str, region: str) -> None:
        """A second stack in a folder would leave it open whose the tables are."""
        there = [stack for stack in self.survey.stacks if Path(stack.file).parent == folder]
        if there:
            wanted = f", to be called {self.name}" if self.name else ""
            raise UsageError(
                f"{folder} declares {_known(there)} already, and tables of {region} in account "
                f"{account} need another stack{wanted}",
                "give another --directory, where that is written",
            )


def _known(stacks: Sequence[SurveyedStack]) -> str:
    return ", ".join(f"{stack.id} ({stack.model.spec.region})" for stack in stacks)


NEW_STACK = Destination()
"""A stack that is written for the tables."""


def _refuse_neighbours(stack: SurveyedStack, stacks: Sequence[SurveyedStack]) -> None:
    """A file beside two stacks would be of neither.

    Raises:
        UsageError: the folder of the stack has another one.
    """
    folder = Path(stack.file).parent
    beside = [
        str(other.id)
        for other in stacks
        if other is not stack and Path(other.file).parent == folder
    ]
    if beside:
        raise UsageError(
            f"{folder} has several stacks ({stack.id}, {', '.join(beside)}), and a table beside "
            "them would be of none",
            "move each into a folder of its own, or give another --directory",
        )


def without_defaults(spec: Mapping[str, Any], defaults: Mapping[str, Any]) -> Specification:
    """A table's `spec` to which a stack's defaults add nothing.

    >>> without_defaults({"alarms": {"a": {}}}, {"alarms": {"b": {}}, "protect": True})
    {'alarms': {'a': {}, 'b': None}, 'protect': None}
    """
    result = dict(spec)
    for name, value in defaults.items():
        own = spec.get(name)
        if name not in spec:
            result[name] = None
        elif name not in WHOLE and isinstance(own, Mapping) and isinstance(value, Mapping):
            result[name] = without_defaults(own, value)
    return result


def has_null(spec: Mapping[str, Any]) -> bool:
    """Whether a `spec` keeps a default away."""
    return any(
        value is None or (isinstance(value, Mapping) and has_null(value)) for value in spec.values()
    )
