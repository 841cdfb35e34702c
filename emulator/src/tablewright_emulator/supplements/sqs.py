"""SQS: a queue's policy, and who may use it for dead letters, which moto drops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import Handler, Request
from tablewright_emulator.supplements.held import Held

_KEPT = "RedriveAllowPolicy"


def handlers(gateway: Gateway, held: Held) -> Mapping[str, Handler]:
    """The operations."""

    def keep(request: Request, url: str) -> None:
        attributes = request.params.get("Attributes") or {}
        if _KEPT in attributes:
            held.of(request, url)[_KEPT] = attributes[_KEPT]

    def create(request: Request) -> dict[str, Any]:
        reply = gateway.ask(request)
        keep(request, reply["QueueUrl"])
        return reply

    def change(request: Request) -> dict[str, Any]:
        """The attributes that are named; moto forgets the policy where it is not."""
        attributes = request.params.get("Attributes") or {}
        policy = {"Policy": attributes["Policy"]} if "Policy" in attributes else policy_of(request)
        params = {**request.params, "Attributes": {**attributes, **policy}}
        reply = gateway.ask(request, params=params)
        keep(request, request.params["QueueUrl"])
        return reply

    def policy_of(request: Request) -> dict[str, str]:
        params = {"QueueUrl": request.params["QueueUrl"], "AttributeNames": ["Policy"]}
        reply = gateway.ask(request, operation="GetQueueAttributes", params=params)
        return {
            name: value
            for name, value in (reply.get("Attributes") or {}).items()
            if name == "Policy" and value
        }

    def tell(request: Request) -> dict[str, Any]:
        reply = gateway.ask(request)
        kept = held.of(request, request.params["QueueUrl"]).get(_KEPT)
        asked = request.params.get("AttributeNames") or ()
        if kept and {"All", _KEPT} & set(asked):
            reply["Attributes"] = {**(reply.get("Attributes") or {}), _KEPT: kept}
        return reply

    def delete(request: Request) -> dict[str, Any]:
        held.forget(request, request.params["QueueUrl"])
        return gateway.ask(request)

    return {
        "CreateQueue": create,
        "SetQueueAttributes": change,
        "GetQueueAttributes": tell,
        "DeleteQueue": delete,
    }
