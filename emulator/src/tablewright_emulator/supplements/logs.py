"""CloudWatch Logs: the class, key and deletion protection of log groups."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import AwsFault, Handler, Request
from tablewright_emulator.supplements.held import Held

_KEPT = {
    "logGroupClass": "logGroupClass",
    "kmsKeyId": "kmsKeyId",
    "deletionProtectionEnabled": "deletionProtectionEnabled",
}


def handlers(gateway: Gateway, held: Held) -> Mapping[str, Handler]:
    """The operations."""
    return {
        "CreateLogGroup": partial(_create, gateway, held),
        "DeleteLogGroup": partial(_delete, gateway, held),
        "DescribeLogGroups": partial(_describe, gateway, held),
        "AssociateKmsKey": partial(_keep, gateway, held),
        "DisassociateKmsKey": partial(_keep, gateway, held),
        "PutLogGroupDeletionProtection": partial(_keep, gateway, held),
    }


def _name(request: Request) -> str:
    params = request.params
    named = params.get("logGroupName") or params.get("logGroupIdentifier") or ""
    return str(named.partition(":log-group:")[2].removesuffix(":*") or named)


def _create(gateway: Gateway, held: Held, request: Request) -> dict[str, Any]:
    kept = {name: request.params[name] for name in _KEPT if name in request.params}
    params = {name: value for name, value in request.params.items() if name not in _KEPT}
    reply = gateway.ask(request, params=params)
    held.forget(request, _name(request))
    held.of(request, _name(request)).update(kept)
    return reply


def _delete(gateway: Gateway, held: Held, request: Request) -> dict[str, Any]:
    if held.of(request, _name(request)).get("deletionProtectionEnabled"):
        text = "Log group is protected against deletion. Disable deletion protection first."
        raise AwsFault("ValidationException", text)
    reply = gateway.ask(request)
    held.forget(request, _name(request))
    return reply


def _describe(gateway: Gateway, held: Held, request: Request) -> dict[str, Any]:
    reply = gateway.ask(request)
    for group in reply.get("logGroups") or ():
        kept = held.of(request, group["logGroupName"])
        group |= {"logGroupClass": "STANDARD", **{n: v for n, v in kept.items() if v is not None}}
    return reply


def _keep(gateway: Gateway, held: Held, request: Request) -> dict[str, Any]:
    name = _name(request)
    groups = gateway.ask(
        request, operation="DescribeLogGroups", params={"logGroupNamePrefix": name}
    ).get("logGroups")
    if not any(group["logGroupName"] == name for group in groups or ()):
        raise AwsFault("ResourceNotFoundException", "The specified log group does not exist.")
    kept = held.of(request, name)
    match request.operation:
        case "AssociateKmsKey":
            kept["kmsKeyId"] = request.params["kmsKeyId"]
        case "DisassociateKmsKey":
            kept.pop("kmsKeyId", None)
        case _:
            kept["deletionProtectionEnabled"] = request.params["deletionProtectionEnabled"]
    return {}
