"""`aws.dynamodb.Table`. Its changes are the steps of `plan.changes`, carried out one by one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Final

from tablewright.aws.origins import read_source
from tablewright.aws.tables import tags as live_tags
from tablewright.errors import (
    AwsError,
    NotFoundError,
    RefusedError,
    TablewrightError,
    UnreadError,
)
from tablewright.plan.changes.order import steps, steps_to_create, unread_facets
from tablewright.plan.changes.restoring import REMEDY, contradictions
from tablewright.plan.origin import ORIGIN_PROPERTIES, Restore
from tablewright.plan.table import Table as DeclaredTable
from tablewright.provider.configuration import Configuration
from tablewright.provider.creation_id import with_creation_id
from tablewright.provider.operation_context import OperationContext, refused_with
from tablewright.provider.protocol.unknown import UNKNOWN
from tablewright.provider.resources.difference import Change
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import (
    READ_FIRST,
    Bag,
    Live,
    Recorded,
    ResourceType,
    Timeouts,
)
from tablewright.provider.resources.shape import InputFailure, Shape
from tablewright.provider.resources.tags import own_tags, wanted_tags

from .execution import DYNAMODB, Execution
from .properties import origin_from_inputs, outputs_from_table, table_from_inputs
from .replicas import bring_replicas, replica_outputs
from .table_difference import (
    COLLECTIONS,
    declared_table,
    refuse_wrong_capacity,
    speaks_of_replicas,
    table_changes,
)
from .table_reading import DescribedTable, read_table
from .table_rules import wrong_table
from .table_shape import TABLE_SHAPE
from .unrecorded import recorded_regions, with_unrecorded

_MINUTE: Final = 60.0
_IDENTIFIER: Final = re.compile(
    r"(?:arn:[\w-]+:dynamodb:(?P<region>[\w-]+):\d+:table/)?(?P<name>[\w.-]+)"
)
_KEYS: Final = {
    **dict.fromkeys(("attributes", *COLLECTIONS), "name"),
    "replicas": "regionName",
}
"""Lists of blocks, and the member by which AWS tells one block from another."""
_TAKEN: Final = ("ResourceInUseException", "TableAlreadyExistsException")


class Table(ResourceType):
    """A table. What is left out of a program stays as it is, what is given is enforced."""

    tok: ClassVar[str] = "aws:dynamodb/table:Table"
    word: ClassVar[str] = "table"
    shape: ClassVar[Shape] = TABLE_SHAPE
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(longest=255)
    timeouts: ClassVar[Timeouts] = Timeouts(
        # Two changes of expiry are an hour apart, an index of a large table takes longer still.
        create=30 * _MINUTE,
        update=180 * _MINUTE,
        delete=10 * _MINUTE,
    )
    secret_with: ClassVar[Mapping[str, str]] = {"arn": "name"}
    write_only: ClassVar[tuple[str, ...]] = (*ORIGIN_PROPERTIES, "globalTableWitness")
    parts: ClassVar[Mapping[str, str]] = {
        "attributes": "name",
        "globalSecondaryIndexes": "name",
        "replicas": "regionName",
    }
    left_to_aws: ClassVar[tuple[str, ...]] = ("warmThroughput",)
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "billingMode",
        "deletionProtectionEnabled",
        "pointInTimeRecovery",
        "readCapacity",
        "serverSideEncryption",
        "streamArn",
        "streamLabel",
        "streamViewType",
        "tagsAll",
        "ttl",
        "warmThroughput",
        "writeCapacity",
    )

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """DynamoDB's own rules."""
        failures = super().check(inputs, old_inputs)
        return [*failures, *wrong_table(inputs, is_new=not old_inputs)]

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the table and give it what CreateTable cannot carry."""
        declared = replace(
            table_from_inputs(inputs),
            tags=wanted_tags(run.configuration, {"tags": {}, **inputs}, {}, {}),
        )
        execution = Execution(run, run.region_of(inputs), declared.name)
        origin = origin_from_inputs(inputs)
        if isinstance(origin, Restore):
            _refuse_other_keys(run, run.region_of(inputs), origin, declared)
        try:
            execution.carry_out(steps_to_create(declared, origin))
        except TablewrightError as error:
            if run.made is None and refused_with(error, *_TAKEN):
                message = f"table {declared.name} exists already in {run.region_of(inputs)}"
                next_step = (
                    "adopt it: `adopt: true` in a manifest, the import option in a program; or "
                    "choose another name; one that is to be replaced under its name has to go "
                    "first, with its items: leave out `deleteBeforeReplace: false` and `pulumi up "
                    "--replace`"
                )
                raise AwsError(message, next_step) from error
            raise
        if origin is not None:
            live = self._settled(run, execution, run.region_of(inputs), declared.name).table
            rest = replace(table_from_inputs(inputs, live), tags=declared.tags)
            execution.carry_out(steps(live, rest))
        if inputs.get("replicas"):
            bring_replicas(run, execution, declared.name, inputs, declared.tags or {})
        return declared.name

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the table; an import may name it by ARN."""
        match = _IDENTIFIER.fullmatch(identifier)
        if match is None:
            return None
        region = run.region_of(recorded, match.groupdict())
        reading = read_table(run, region, match["name"])
        if reading is None:
            return None
        outputs = {
            **outputs_from_table(reading.table),
            **_of_the_stream(reading),
            "arn": reading.description["TableArn"],
            "region": region,
        }
        outputs = with_creation_id(outputs, reading.description.get("TableId"))
        if reading.description.get("Replicas"):
            outputs["replicas"] = replica_outputs(
                run, reading.table.name, reading.description, recorded
            )
        if reading.table.tags is not None:
            outputs["tagsAll"] = dict(reading.table.tags)
            declared = recorded.get("tags")
            outputs["tags"] = own_tags(run.configuration, reading.table.tags, declared)
        return Live(reading.table.name, outputs)

    def evidence(self, run: OperationContext, identifier: str, recorded: Bag) -> Bag | None:
        """Its id and its tags, which take two calls."""
        region = run.region_of(recorded)
        try:
            described = run.call(DYNAMODB, region, "DescribeTable", TableName=identifier)["Table"]
            arn = described["TableArn"]
            listed = run.pages(DYNAMODB, region, "ListTagsOfResource", "Tags", ResourceArn=arn)
        except NotFoundError:
            return None
        return with_creation_id({"tagsAll": live_tags(listed)}, described.get("TableId"))

    def born(self, run: OperationContext, live: Live) -> datetime | None:
        """Its description says when it was made."""
        region = run.region_of(live.outputs)
        born: datetime = Execution(run, region, live.identifier).describe()["CreationDateTime"]
        return born

    def update(self, run: OperationContext, recorded: Recorded) -> None:
        """Carry out exactly the steps from the live table to the declared one."""
        region = run.region_of(recorded.outputs, recorded.news)
        execution = Execution(run, region, recorded.identifier)
        reading = self._settled(run, execution, region, recorded.identifier)
        declared = declared_table(recorded, reading.table, run.configuration)
        for facet in unread_facets(reading.table, declared):
            reason = reading.unread.get(facet, "AWS does not tell it")
            words = facet.replace("_", " ")
            raise UnreadError(
                f"{run.subject}: {words} is declared but cannot be read: {reason}",
                "allow the call, or leave the property out of the program",
            )
        kept = with_unrecorded(declared, reading.table, recorded.outputs)
        execution.carry_out(steps(reading.table, kept))
        if speaks_of_replicas(recorded):
            tags, regions = declared.tags or {}, recorded_regions(recorded.outputs, recorded.news)
            bring_replicas(run, execution, recorded.identifier, recorded.news, tags, regions)

    def remove(self, run: OperationContext, recorded: Recorded) -> None:
        """Take the declared replicas off first: AWS keeps a table that has some."""
        if recorded.old_inputs.get("replicas"):
            execution = Execution(run, run.region_of(recorded.outputs), recorded.identifier)
            with suppress(NotFoundError):
                regions = recorded_regions(recorded.outputs, recorded.old_inputs)
                bring_replicas(run, execution, recorded.identifier, {}, {}, regions)
        super().remove(run, recorded)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the table and wait until it is gone."""
        region = run.region_of(recorded)
        try:
            run.call(
                DYNAMODB,
                region,
                "DeleteTable",
                retry=("ResourceInUseException",),
                TableName=identifier,
            )
        except NotFoundError:
            return
        except TablewrightError as error:
            if "rotect" in error.message:
                message = f"{run.subject} is protected against deletion"
                next_step = (
                    "switch its protection off in a run of its own (`deletionProtection: false` in "
                    "a manifest, deletionProtectionEnabled in a program), then delete it"
                )
                raise AwsError(message, next_step) from error
            raise
        run.wait(lambda: _is_gone(run, region, identifier), "the table is still being deleted")

    def diff(self, recorded: Recorded, configuration: Configuration) -> list[Change]:
        """The steps from the recorded table to the declared one, as changes of properties."""
        refuse_wrong_capacity(recorded)
        changes = [
            *table_changes(recorded, configuration),
            *self.diff_tags(recorded, configuration),
        ]
        return list({change.path: change for change in changes}.values())

    def unsettled(self, recorded: Recorded, changes: Collection[Change]) -> Collection[str]:
        """A stream that is switched on or changed gets a new ARN."""
        if not {"streamEnabled", "streamViewType"} & {change.path for change in changes}:
            return ()
        return () if recorded.news.get("streamEnabled") is False else ("streamArn", "streamLabel")

    def preview_create(self, inputs: Bag, configuration: Configuration) -> dict[str, Any]:
        """Without a stream there is no ARN of one to wait for."""
        outputs = super().preview_create(inputs, configuration)
        if not inputs.get("streamEnabled"):
            outputs |= {"streamEnabled": False, "streamArn": "", "streamLabel": ""}
        return outputs

    def preview_update(
        self, recorded: Recorded, changes: Collection[Change], configuration: Configuration
    ) -> dict[str, Any]:
        """A stream that is switched off has no ARN."""
        outputs = super().preview_update(recorded, changes, configuration)
        if recorded.news.get("streamEnabled") is False:
            outputs |= {"streamArn": "", "streamLabel": "", "streamViewType": ""}
        return outputs

    def settle(self, outputs: Bag, inputs: Bag, recorded: Bag) -> dict[str, Any]:
        """Lists in the program's order, so that an index of it stays what it was."""
        ordered = dict(outputs)
        for name, key in _KEYS.items():
            spelled = inputs.get(name) or recorded.get(name) or ()
            order = {
                element[key]: place
                for place, element in enumerate(spelled)
                if element is not UNKNOWN
            }
            if outputs.get(name):
                ordered[name] = sorted(
                    outputs[name], key=lambda element: order.get(element[key], len(order))
                )
        return super().settle(ordered, inputs, recorded)

    def inputs_of(self, outputs: Bag, old_inputs: Bag | None) -> dict[str, Any]:
        """Without what only repeats something else: capacity on demand, keys in two spellings."""
        inputs = super().inputs_of(outputs, old_inputs)
        if old_inputs is None:
            if inputs.get("billingMode") == "PAY_PER_REQUEST":
                inputs.pop("readCapacity", None)
                inputs.pop("writeCapacity", None)
            if "globalSecondaryIndexes" in inputs:
                inputs["globalSecondaryIndexes"] = [
                    _lean_index(index) for index in inputs["globalSecondaryIndexes"]
                ]
        return inputs

    def _settled(
        self, run: OperationContext, execution: Execution, region: str, name: str
    ) -> DescribedTable:
        """The live table once whatever goes on with it is done."""
        reading = None
        with suppress(NotFoundError):
            execution.wait_active()
            reading = read_table(run, region, name)
        if reading is None:
            message = f"{run.subject} does not exist any more in {region}"
            raise NotFoundError(message, READ_FIRST)
        return reading


def _refuse_other_keys(
    run: OperationContext, region: str, origin: Restore, declared: DeclaredTable
) -> None:
    """Restoring takes hours, and cannot give a table other keys than its source's.

    Raises:
        RefusedError: the source has others.
    """
    source = read_source(partial(_describe, run), region, origin, declared)
    if declared.key.partition and (conflicts := contradictions(source, declared)):
        raise RefusedError(f"{run.subject} cannot be restored: {', '.join(conflicts)}", REMEDY)


def _describe(run: OperationContext, operation: str, region: str, **request: Any) -> dict[str, Any]:
    return run.call(DYNAMODB, region, operation, **request)


def _of_the_stream(reading: DescribedTable) -> dict[str, str]:
    """ARN and label of a stream that is on; AWS goes on naming one that was switched off."""
    on = reading.table.stream is not None and reading.table.stream.view_type is not None
    description = reading.description
    return {
        "streamArn": description.get("LatestStreamArn", "") if on else "",
        "streamLabel": description.get("LatestStreamLabel", "") if on else "",
    }


def _lean_index(index: Mapping[str, Any]) -> dict[str, Any]:
    """An index as a program would write it."""
    lean = {name: value for name, value in index.items() if name != "warmThroughput"}
    lean.pop("keySchemas" if "hashKey" in lean else "hashKey", None)
    return lean


def _is_gone(run: OperationContext, region: str, name: str) -> bool | None:
    try:
        run.call(DYNAMODB, region, "DescribeTable", TableName=name)
    except NotFoundError:
        return True
    return None
