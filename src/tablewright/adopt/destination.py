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
from tablewright.manifest.survey import Survey, SurveyedStack
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
        found: Mapping[str, Any] = document_of(self.model)["spec"].get("defaults", {})
        return {name: value for name, value in found.items() if name not in _OF_PULUMI}

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
    """

    survey: Survey = field(default_factory=Survey)
    name: str | None = None
    environment: str | None = None

    @property
    def new_environment(self) -> str:
        """Of a stack that is written."""
        return self.environment or "prod"

    def head(self, account: str, region: str, added_name: str, *, has_planned: bool) -> StackHead:
        """The stack for the tables of an account and region: of those that are there, or a new one.

        Args:
            account: of the tables.
            region: of the tables.
            added_name: of a new one: name and what tells it from others that are written with it.
            has_planned: some of the tables are not live yet.

        Raises:
            UsageError: there are stacks, and none or several of them could be meant.
        """
        if not self.survey.stacks:
            return self._new(added_name, region, has_planned=has_planned)
        stack = self._meant(account, region)
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

    def _meant(self, account: str, region: str) -> SurveyedStack:
        known = ", ".join(f"{stack.id} ({stack.model.spec.region})" for stack in self.survey.stacks)
        meant = [stack for stack in self.survey.stacks if _fits(stack, account, region)]
        if self.name:
            meant = [stack for stack in meant if stack.model.metadata.name == self.name]
        if len(meant) == 1:
            return meant[0]
        wanted = f" {self.name}" if self.name else ""
        if meant:
            raise UsageError(
                f"several stacks in {region} are declared there: {known}",
                "name the one that the tables come into with --name, or give its own --directory",
            )
        raise UsageError(
            f"the stacks that are declared there are {known}, and there is no stack{wanted} for "
            f"tables of account {account} in {region}",
            "give --region and --name of one of them, or another --directory for a new stack",
        )


NEW_STACK = Destination()
"""A stack that is written for the tables."""


def _fits(stack: SurveyedStack, account: str, region: str) -> bool:
    spec = stack.model.spec
    return spec.region == region and spec.account in (None, account)


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
