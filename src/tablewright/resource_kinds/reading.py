"""What only several inputs of a resource, or a part of one, tell of its identity. Pure."""

from __future__ import annotations

import json
import re
from typing import Final

from .kind import Inputs, is_known

_TABLE_ARN: Final = re.compile(r"arn:[\w-]+:dynamodb:(?P<main>[\w-]+):\d*:table/(?P<table>[\w.-]+)")


def read_scaled(inputs: Inputs) -> Inputs:
    """The table of `table/orders/index/by-day`."""
    resource = inputs.get("resourceId")
    parts = resource.split("/") if isinstance(resource, str) else []
    return {**inputs, "table": parts[1]} if parts[:1] == ["table"] and parts[1:] else inputs


def read_guarded(inputs: Inputs) -> Inputs:
    """The table of its own ARN, or of its stream's."""
    arn = inputs.get("resourceArn")
    match = _TABLE_ARN.match(arn) if isinstance(arn, str) else None
    return {**inputs, "table": match["table"]} if match else inputs


def read_replica(inputs: Inputs) -> Inputs:
    """The replicated table, and its own region."""
    arn = inputs.get("globalTableArn")
    match = _TABLE_ARN.fullmatch(arn) if isinstance(arn, str) else None
    unknown = {"table": arn, "main": arn}
    return {**inputs, **(match.groupdict() if match else unknown)}


def read_alias(inputs: Inputs) -> Inputs:
    """The key of its ARN or id."""
    target = inputs.get("targetKeyId")
    known = isinstance(target, str) and is_known(target)
    return {**inputs, "key": str(target).rpartition("/")[2] if known else target}


def read_subscription(inputs: Inputs) -> Inputs:
    """The topic of its ARN, or of the subscription's own."""
    topic, arn = inputs.get("topic"), inputs.get("arn")
    if topic is None and isinstance(arn, str):
        topic = arn.rpartition(":")[0]
    known = isinstance(topic, str) and is_known(topic)
    return {**inputs, "topicName": str(topic).rpartition(":")[2] if known else topic}


def read_item(inputs: Inputs) -> Inputs:
    """The item's key as text: `id|7`, `id|7|sort|a`."""
    item = inputs.get("item")
    if not (isinstance(item, str) and is_known(item)):
        return {**inputs, "key": item}
    try:
        attributes = json.loads(item)
        keys = [name for name in (inputs.get("hashKey"), inputs.get("rangeKey")) if name]
        texts = [f"{key}|{next(iter(attributes[key].values()))}" for key in keys]
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return inputs
    return {**inputs, "key": "|".join(texts)} if texts else inputs
