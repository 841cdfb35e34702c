"""Kinesis: tags given at creation or by ARN, the size of records and warm throughput."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tablewright_emulator.door import Door
from tablewright_emulator.request import AwsFault, Handler, Request
from tablewright_emulator.supplements.held import Held

_RECORD_KIB = 1024
"""Of a stream that asks for nothing else (API reference, CreateStream)."""


def handlers(door: Door, held: Held) -> Mapping[str, Handler]:
    """The operations."""
    return {
        "CreateStream": partial(_create, door, held),
        "DeleteStream": partial(_delete, door, held),
        "DescribeStreamSummary": partial(_describe, door, held),
        "UpdateMaxRecordSize": partial(_resize, door, held),
        "UpdateStreamWarmThroughput": partial(_warm, door, held),
        "ListTagsForResource": partial(_tags, door),
        "TagResource": partial(_tag, door),
        "UntagResource": partial(_untag, door),
    }


def _name(request: Request) -> str:
    params = request.params
    arn = params.get("StreamARN") or params.get("ResourceARN") or ""
    return str(params.get("StreamName") or arn.rpartition("/")[2])


def _create(door: Door, held: Held, request: Request) -> dict[str, Any]:
    params = dict(request.params)
    tags = params.pop("Tags", None)
    size, warm = params.pop("MaxRecordSizeInKiB", None), params.pop("WarmThroughputMiBps", None)
    reply = door.ask(request, params=params)
    if tags:
        added = {"StreamName": _name(request), "Tags": tags}
        door.ask(request, operation="AddTagsToStream", params=added)
    held.forget(request, _name(request))
    held.of(request, _name(request)).update({"size": size, "warm": warm})
    return reply


def _delete(door: Door, held: Held, request: Request) -> dict[str, Any]:
    reply = door.ask(request)
    held.forget(request, _name(request))
    return reply


def _describe(door: Door, held: Held, request: Request) -> dict[str, Any]:
    summary = door.ask(request)["StreamDescriptionSummary"]
    kept = held.of(request, _name(request))
    summary["MaxRecordSizeInKiB"] = kept.get("size") or _RECORD_KIB
    if warm := kept.get("warm"):
        summary["WarmThroughput"] = {"TargetMiBps": warm, "CurrentMiBps": warm}
    return {"StreamDescriptionSummary": summary}


def _there(door: Door, request: Request) -> str:
    """The stream's name; a stream that is not there is a fault."""
    name = _name(request)
    door.ask(request, operation="DescribeStreamSummary", params={"StreamName": name})
    return name


def _resize(door: Door, held: Held, request: Request) -> dict[str, Any]:
    held.of(request, _there(door, request))["size"] = request.params["MaxRecordSizeInKiB"]
    return {}


def _warm(door: Door, held: Held, request: Request) -> dict[str, Any]:
    name, warm = _there(door, request), request.params["WarmThroughputMiBps"]
    held.of(request, name)["warm"] = warm
    return {"StreamName": name, "WarmThroughput": {"TargetMiBps": warm, "CurrentMiBps": warm}}


def _of_streams(request: Request) -> None:
    if ":stream/" not in request.params["ResourceARN"]:
        text = "Tags of consumers are not kept by this embedded AWS"
        raise AwsFault("ValidationException", text)


def _tags(door: Door, request: Request) -> dict[str, Any]:
    _of_streams(request)
    params = {"StreamName": _name(request)}
    return {"Tags": door.ask(request, operation="ListTagsForStream", params=params)["Tags"]}


def _tag(door: Door, request: Request) -> dict[str, Any]:
    _of_streams(request)
    params = {"StreamName": _name(request), "Tags": request.params["Tags"]}
    return door.ask(request, operation="AddTagsToStream", params=params)


def _untag(door: Door, request: Request) -> dict[str, Any]:
    _of_streams(request)
    params = {"StreamName": _name(request), "TagKeys": request.params["TagKeys"]}
    return door.ask(request, operation="RemoveTagsFromStream", params=params)
