"""Whose key encrypts a table's items at rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from tablewright.plan.changes.step import Risk, Step, Wait
from tablewright.plan.table import Encryption

from .facet import Column, Facet, Members, Properties, Reply, block, table_update

if TYPE_CHECKING:
    from tablewright.manifest.models import TableSpec

_AWS_OWNED = Encryption("AWS_OWNED")
_MANAGED_ALIAS = "alias/aws/dynamodb"
_LIMIT = (
    "AWS allows four changes of the key in 24 hours; all items are re-encrypted in the background"
)


def encryption_key(description: Reply) -> str | None:
    """ARN of the KMS key in use, from DescribeTable; None with the key that AWS owns."""
    described = description.get("SSEDescription") or {}
    if described.get("Status") in {None, "DISABLED", "DISABLING"}:
        return None
    arn: str | None = described.get("KMSMasterKeyArn")
    return arn


def _read(reply: Reply) -> Encryption:
    """From the table's description with KMS's `KeyMetadata` of its key, if it has one.

    DynamoDB's reply looks the same for the AWS managed key and a customer's.
    """
    key_arn = encryption_key(reply)
    if key_arn is None:
        return _AWS_OWNED
    if (reply.get("KeyMetadata") or {}).get("KeyManager") == "AWS":
        return Encryption("AWS_MANAGED")
    return Encryption("CUSTOMER", key_arn)


def _members(value: Encryption) -> Members:
    """The key that AWS owns is what "not enabled" means."""
    if value.type == "AWS_OWNED":
        return {"SSESpecification": {"Enabled": False}}
    specification: dict[str, Any] = {"Enabled": True, "SSEType": "KMS"}
    if value.kms_key is not None:
        specification["KMSMasterKeyId"] = value.kms_key
    return {"SSESpecification": specification}


def encryption_of_a_new_table(value: Encryption) -> Members:
    """Nothing for the key that AWS owns, which it takes by itself."""
    return {} if value.type == "AWS_OWNED" else _members(value)


def _declare(spec: TableSpec) -> Encryption:
    return Encryption(spec.encryption.type, spec.encryption.kms_key_arn)


def _manifest(value: Encryption) -> dict[str, Any]:
    return {"type": value.type} | ({"kmsKeyArn": value.kms_key} if value.kms_key else {})


def _parse(given: Properties, _live: Encryption | None) -> Encryption:
    key = given.get("kmsKeyArn") or None
    if not given.get("enabled"):
        return _AWS_OWNED
    if key is None or key.endswith(_MANAGED_ALIAS):
        return Encryption("AWS_MANAGED")
    return Encryption("CUSTOMER", key)


def _render(value: Encryption) -> Members:
    """The key only where it is the customer's: the others are AWS's affair and never compared.

    An empty key is not the same as none (pulumi/pulumi-aws#2043).
    """
    key = {} if value.kms_key is None else {"kmsKeyArn": value.kms_key}
    return {"enabled": value.type != "AWS_OWNED", **key}


def _change(name: str, _old: Encryption, new: Encryption) -> Iterator[Step]:
    keys = {
        "AWS_OWNED": "the key that AWS owns",
        "AWS_MANAGED": "the AWS managed key",
        "CUSTOMER": f"the customer key {new.kms_key}",
    }
    yield table_update(
        name,
        f"Encrypt with {keys[new.type]}",
        _members(new),
        "encryption",
        risk=Risk.LIMITED,
        wait=Wait.ENCRYPTION_SETTLED,
        note=_LIMIT,
    )


ENCRYPTION: Final = Facet[Encryption](
    name="encryption",
    path="encryption",
    fact="encryption",
    default=_AWS_OWNED,
    declare=_declare,
    manifest=_manifest,
    engine=block("serverSideEncryption", _parse, _render),
    read=_read,
    operation="DescribeKey",
    create=encryption_of_a_new_table,
    change=_change,
    words=lambda value: f"{value.type} {value.kms_key}" if value.kms_key else value.type,
    column=Column("encryption", lambda value: value.type),
)
