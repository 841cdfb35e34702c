"""`aws.dynamodb.TableItem`: one item, in DynamoDB's own JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Final

from tablewright.errors import AwsError, NotFoundError, TablewrightError
from tablewright.provider.configuration import Configuration
from tablewright.provider.operation_context import OperationContext, refused_with
from tablewright.provider.protocol.unknown import UNKNOWN
from tablewright.provider.resources.difference import Change
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import InputFailure, Shape, document, text

from .execution import DYNAMODB

_SETS: Final = ("SS", "NS", "BS")
_SEPARATOR: Final = "|"


class TableItem(ResourceType):
    """An item; its identifier is `table|hash key|value[|range key|value]`."""

    tok: ClassVar[str] = "aws:dynamodb/tableItem:TableItem"
    word: ClassVar[str] = "item"
    computed: ClassVar[tuple[str, ...]] = ("hashKeyValue", "rangeKeyValue")
    changing_by_itself: ClassVar[tuple[str, ...]] = ("item",)
    secret_with: ClassVar[Mapping[str, str]] = {"hashKeyValue": "item", "rangeKeyValue": "item"}
    shape: ClassVar[Shape] = {
        "hashKey": text(required=True, replaces=True),
        "item": document(required=True, ordered=True),
        "rangeKey": text(replaces=True),
        "region": text(replaces=True),
        "tableName": text(required=True, replaces=True),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return which table it belongs to; the key may be private."""
        table = bag.get("tableName") or identifier.partition(_SEPARATOR)[0]
        return f"{self.word} of table {table}"

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """The item must have its key, and be in DynamoDB's JSON."""
        failures = super().check(inputs, old_inputs)
        item = _parsed(inputs.get("item"))
        if item is None:
            return failures
        failures.extend(
            InputFailure("item", f"has no attribute {inputs[name]}, which {name} names")
            for name in ("hashKey", "rangeKey")
            if isinstance(inputs.get(name), str) and inputs[name] not in item
        )
        failures.extend(
            InputFailure("item", f'must give each attribute its type, such as {{"S": "…"}}: {name}')
            for name, value in item.items()
            if not (isinstance(value, dict) and len(value) == 1)
        )
        return failures

    def diff(self, recorded: Recorded, configuration: Configuration) -> list[Change]:
        """Items are equal whatever the order of attributes and sets; another key replaces."""
        news = {name: value for name, value in recorded.news.items() if name != "item"}
        rest = Recorded(recorded.identifier, recorded.outputs, recorded.old_inputs, news)
        without = {name: value for name, value in rest.old_inputs.items() if name != "item"}
        rest = Recorded(rest.identifier, rest.outputs, without, news)
        changes = super().diff(rest, configuration)
        new, old = recorded.news.get("item"), recorded.outputs.get("item")
        if new is UNKNOWN or _canonical(_parsed(new)) != _canonical(_parsed(old)):
            moved = new is not UNKNOWN and _identifier(recorded.news) != recorded.identifier
            changes.append(Change("item", "update", replaces=moved))
        return changes

    def unsettled(self, recorded: Recorded, changes: Collection[Change]) -> Collection[str]:
        """Key values of an item that is not known yet."""
        del changes
        return ("hashKeyValue", "rangeKeyValue") if recorded.news.get("item") is UNKNOWN else ()

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Put the item, unless there is one with its key."""
        try:
            run.call(
                DYNAMODB,
                run.region_of(inputs),
                "PutItem",
                TableName=inputs["tableName"],
                Item=to_boto(json.loads(inputs["item"])),
                ConditionExpression="attribute_not_exists(#key)",
                ExpressionAttributeNames={"#key": inputs["hashKey"]},
            )
        except TablewrightError as error:
            if refused_with(error, "ConditionalCheckFailedException"):
                message = f"{run.subject}: an item with this key exists already"
                raise AwsError(message, "delete it, or give the item another key") from error
            raise
        return _identifier(inputs)

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the item by its key; without what is recorded the key's types are not known."""
        if not recorded.get("item"):
            return None
        item = json.loads(recorded["item"])
        try:
            reply = run.call(
                DYNAMODB,
                run.region_of(recorded),
                "GetItem",
                TableName=recorded["tableName"],
                Key=to_boto(_key(recorded, item)),
                ConsistentRead=True,
            )
        except NotFoundError:
            return None
        if "Item" not in reply:
            return None
        live = from_boto(reply["Item"])
        same = _canonical(live) == _canonical(item)
        outputs = {
            "hashKey": recorded["hashKey"],
            "hashKeyValue": _value(live[recorded["hashKey"]]),
            "item": recorded["item"] if same else json.dumps(live, sort_keys=True),
            "region": run.region_of(recorded),
            "tableName": recorded["tableName"],
        }
        if recorded.get("rangeKey"):
            outputs["rangeKey"] = recorded["rangeKey"]
            outputs["rangeKeyValue"] = _value(live[recorded["rangeKey"]])
        return Live(identifier, outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Put the item as a whole."""
        del differing
        run.call(
            DYNAMODB,
            live.outputs["region"],
            "PutItem",
            TableName=recorded.news["tableName"],
            Item=to_boto(json.loads(recorded.news["item"])),
        )

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the item by its key."""
        del identifier
        run.call(
            DYNAMODB,
            run.region_of(recorded),
            "DeleteItem",
            TableName=recorded["tableName"],
            Key=to_boto(_key(recorded, json.loads(recorded["item"]))),
        )


def _parsed(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, str):
        return None
    try:
        parsed = json.loads(value)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _key(bag: Bag, item: Mapping[str, Any]) -> dict[str, Any]:
    names = [bag["hashKey"], *([bag["rangeKey"]] if bag.get("rangeKey") else [])]
    return {name: item[name] for name in names}


def _identifier(bag: Bag) -> str:
    item = _parsed(bag.get("item")) or {}
    parts = [str(bag.get("tableName"))]
    for name in ("hashKey", "rangeKey"):
        attribute = bag.get(name)
        if attribute and attribute in item:
            parts.extend((str(attribute), _value(item[attribute])))
    return _SEPARATOR.join(parts)


def _value(typed: Mapping[str, Any]) -> str:
    return str(next(iter(typed.values())))


def _canonical(value: Any) -> Any:
    """Sets in one order; numbers of DynamoDB are texts and compared as such."""
    if isinstance(value, dict):
        return {
            name: sorted(map(str, item)) if name in _SETS else _canonical(item)
            for name, item in value.items()
        }
    return [_canonical(item) for item in value] if isinstance(value, list) else value


def to_boto(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item of DynamoDB's JSON as the SDK takes it: binary as bytes."""
    return {name: _typed(value, base64.b64decode) for name, value in item.items()}


def from_boto(item: Mapping[str, Any]) -> dict[str, Any]:
    """The other way round."""
    return {
        name: _typed(value, lambda raw: base64.b64encode(bytes(raw)).decode())
        for name, value in item.items()
    }


def _typed(value: Mapping[str, Any], binary: Any) -> dict[str, Any]:
    """An attribute value with its binary parts turned by `binary`."""
    ((kind, inner),) = value.items()
    match kind:
        case "B":
            return {kind: binary(inner)}
        case "BS":
            return {kind: [binary(part) for part in inner]}
        case "L":
            return {kind: [_typed(part, binary) for part in inner]}
        case "M":
            return {kind: {name: _typed(part, binary) for name, part in inner.items()}}
        case _:
            return {kind: inner}
