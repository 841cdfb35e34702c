"""What every resource type of the provider is: a shape, and five verbs over AWS.

A type says its inputs as a `Shape` and writes `create`, `read`, `update` and `delete`; checking,
naming, comparing, previewing, import and refresh follow from the shape unless a type knows better.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from tablewright.aws.tagging import TAG_CALLS
from tablewright.errors import NotFoundError
from tablewright.provider.configuration import Configuration
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.protocol.unknown import UNKNOWN, has_unknown

from .difference import Change, canonical, changes
from .documents import with_unrecorded
from .naming import ResourceNaming
from .outside import refusal_of, written_over
from .shape import InputFailure, Shape, as_input, seconds_of
from .tags import (
    own_tags,
    tag_change,
    tag_changes,
    unrecorded_tags,
    wanted_tags,
    wrong_tags,
)

READ_FIRST = (
    "read the live resources first: `tablewright up PATH --refresh`, or `pulumi up --refresh`"
)
"""The remedy for a recorded resource that somebody deleted."""

Bag = Mapping[str, Any]
"""Properties by name, in plain Python."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds a verb may take unless the program's customTimeouts or timeouts say otherwise."""

    create: float = 300
    read: float = 120
    update: float = 300
    delete: float = 300


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the engine has on record of a resource, and what its program wants now."""

    identifier: str
    outputs: Bag
    old_inputs: Bag
    news: Bag = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    def wanted(self, live: Bag) -> Bag:
        """What the program says, and what is live where it is told to ignore that.

        There the engine gives the old inputs, which may be older than what is live.
        """
        kept = {name: live[name] for name in self.ignored if live.get(name) is not None}
        return {**self.news, **kept}


@dataclass(frozen=True, slots=True)
class Live:
    """A resource as AWS has it."""

    identifier: str
    outputs: dict[str, Any]


class ResourceType(ABC):
    """One type of resource, without state of its own."""

    tok: ClassVar[str]
    """The engine's name of the type, `aws:dynamodb/table:Table`."""
    word: ClassVar[str]
    """What people call it; messages start with it."""
    shape: ClassVar[Shape]
    computed: ClassVar[tuple[str, ...]] = ()
    """Outputs that are no inputs, with those inputs that AWS fills in when they are left out."""
    naming: ClassVar[ResourceNaming | None] = None
    timeouts: ClassVar[Timeouts] = Timeouts()
    secret_with: ClassVar[Mapping[str, str]] = {}
    """Outputs that give away an input, and which: secret when that one is. So is `tagsAll`."""
    said_whole: ClassVar[bool] = False
    """Whether a program says all of it: what is left out is AWS's default, not what is live."""
    write_only: ClassVar[Collection[str]] = ()
    """Inputs AWS never tells again; what is recorded of them is what was given."""
    parts: ClassVar[Mapping[str, str]] = {}
    """Lists to which others may add, and the member that tells an element; empty for plain ones."""
    changing_by_itself: ClassVar[Collection[str]] = ()
    """Inputs that users or AWS write as well, in ordinary use: live ones tell nothing of whose."""
    left_to_aws: ClassVar[Collection[str]] = ()
    """Inputs that AWS fills in by itself, whatever it is: an import leaves them out."""

    # What AWS does. ------------------------------------------------------------------------

    def seconds(self, verb: str, inputs: Bag) -> float:
        """How long a verb may take: what the input `timeouts` says, else what the type does.

        Args:
            verb: `create`, `update` or `delete`.
            inputs: what is declared, for a deletion what was.
        """
        declared = (inputs.get("timeouts") or {}).get(verb)
        duration = None if declared is None else seconds_of(str(declared))
        return float(getattr(self.timeouts, verb)) if duration is None else duration

    @abstractmethod
    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Make the resource and return its identifier; `run.record` it as soon as it exists."""

    @abstractmethod
    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """The live resource, None if there is none; `recorded` is empty for an import."""

    def update(self, run: OperationContext, recorded: Recorded) -> None:
        """Bring the live resource to `recorded.news`; nothing is sent where nothing differs.

        What others have added to its documents stays.

        Raises:
            NotFoundError: somebody deleted it.
            RefusedError: it would write over what somebody has changed since the record.
        """
        live = self.standing(run, recorded)
        bags = live.outputs, recorded.outputs, recorded.news
        kept = with_unrecorded(self.shape, *bags, recorded.old_inputs)
        recorded = replace(recorded, news={**recorded.news, **kept})
        differing = self.differing(recorded, live, run.configuration)
        if differing:
            self.apply(run, recorded, live, differing)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Send what differs; a type whose every input replaces has nothing to send.

        Args:
            run: has the resource on record already.
            recorded: what is wanted, and what was recorded.
            live: the resource as it is.
            differing: names of the inputs in which it is not what is wanted.
        """
        del run, recorded, live, differing

    @abstractmethod
    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Remove the resource and wait until it is gone.

        Raises:
            NotFoundError: it is gone already, which `remove` takes for done.
        """

    def remove(self, run: OperationContext, recorded: Recorded) -> None:
        """Remove the resource, with what its program had declared at hand."""
        with suppress(NotFoundError):
            self.delete(run, recorded.identifier, recorded.outputs)

    def find(self, run: OperationContext, inputs: Bag) -> str | None:
        """How AWS calls a live resource that these inputs mean, where it gives the name itself."""
        del run, inputs
        return None

    def evidence(self, run: OperationContext, identifier: str, recorded: Bag) -> Bag | None:
        """Outputs that tell whose a live resource is, and which; None if it does not live."""
        live = self.read(run, identifier, recorded)
        return None if live is None else live.outputs

    def born(self, run: OperationContext, live: Live) -> datetime | None:
        """When a live resource was made, as far as AWS tells."""
        del run
        text = live.outputs.get("createDate")
        return datetime.fromisoformat(text).astimezone(UTC) if isinstance(text, str) else None

    # What several types do alike. ----------------------------------------------------------

    def standing(self, run: OperationContext, recorded: Recorded) -> Live:
        """The live resource an update begins with; from here on a failure leaves it recorded.

        Raises:
            NotFoundError: there is none.
            RefusedError: the update would write over what somebody has changed since the record.
        """
        live = self.read(run, recorded.identifier, {**recorded.outputs, **recorded.news})
        if live is None:
            message = f"{run.subject} does not exist any more"
            raise NotFoundError(message, READ_FIRST)
        if names := written_over(self, live, recorded, run.configuration):
            raise refusal_of({run.subject: names})
        run.record(recorded.identifier)
        return live

    def differing(self, recorded: Recorded, live: Live, configuration: Configuration) -> set[str]:
        """Names of the inputs in which a live resource is not what its program wants."""
        against = replace(recorded, outputs=live.outputs)
        return {change.top for change in self.diff(against, configuration)}

    def new_tags(self, run: OperationContext, inputs: Bag) -> dict[str, str]:
        """The tags of a resource that is made."""
        return dict(wanted_tags(run.configuration, {"tags": {}, **inputs}, {}, {}))

    def write_tags(
        self, run: OperationContext, recorded: Recorded, live: Live, resource: str
    ) -> None:
        """Bring the tags of a live resource to the wanted ones.

        Args:
            run: the request.
            recorded: what is wanted, and what was recorded.
            live: the resource as it is.
            resource: how calls about its tags name it.
        """
        live_tags, calls = live.outputs["tagsAll"], TAG_CALLS[self.tok]
        wanted = wanted_tags(run.configuration, recorded.news, recorded.old_inputs, live_tags)
        strange = unrecorded_tags(live_tags, recorded.outputs)
        change = tag_change(live_tags, {**strange, **wanted})
        region = live.outputs.get("region") or run.default_region
        if change.put:
            run.call(calls.service, region, calls.put_by, **calls.putting(resource, change.put))
        if change.removed:
            request = calls.removing(resource, change.removed)
            run.call(calls.service, region, calls.removed_by, **request)

    def tag_outputs(
        self, run: OperationContext, live_tags: Mapping[str, str], recorded: Bag
    ) -> dict[str, Any]:
        """The two outputs about tags."""
        own = own_tags(run.configuration, live_tags, recorded.get("tags"))
        return {"tags": own, "tagsAll": dict(live_tags)}

    # What follows from the shape. ----------------------------------------------------------

    @property
    def outputs(self) -> tuple[str, ...]:
        """All outputs by name."""
        return tuple(dict.fromkeys((*self.shape, *self.computed)))

    @property
    def is_tagged(self) -> bool:
        """Whether resources of the type carry tags."""
        return "tags" in self.shape and "tagsAll" in self.computed

    def subject(self, identifier: str, bag: Bag) -> str:
        """The resource in words."""
        name = bag.get("name")
        return f"{self.word} {name if isinstance(name, str) and name else identifier}"

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """What is wrong with inputs beyond their kinds; unknown values are given the benefit."""
        del old_inputs
        return wrong_tags(inputs.get("tags")) if self.is_tagged else []

    def diff(self, recorded: Recorded, configuration: Configuration) -> list[Change]:
        """What differs, without asking AWS."""
        shape = {name: known for name, known in self.shape.items() if name != "tags"}
        given = self.shape if self.said_whole else recorded.old_inputs
        differences = changes(shape, recorded.outputs, given, recorded.wanted(recorded.outputs))
        differences = [
            change for change in differences if not self._only_spells_the_name(change, recorded)
        ]
        return [*differences, *self.diff_tags(recorded, configuration)]

    def _only_spells_the_name(self, change: Change, recorded: Recorded) -> bool:
        """Whether a change is of the prefix alone: after an import the name had none."""
        if self.naming is None or change.path != self.naming.prefix_property:
            return False
        name = recorded.news.get(self.naming.property)
        return name is not UNKNOWN and name == recorded.outputs.get(self.naming.property)

    def diff_tags(self, recorded: Recorded, configuration: Configuration) -> list[Change]:
        """Changes of tags, those by the provider's default tags included."""
        if not self.is_tagged:
            return []
        live = recorded.outputs.get("tagsAll") or {}
        wanted = wanted_tags(configuration, recorded.news, recorded.old_inputs, live)
        return tag_changes(live, wanted)

    def unsettled(self, recorded: Recorded, changes: Collection[Change]) -> Collection[str]:
        """Outputs that an update with these changes will set again."""
        del recorded, changes
        return ()

    def preview_create(self, inputs: Bag, configuration: Configuration) -> dict[str, Any]:
        """Outputs of a resource that is still to be made."""
        outputs: dict[str, Any] = dict.fromkeys(self.computed, UNKNOWN)
        outputs.update(inputs)
        for name, known in self.shape.items():
            if name not in outputs and known.default is not None:
                outputs[name] = known.default
        if self.is_tagged:
            outputs["tagsAll"] = wanted_tags(configuration, {"tags": {}, **inputs}, {}, {})
        return outputs

    def preview_update(
        self, recorded: Recorded, changes: Collection[Change], configuration: Configuration
    ) -> dict[str, Any]:
        """Outputs after an update: what stays is known, only what will change is not."""
        outputs = {**recorded.outputs, **recorded.news}
        for name in self.unsettled(recorded, changes):
            outputs[name] = UNKNOWN
        if self.is_tagged:
            live = recorded.outputs.get("tagsAll") or {}
            outputs["tagsAll"] = wanted_tags(
                configuration, recorded.news, recorded.old_inputs, live
            )
        return outputs

    def settle(self, outputs: Bag, inputs: Bag, recorded: Bag) -> dict[str, Any]:
        """Live outputs in the program's spelling where both mean the same."""
        settled = dict(outputs)
        for name, known in self.shape.items():
            if name in self.write_only:
                given = inputs.get(name, recorded.get(name))
                if given is not None:
                    settled[name] = given
                continue
            for spelling in (inputs.get(name), recorded.get(name)):
                if spelling is None or has_unknown(spelling):
                    continue
                if canonical(known, spelling) == canonical(known, settled.get(name)):
                    settled[name] = spelling
                    break
        return settled

    def inputs_of(self, outputs: Bag, old_inputs: Bag | None) -> dict[str, Any]:
        """The inputs that would make a live resource.

        For a refresh only those that the program had given; for an import (`old_inputs` is None)
        all that say something other than AWS's default. Blocks hold what can be given, never what
        only AWS tells.
        """
        inputs: dict[str, Any] = {}
        for name, known in self.shape.items():
            if known.refused or name in self.write_only:
                if old_inputs is not None and name in old_inputs:
                    inputs[name] = old_inputs[name]
                continue
            value = outputs.get(name)
            if old_inputs is not None:
                if name in old_inputs:
                    inputs[name] = value if value is not None else known.default
            elif name not in self.left_to_aws and canonical(known, value) != known.default:
                inputs[name] = value
        return {
            name: as_input(self.shape[name], value)
            for name, value in inputs.items()
            if value is not None
        }
