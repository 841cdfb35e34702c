"""Planton's own rules, as far as DynamoDB's do not say the same; names of its rules in brackets.

Its rules on capacity and on INCLUDE projections [provisioned_requires_throughput,
gsi_throughput_matches_billing, include_requires_attributes] are DynamoDB's, and checked as such.
What it leaves to AWS is added: definitions that do not fit the keys, and the like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tablewright.manifest.documents.node import Path
from tablewright.manifest.messages.vocabulary import shown
from tablewright.manifest.planton.models import AwsDynamodb, AwsDynamodbSpec, KeySchemaElement
from tablewright.manifest.rules.finding import Finding, at, repeated


def planton_findings(document: AwsDynamodb, is_sound: Callable[[Path], bool]) -> Iterator[Finding]:
    """Everything that is wrong by Planton's rules, and by DynamoDB's on definitions and keys.

    Args:
        document: the table.
        is_sound: whether the value at a path is what was written.
    """
    spec = document.spec
    if "name" not in document.metadata.model_fields_set:
        fix = "add `name`: the table is called so"
        yield Finding(("metadata",), "`name` is missing", fix, reads=(("metadata", "name"),))
    if spec.billing_mode is None:
        yield Finding(  # [billing_mode_set]
            at("billingMode"),
            "`billingMode` is missing",
            "add `billingMode: PAY_PER_REQUEST` or `PROVISIONED`",
        )
    yield from _stream(spec)
    yield from _expiry(spec)
    yield from _encryption(spec)
    yield from _keys(spec)
    yield from _definitions(spec, is_sound)
    yield from _local_keys(spec)


def _stream(spec: AwsDynamodbSpec) -> Iterator[Finding]:
    """[stream_view_requires_enabled]."""
    if spec.stream_enabled and spec.stream_view_type is None:
        yield Finding(
            at("streamEnabled"),
            "a stream needs `streamViewType`",
            "add `streamViewType: NEW_AND_OLD_IMAGES`",
            reads=(at("streamViewType"),),
        )
    elif not spec.stream_enabled and spec.stream_view_type is not None:
        yield Finding(
            at("streamViewType"),
            "`streamViewType` has no effect while the stream is off",
            "set `streamEnabled: true`, or remove it",
            reads=(at("streamEnabled"),),
        )


def _expiry(spec: AwsDynamodbSpec) -> Iterator[Finding]:
    """[ttl_attribute_when_enabled]; that an attribute is needed is DynamoDB's rule."""
    if spec.ttl and not spec.ttl.enabled and spec.ttl.attribute_name:
        yield Finding(
            at("ttl", "attributeName"),
            "`attributeName` has no effect while time to live is off",
            "set `enabled: true`, or remove it",
            reads=(at("ttl", "enabled"),),
        )


def _encryption(spec: AwsDynamodbSpec) -> Iterator[Finding]:
    encryption = spec.server_side_encryption
    if encryption and encryption.kms_key_arn and not encryption.enabled:
        yield Finding(
            at("serverSideEncryption", "kmsKeyArn"),
            "`kmsKeyArn` has no effect while `enabled` is not true",
            "set `enabled: true`, or remove it",
            reads=(at("serverSideEncryption", "enabled"),),
        )


def key_schemas(spec: AwsDynamodbSpec) -> Iterator[tuple[Path, Sequence[KeySchemaElement]]]:
    """The key schema of the table and of each index, with its place."""
    yield at("keySchema"), spec.key_schema
    for number, index in enumerate(spec.global_secondary_indexes):
        yield at("globalSecondaryIndexes", number, "keySchema"), index.key_schema
    for number, local in enumerate(spec.local_secondary_indexes):
        yield at("localSecondaryIndexes", number, "keySchema"), local.key_schema


def _keys(spec: AwsDynamodbSpec) -> Iterator[Finding]:
    """[table_key_schema_shape, gsi_key_schema_shape, lsi_key_schema_shape]."""
    for path, elements in key_schemas(spec):
        kinds = [element.key_type for element in elements]
        local = path[1] == "localSecondaryIndexes"
        reads = tuple((*path, number, "keyType") for number in range(len(kinds)))
        if kinds.count("HASH") != 1:
            yield Finding(
                path,
                f"a key needs exactly one attribute of type HASH, not {kinds.count('HASH')}",
                "mark one attribute with `keyType: HASH`",
                reads,
            )
        if kinds.count("RANGE") > 1 or (local and kinds.count("RANGE") != 1):
            yield Finding(
                path,
                f"{'a local index needs exactly' if local else 'a key takes at most'} one "
                f"attribute of type RANGE, not {kinds.count('RANGE')}",
                "mark one attribute with `keyType: RANGE`",
                reads,
            )
        for number, kind in enumerate(kinds):
            if kind is None:
                message = "`keyType` is missing"
                yield Finding((*path, number), message, "add `keyType: HASH` or `RANGE`", reads)


def _definitions(spec: AwsDynamodbSpec, is_sound: Callable[[Path], bool]) -> Iterator[Finding]:
    """Each key attribute is defined once, and nothing else is (API reference, CreateTable)."""
    places = {
        (*path, number, "attributeName"): element.attribute_name
        for path, elements in key_schemas(spec)
        for number, element in enumerate(elements)
    }
    used = set(places.values()) if all(map(is_sound, places)) else None
    defined = {definition.name for definition in spec.attribute_definitions}
    names = (definition.name for definition in spec.attribute_definitions)
    for number, first, name in repeated(names):
        path, other = (at("attributeDefinitions", n, "name") for n in (number, first))
        message, fix = f"attribute `{name}` is defined twice", "remove one of the two"
        yield Finding(path, message, fix, other=other)
    for number, definition in enumerate(spec.attribute_definitions):
        path = at("attributeDefinitions", number, "name")
        if used is not None and definition.name not in used:
            message = f"attribute `{shown(definition.name)}` is part of no key"
            yield Finding(path, message, "remove it: only key attributes are defined")
        if not is_sound(path):
            return
    for path, name in places.items():
        if name not in defined:
            message = f"attribute `{shown(name)}` is not defined"
            fix = f"add `{{name: {shown(name)}, type: S}}` to `attributeDefinitions`"
            yield Finding(path, message, fix, reads=(at("attributeDefinitions"),))


def _local_keys(spec: AwsDynamodbSpec) -> Iterator[Finding]:
    """A local index lies under the table's own partition key."""
    of_table = hash_name(spec.key_schema)
    for number, local in enumerate(spec.local_secondary_indexes):
        name = hash_name(local.key_schema)
        if of_table and name and name != of_table:
            yield Finding(
                at("localSecondaryIndexes", number, "keySchema"),
                f"the HASH of a local index is that of the table, `{of_table}`, not `{name}`",
                f"use `{of_table}`, or a global index",
                reads=(at("keySchema"),),
            )


def hash_name(elements: Sequence[KeySchemaElement]) -> str | None:
    """Name of the attribute of type HASH."""
    return next(
        (element.attribute_name for element in elements if element.key_type == "HASH"), None
    )
