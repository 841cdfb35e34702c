"""`aws.dynamodb.GlobalSecondaryIndex`: one index of a table, as a resource of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from tablewright.errors import AwsError, NotFoundError
from tablewright.plan.changes.order import steps
from tablewright.plan.table import GlobalIndex, Table
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.resource import (
    Bag,
    Live,
    Recorded,
    ResourceType,
    Timeouts,
)
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    block,
    blocks,
    length,
    text,
    texts,
    whole,
)

from .execution import Execution
from .properties import global_index, global_index_output
from .table_reading import read_table

_HOURS = 3600.0


class GlobalSecondaryIndex(ResourceType):
    """An index; its identifier is `table,index`. The table's own resource leaves it alone."""

    tok: ClassVar[str] = "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex"
    word: ClassVar[str] = "index"
    timeouts: ClassVar[Timeouts] = Timeouts(create=3 * _HOURS, update=_HOURS, delete=_HOURS)
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "onDemandThroughput",
        "provisionedThroughput",
        "warmThroughput",
    )
    write_only: ClassVar[tuple[str, ...]] = ("timeouts",)
    left_to_aws: ClassVar[tuple[str, ...]] = ("warmThroughput",)
    changing_by_itself: ClassVar[tuple[str, ...]] = (
        "onDemandThroughput",
        "provisionedThroughput",
        "warmThroughput",
    )
    shape: ClassVar[Shape] = {
        "indexName": text(required=True, replaces=True),
        "keySchemas": blocks(
            {
                "attributeName": text(required=True),
                "attributeType": text("S", "N", "B", required=True),
                "keyType": text("HASH", "RANGE", required=True),
            },
            required=True,
            replaces=True,
            ordered=True,
        ),
        "onDemandThroughput": block(
            {
                "maxReadRequestUnits": whole(at_least=-1),
                "maxWriteRequestUnits": whole(at_least=-1),
            },
            keeps=True,
        ),
        "projection": block(
            {
                "projectionType": text("ALL", "INCLUDE", "KEYS_ONLY", required=True),
                "nonKeyAttributes": texts(),
            },
            replaces=True,
        ),
        "provisionedThroughput": block(
            {"readCapacityUnits": whole(at_least=1), "writeCapacityUnits": whole(at_least=1)},
            keeps=True,
        ),
        "region": text(replaces=True),
        "tableName": text(required=True, replaces=True),
        "timeouts": block({"create": length(), "delete": length(), "update": length()}, keeps=True),
        "warmThroughput": block(
            {
                "readUnitsPerSecond": whole(at_least=1, required=True),
                "writeUnitsPerSecond": whole(at_least=1, required=True),
            },
            keeps=True,
        ),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return which table it belongs to."""
        table, _, index = identifier.partition(",")
        return f"{self.word} {bag.get('indexName', index)} of table {bag.get('tableName', table)}"

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """A key begins with a partition key, and what is projected is said."""
        failures = super().check(inputs, old_inputs)
        kinds = [
            element.get("keyType")
            for element in inputs.get("keySchemas") or ()
            if _is_block(element)
        ]
        if kinds and kinds != sorted(kinds):
            failures.append(InputFailure("keySchemas", "must name HASH before RANGE"))
        if kinds and "HASH" not in kinds:
            failures.append(InputFailure("keySchemas", "needs an attribute of the keyType HASH"))
        if inputs.get("provisionedThroughput") == {}:
            reason = "needs readCapacityUnits and writeCapacityUnits"
            failures.append(InputFailure("provisionedThroughput", reason))
        if inputs.get("projection") is None:
            failures.append(InputFailure("projection", "is required: say what the index holds"))
        return failures

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Add the index, and wait until it is built."""
        table, name = str(inputs["tableName"]), str(inputs["indexName"])
        region = run.region_of(inputs)
        live = self._table(run, region, table)
        if any(index.name == name for index in live.global_indexes or ()):
            message = f"{run.subject} exists already"
            raise AwsError(message, "adopt it with the import option, or choose another name")
        self._bring(run, region, live, _declared(inputs), _types(inputs))
        return f"{table},{name}"

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Find the index among the table's."""
        table, _, name = identifier.partition(",")
        region = run.region_of(recorded)
        reading = read_table(run, region, table)
        if reading is None:
            return None
        indexes = (
            candidate for candidate in reading.table.global_indexes or () if candidate.name == name
        )
        index = next(indexes, None)
        if index is None:
            return None
        outputs = {
            "arn": f"{reading.description['TableArn']}/index/{name}",
            "indexName": name,
            "region": region,
            "tableName": table,
            **_outputs(index, reading.table.attributes),
        }
        return Live(f"{table},{name}", outputs)

    def update(self, run: OperationContext, recorded: Recorded) -> None:
        """Change what an index changes in place: its throughput."""
        table, _, name = recorded.identifier.partition(",")
        region = run.region_of(recorded.outputs, recorded.news)
        live = self._table(run, region, table)
        self.standing(run, recorded)
        alive = next((index for index in live.global_indexes or () if index.name == name), None)
        self._bring(run, region, live, _declared(recorded.news, alive), {})

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Drop the index; the table and its items stay."""
        table, _, name = identifier.partition(",")
        region = run.region_of(recorded)
        live = self._table(run, region, table)
        kept = tuple(index for index in live.global_indexes or () if index.name != name)
        execution = Execution(run, region, table)
        execution.carry_out(steps(live, replace(live, global_indexes=kept)))

    def _bring(
        self,
        run: OperationContext,
        region: str,
        live: Table,
        index: GlobalIndex,
        types: Mapping[str, Any],
    ) -> None:
        """The steps from the live table to one that has the index like this."""
        others = tuple(other for other in live.global_indexes or () if other.name != index.name)
        declared = replace(
            live,
            global_indexes=(*others, index),
            attributes={**live.attributes, **types},
        )
        Execution(run, region, live.name, f"{live.name},{index.name}").carry_out(
            steps(live, declared)
        )

    def _table(self, run: OperationContext, region: str, name: str) -> Table:
        """The table, once whatever goes on with it is done."""
        Execution(run, region, name).wait_active()
        reading = read_table(run, region, name)
        if reading is None:
            message = f"table {name} does not exist in {region}"
            raise NotFoundError(message, "check tableName, and the region")
        return reading.table


def _declared(inputs: Bag, live: GlobalIndex | None = None) -> GlobalIndex:
    """The index that inputs declare, in the spelling of a table's own list of indexes."""
    projection = inputs.get("projection") or {}
    units = inputs.get("provisionedThroughput") or {}
    return global_index(
        {
            "name": inputs["indexName"],
            "keySchemas": [
                {name: element[name] for name in ("attributeName", "keyType")}
                for element in inputs["keySchemas"]
            ],
            "projectionType": projection.get("projectionType", "ALL"),
            "nonKeyAttributes": projection.get("nonKeyAttributes"),
            "readCapacity": units.get("readCapacityUnits"),
            "writeCapacity": units.get("writeCapacityUnits"),
            "onDemandThroughput": inputs.get("onDemandThroughput"),
            "warmThroughput": inputs.get("warmThroughput"),
        },
        live,
    )


def _types(inputs: Bag) -> dict[str, Any]:
    return {element["attributeName"]: element["attributeType"] for element in inputs["keySchemas"]}


def _outputs(index: GlobalIndex, types: Mapping[str, Any]) -> dict[str, Any]:
    listed = global_index_output(index)
    outputs: dict[str, Any] = {
        "keySchemas": [
            {**element, "attributeType": types[element["attributeName"]]}
            for element in listed["keySchemas"]
        ],
        "projection": {
            "projectionType": listed["projectionType"],
            "nonKeyAttributes": listed["nonKeyAttributes"],
        },
        "onDemandThroughput": listed.get("onDemandThroughput"),
        "warmThroughput": listed.get("warmThroughput"),
    }
    if index.throughput is not None:
        outputs["provisionedThroughput"] = {
            "readCapacityUnits": index.throughput.read,
            "writeCapacityUnits": index.throughput.write,
        }
    return {name: value for name, value in outputs.items() if value is not None}


def _is_block(value: Any) -> bool:
    return isinstance(value, dict)
