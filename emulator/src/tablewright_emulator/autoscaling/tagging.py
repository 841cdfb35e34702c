"""The tags of scalable targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tablewright_emulator.autoscaling.registry import Registry
from tablewright_emulator.autoscaling.scaling_request import Params, refuse
from tablewright_emulator.autoscaling.target import Target
from tablewright_emulator.request import AwsFault, Handler, Request

MAX_TAGS = 50


def tagging(registry: Registry) -> dict[str, Handler]:
    """The three operations, by name."""
    operations: Mapping[str, Callable[[Target, Params], Any]] = {
        "TagResource": _tag,
        "UntagResource": _untag,
        "ListTagsForResource": _list_tags,
    }
    return {name: _on_target(registry, call) for name, call in operations.items()}


def new_tags(params: Params) -> dict[str, str]:
    """The tags a new target is registered with."""
    tags = dict(params.get("Tags") or {})
    if len(tags) > MAX_TAGS:
        refuse(f"A scalable target can have at most {MAX_TAGS} tags.")
    return tags


def _on_target(registry: Registry, call: Callable[[Target, Params], Any]) -> Handler:
    def handler(request: Request) -> Any:
        arn = request.params["ResourceARN"]
        targets = registry.at((request.account, request.region)).targets.values()
        target = next((candidate for candidate in targets if candidate.arn == arn), None)
        if target is None:
            text = f"No scalable target found for the ARN {arn}."
            raise AwsFault("ResourceNotFoundException", text, fields={"ResourceName": arn})
        return call(target, request.params)

    return handler


def _tag(target: Target, params: Params) -> dict[str, Any]:
    tags = target.tags | params["Tags"]
    if len(tags) > MAX_TAGS:
        text = f"A scalable target can have at most {MAX_TAGS} tags."
        raise AwsFault("TooManyTagsException", text, fields={"ResourceName": target.arn})
    target.tags = tags
    return {}


def _untag(target: Target, params: Params) -> dict[str, Any]:
    keys: Iterable[str] = params["TagKeys"]
    target.tags = {key: value for key, value in target.tags.items() if key not in set(keys)}
    return {}


def _list_tags(target: Target, _: Params) -> dict[str, Any]:
    return {"Tags": dict(target.tags)}
