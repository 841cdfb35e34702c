"""SQS: who may use a queue for dead letters, which moto drops (API reference, CreateQueue)."""

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
        reply = gateway.ask(request)
        keep(request, request.params["QueueUrl"])
        return reply

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
