"""Encryption, expiry, recovery of a table's data."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.documents.node import Path
from tablewright.manifest.rules.arns import parse_arn
from tablewright.manifest.rules.finding import STACK_REGION, Finding, Subject, at
from tablewright.manifest.rules.keys import key_attributes

_KEY_FORM = "arn:aws:kms:REGION:ACCOUNT:key/KEY-ID"


def key_goes_with_customer(subject: Subject) -> Iterator[Finding]:
    """A key of one's own is named by ARN when, and only when, one is used."""
    encryption = subject.spec.encryption
    type_path, key_path = at("encryption", "type"), at("encryption", "kmsKeyArn")
    if encryption.type == "CUSTOMER" and encryption.kms_key_arn is None:
        yield Finding(
            at("encryption"),
            "encryption with a key of your own needs `kmsKeyArn`",
            f"add `kmsKeyArn: {_KEY_FORM}`, or use `type: AWS_MANAGED`",
            reads=(type_path, key_path),
        )
    elif encryption.type != "CUSTOMER" and encryption.kms_key_arn is not None:
        yield Finding(
            key_path,
            f"`kmsKeyArn` has no effect with `type: {encryption.type}`",
            "use `type: CUSTOMER`, or remove the key",
            reads=(type_path,),
        )
    if encryption.kms_key_arn is not None:
        yield from key_arn_is_one(
            key_path, encryption.kms_key_arn, subject.stack.spec.region, STACK_REGION
        )


def key_arn_is_one(path: Path, text: str, region: str, needed_by: Path) -> Iterator[Finding]:
    """The ARN of a key of the table's region; an alias would be applied again at each update."""
    arn = parse_arn(text)
    if arn is None or arn.service != "kms" or not arn.account:
        yield Finding(path, "is not the ARN of a KMS key", f"write {_KEY_FORM}")
    elif arn.resource.startswith("alias/"):
        yield Finding(
            path,
            "is the ARN of an alias; an alias can be pointed elsewhere unseen",
            f"write the ARN of the key itself: {_KEY_FORM}",
        )
    elif not arn.resource.startswith("key/"):
        yield Finding(path, "is not the ARN of a KMS key", f"write {_KEY_FORM}")
    elif arn.region != region:
        yield Finding(
            path,
            f"is a key of {arn.region}, but it is needed in {region}",
            "use a key of the same region; of a multi-region key, its replica there",
            reads=(needed_by,),
        )


def expiry_is_a_number(subject: Subject) -> Iterator[Finding]:
    """Time to live needs an attribute, and reads it as a number."""
    ttl = subject.spec.time_to_live
    here = at("timeToLive")
    if ttl is None or not ttl.enabled:
        return
    if ttl.attribute_name is None:
        yield Finding(
            here,
            "time to live needs an attribute",
            "add `attributeName: expiresAt`, or set `enabled: false`",
            reads=((*here, "attributeName"), (*here, "enabled")),
        )
    for path, attribute in key_attributes(subject.spec):
        if attribute.name == ttl.attribute_name and attribute.type != "N":
            yield Finding(
                (*here, "attributeName"),
                f"`{attribute.name}` is a key attribute of type {attribute.type}; "
                "an expiry is a number",
                "use another attribute",
                reads=((*path, "name"), (*path, "type")),
            )
            return


RULES = (key_goes_with_customer, expiry_is_a_number)
