"""Keys of moto's KMS, straight from its memory: asked at every read and write of a table."""

from __future__ import annotations

from typing import Any

from tablewright_emulator.moto_backend import determinism


def key_state(account: str, region: str, arn: str) -> str:
    """State of a key, such as `Enabled`; `Unavailable` when it is not there."""
    key = _kms(account, region).keys.get(arn.rsplit("/", 1)[-1])
    return str(key.key_state) if key is not None else "Unavailable"


def alias_target(account: str, region: str, alias: str) -> str | None:
    """ARN of the key behind an alias; None when there is no such alias."""
    kms = _kms(account, region)
    return str(kms.describe_key(alias).arn) if kms.alias_exists(alias) else None


def make_managed_key(account: str, region: str, alias: str, description: str) -> str:
    """Make a key that AWS manages, under its alias; answers its ARN."""
    kms = _kms(account, region)
    key = kms.create_key(
        policy="",
        key_usage="ENCRYPT_DECRYPT",
        key_spec="SYMMETRIC_DEFAULT",
        description=description,
        tags=None,
    )
    key.key_manager = "AWS"
    kms.create_alias(key.id, alias)
    return str(key.arn)


def _kms(account: str, region: str) -> Any:
    from moto.kms.models import kms_backends  # noqa: PLC0415 - moto is loaded when first needed

    determinism.draw_from_moto()
    return kms_backends[account][region]
