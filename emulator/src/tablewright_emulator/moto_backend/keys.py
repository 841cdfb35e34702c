"""Keys of moto's KMS, straight from its memory: asked at every read and write of a table."""

from __future__ import annotations

import json
from typing import Any

from tablewright_emulator.moto_backend import determinism, moment
from tablewright_emulator.request import Engine, HttpRequest, Reply, Request

MANAGED_KEY = "a key that AWS manages"
"""Stands where others have an operation's name."""


def key_state(account: str, region: str, arn: str) -> str:
    """State of a key, such as `Enabled`; `Unavailable` when it is not there."""
    key = _kms(account, region).keys.get(arn.rsplit("/", 1)[-1])
    return str(key.key_state) if key is not None else "Unavailable"


def alias_target(account: str, region: str, alias: str) -> str | None:
    """ARN of the key behind an alias; None when there is no such alias."""
    kms = _kms(account, region)
    return str(kms.describe_key(alias).arn) if kms.alias_exists(alias) else None


def make_managed_key(
    engine: Engine, account: str, region: str, alias: str, description: str
) -> str:
    """Make a key that AWS manages, under its alias; answers its ARN.

    No operation of KMS makes such a key, so the engine is asked by one of ours.
    """
    body = json.dumps({"alias": alias, "description": description}).encode()
    http = HttpRequest("POST", "/", "", {}, body)
    request = Request("kms", MANAGED_KEY, {}, account, region, protocol="json", http=http)
    return str(engine(request).json()["arn"])


def managed_key_made(request: Request) -> Reply:
    """Answer a request of `make_managed_key`."""
    asked = json.loads(request.http.body)
    kms = _kms(request.account, request.region)
    key = kms.create_key(
        policy="",
        key_usage="ENCRYPT_DECRYPT",
        key_spec="SYMMETRIC_DEFAULT",
        description=asked["description"],
        tags=None,
    )
    key.key_manager = "AWS"
    kms.create_alias(key.id, asked["alias"])
    return Reply(200, {}, json.dumps({"arn": key.arn}).encode())


def _kms(account: str, region: str) -> Any:
    moment.install()
    from moto.kms.models import kms_backends

    determinism.draw_from_moto()
    return kms_backends[account][region]
