"""What a scenario is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Inputs = Mapping[str, Any]

TABLE = "aws:dynamodb/table:Table"
HOME = "eu-west-1"
SECOND = "us-east-1"
THIRD = "ap-southeast-2"
NAME = "events"
ARN = f"arn:aws:dynamodb:{HOME}:123456789012:table/{NAME}"

KEYS = {f"KEY {letter} of {region}": region for letter in "ab" for region in (HOME, SECOND, THIRD)}
"""Stand for the ARNs of keys of KMS, and where each is."""


@dataclass(frozen=True)
class Step:
    """One configuration that is applied over the one before.

    Args:
        resources: what is declared: type and inputs by logical name, in the order of creation.
        becomes: members of the view of the table `it` that differ from what its inputs say.
        after: seconds that pass before.
        gone: tables that somebody deleted before.
        ignored: inputs of `it` that changes are ignored of.
        replaced: logical names of what is made again; everything else changes in place.
        changes: whether there is anything to do at all.
        noticed: whether HashiCorp's provider does it; a changed type of a key it leaves as it is.
    """

    resources: Mapping[str, tuple[str, Inputs]]
    becomes: Mapping[str, Any] = field(default_factory=dict)
    after: float = 0
    gone: Sequence[str] = ()
    ignored: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    changes: bool = True
    noticed: bool = True


@dataclass(frozen=True)
class Scenario:
    """One acceptance test.

    Args:
        name: that of the test, without `TestAcc`; `CloudPosse…` for those of Cloud Posse's modules.
        steps: what is applied, in order.
    """

    name: str
    steps: Sequence[Step]


@dataclass(frozen=True)
class Refusal:
    """A call that AWS is known to refuse.

    Args:
        name: what is tried.
        evidence: which code or comment of HashiCorp's provider knows it.
        given: tables that are there, as inputs.
        calls: service, operation and parameters; all but the last succeed.
        code: that of the error.
        text: part of its message.
    """

    name: str
    evidence: str
    given: Sequence[Inputs]
    calls: Sequence[tuple[str, str, Mapping[str, Any]]]
    code: str
    text: str = ""


def declared(table: Inputs, **rest: Any) -> Step:
    """A step that declares one table and nothing else."""
    return Step({"it": (TABLE, table)}, **rest)


def table(hash_key: str = "id", **rest: Any) -> dict[str, Any]:
    """Inputs of a table; attributes whose type is not given are texts.

    Args:
        hash_key: its partition key.
        rest: further inputs; `types` names attributes of other types.
    """
    types = rest.pop("types", {})
    inputs = {"name": NAME, "hashKey": hash_key, **rest}
    named = dict.fromkeys(_key_names(inputs))
    attributes = [{"name": name, "type": types.get(name, "S")} for name in named]
    return {**inputs, "attributes": attributes}


def units(read: int, write: int | None = None) -> dict[str, Any]:
    """Provisioned capacity, of a table or an index."""
    return {"readCapacity": read, "writeCapacity": read if write is None else write}


def maxima(read: int, write: int | None = None) -> dict[str, Any]:
    """On-demand maxima, of a table or an index."""
    write = read if write is None else write
    return {"onDemandThroughput": {"maxReadRequestUnits": read, "maxWriteRequestUnits": write}}


def warm(read: int, write: int) -> dict[str, Any]:
    """Warm throughput, of a table or an index."""
    return {"warmThroughput": {"readUnitsPerSecond": read, "writeUnitsPerSecond": write}}


def index(name: str, *keys: str, projection: str = "ALL", **rest: Any) -> dict[str, Any]:
    """A global index with a partition key and maybe a sort key."""
    parts = dict(zip(("hashKey", "rangeKey"), keys, strict=False))
    return {"name": name, **parts, "projectionType": projection, **rest}


def key_schemas(hashes: Sequence[str], ranges: Sequence[str] = ()) -> list[dict[str, str]]:
    """A key of several attributes."""
    return [
        *({"attributeName": name, "keyType": "HASH"} for name in hashes),
        *({"attributeName": name, "keyType": "RANGE"} for name in ranges),
    ]


def _key_names(inputs: Inputs) -> list[str]:
    names = [inputs["hashKey"], inputs.get("rangeKey")]
    for index in inputs.get("globalSecondaryIndexes", ()):
        names += [index.get("hashKey"), index.get("rangeKey")]
        names += [part["attributeName"] for part in index.get("keySchemas", ())]
    names += [index["rangeKey"] for index in inputs.get("localSecondaryIndexes", ())]
    return [name for name in names if name]


PER_REQUEST = {"billingMode": "PAY_PER_REQUEST"}
PROVISIONED = {"billingMode": "PROVISIONED"}
STREAM = {"streamEnabled": True, "streamViewType": "NEW_AND_OLD_IMAGES"}
