"""Kinesis: tags given at creation or by ARN, the size of records and warm throughput."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import AwsFault, Handler, Request
from tablewright_emulator.supplements.held import Held

_RECORD_KIB = 1024
"""Of a stream that asks for nothing else (API reference, CreateStream)."""


def handlers(gateway: Gateway, held: Held) -> Mapping[str, Handler]:
    """The operations."""
    return {
        "CreateStream": partial(_create, gateway, held),
        "DeleteStream": partial(_delete, gateway, held),
        "DescribeStreamSummary": partial(_describe, gateway, held),
        "UpdateMaxRecordSize": partial(_resize, gateway, held),
        "UpdateStreamWarmThroughput": partial(_warm, gateway, held),
        "ListTagsForResource": partial(_tags, gateway),
        "TagResource": partial(_tag, gateway),
        "UntagResource": partial(_untag, gateway),
    }


def _name(request: Request) -> str:
    params = request.params
    arn = params.get("StreamARN") or params.get("ResourceARN") or ""
    return str(params.get("StreamName") or arn.rpartition("/")[2])


def _create(gateway: Gateway, held: Held, request: Request) -> dict[str, Any]:
    params = dict(request.params)
    tags = params.pop("Tags", None)
    size, warm = params.pop("MaxRecordSizeInKiB", None), params.pop("WarmThroughputMiBps", None)
    reply = gateway.ask(request, params=params)
    if tags:
        added = {"StreamName": _name(request), "Tags": tags}
        gateway.ask(request, operation="AddTagsToStream", params=added)
    held.forget(request, _name(request))
    held.of(request, _name(request)).update({"size": size, "warm": warm})
    return reply


def _delete(gateway: Gateway, held: Held, request: Request) -> dict[str, Any]:
    reply = gateway.ask(request)
    held.forget(request, _name(request))
    return reply


def _describe(gateway: Gateway, held: Held, request: Request) -> dict[str, Any]:
    summary = gateway.ask(request)["StreamDescriptionSummary"]
    kept = held.of(request, _name(request))
    summary["MaxRecordSizeInKiB"] = kept.get("size") or _RECORD_KIB
    if warm := kept.get("warm"):
        summary["WarmThroughput"] = {"TargetMiBps": warm, "CurrentMiBps": warm}
    return {"StreamDescriptionSummary": summary}


def _there(gateway: Gateway, request: Request) -> str:
    """The stream's name; a stream that is not there is a fault."""
    name = _name(request)
    gateway.ask(request, operation="DescribeStreamSummary", params={"StreamName": name})
    return name


def _resize(gateway: Gateway, held: Held, request: Request) -> dict[str, Any]:
    held.of(request, _there(gateway, request))["size"] = request.params["MaxRecordSizeInKiB"]
    return {}


def _warm(gateway: Gateway, held: Held, request: Request) -> dict[str, Any]:
    name, warm = _there(gateway, request), request.params["WarmThroughputMiBps"]
    held.of(request, name)["warm"] = warm
    return {"StreamName": name, "WarmThroughput": {"TargetMiBps": warm, "CurrentMiBps": warm}}


def _of_streams(request: Request) -> None:
    if ":stream/" not in request.params["ResourceARN"]:
        text = "Tags of consumers are not kept by this embedded AWS"
        raise AwsFault("ValidationException", text)


def _tags(gateway: Gateway, request: Request) -> dict[str, Any]:
    _of_streams(request)
    params = {"StreamName": _name(request)}
    return {"Tags": gateway.ask(request, operation="ListTagsForStream", params=params)["Tags"]}


def _tag(gateway: Gateway, request: Request) -> dict[str, Any]:
    _of_streams(request)
    params = {"StreamName": _name(request), "Tags": request.params["Tags"]}
    return gateway.ask(request, operation="AddTagsToStream", params=params)


def _untag(gateway: Gateway, request: Request) -> dict[str, Any]:
    _of_streams(request)
    params = {"StreamName": _name(request), "TagKeys": request.params["TagKeys"]}
    return gateway.ask(request, operation="RemoveTagsFromStream", params=params)
