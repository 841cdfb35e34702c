"""KMS: how often a key is rotated (API reference, EnableKeyRotation)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import Handler, Request
from tablewright_emulator.supplements.held import Held

_DAYS = 365


def handlers(gateway: Gateway, held: Held) -> Mapping[str, Handler]:
    """The operations."""

    def arn(request: Request) -> str:
        params = {"KeyId": request.params["KeyId"]}
        reply = gateway.ask(request, operation="DescribeKey", params=params)
        return str(reply["KeyMetadata"]["Arn"])

    def enable(request: Request) -> dict[str, Any]:
        reply = gateway.ask(request)
        days = request.params.get("RotationPeriodInDays") or _DAYS
        held.of(request, arn(request)).update(days=days, since=gateway.clock.now().isoformat())
        return reply

    def status(request: Request) -> dict[str, Any]:
        reply = gateway.ask(request)
        if not reply.get("KeyRotationEnabled"):
            return reply
        kept = held.of(request, arn(request))
        days = kept.get("days", _DAYS)
        since = datetime.fromisoformat(kept.get("since") or gateway.clock.now().isoformat())
        return {
            **reply,
            "KeyId": request.params["KeyId"],
            "RotationPeriodInDays": days,
            "NextRotationDate": since + timedelta(days=days),
        }

    return {"EnableKeyRotation": enable, "GetKeyRotationStatus": status}
