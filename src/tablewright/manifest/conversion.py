"""From one dialect to the other, saying what cannot be carried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from tablewright.dynamodb_values import LONGEST_RECOVERY_DAYS, MOST_TAGS
from tablewright.manifest.kinds import PLANTON_API_VERSION
from tablewright.manifest.models import (
    GlobalSecondaryIndex,
    KeyAttribute,
    Projection,
    Stack,
    Table,
    TableSpec,
)
from tablewright.manifest.naming import table_name
from tablewright.manifest.planton.adapter import RESOURCE_KIND, TAG_PREFIX
from tablewright.manifest.planton.labels import QUALIFIED
from tablewright.manifest.rendering import document_of, render
from tablewright.manifest.stacks import StackManifest
from tablewright.manifest.tagging import effective_tags

Dialect = Literal["tablewright", "planton"]

_CARRIED_OF_AN_INDEX = frozenset(
    {"name", "partitionKey", "sortKey", "projection", "provisionedThroughput"}
)
_CARRIED_OF_A_STACK = frozenset(
    {"environment", "tags", "enforcedTags", "mandatoryTags", "defaults", "quotas"}
)
_ALWAYS = ("resource", "resource-kind")
"""Tags that Planton gives to each table, under its prefix."""

_OF_TAGS = {"organization": "org", "environment": "env", "resource-id": "id"}


@dataclass(frozen=True, slots=True)
class Conversion:
    """Manifests in the other dialect, and what they cannot say, as `WHERE: FIELD`."""

    text: str
    lost: tuple[str, ...]


def convert(manifest: StackManifest, to: Dialect) -> Conversion:
    """The stack and its tables as documents of a dialect; variables are filled in already."""
    if to == "tablewright":
        documents = [
            document_of(manifest.stack),
            *(document_of(table_manifest) for table_manifest in manifest.tables),
        ]
        return Conversion(render(documents), manifest.uncarried)
    lost = [*_lost_of_the_stack(manifest.stack)]
    documents = [planton_document(manifest, table) for table in manifest.tables]
    for table, document in zip(manifest.tables, documents, strict=True):
        fields = (*_lost_of(table), *_lost_tags(manifest.stack, table, document))
        lost.extend(f"{table.metadata.name}: {field}" for field in fields)
    return Conversion(render(documents), tuple(lost))


def planton_document(manifest: StackManifest, table: Table) -> dict[str, Any]:
    """A table in Planton's words, in the present spelling of its enums."""
    spec = table.spec
    facets: dict[str, Any] = {"billingMode": spec.billing_mode}
    facets |= _throughput(spec)
    facets["attributeDefinitions"] = _definitions(table)
    sort = (spec.sort_key,) if spec.sort_key else ()
    facets["keySchema"] = _key_schema((spec.partition_key,), sort)
    facets |= _indexes(table)
    facets |= _settings(table)
    return {
        "apiVersion": PLANTON_API_VERSION,
        "kind": RESOURCE_KIND,
        "metadata": _metadata(manifest, table),
        "spec": facets,
    }


def _metadata(manifest: StackManifest, table: Table) -> dict[str, Any]:
    """Tags become labels; those under Planton's prefix say whose resource it is.

    Planton's own tags need room beside the labels: what exceeds it is left out.
    """
    stack = manifest.stack
    labels: dict[str, str] = {}
    metadata: dict[str, Any] = {"name": table_name(stack, table)}
    for key, value in effective_tags(stack, table.spec.tags, table.spec.table_tags).items():
        name = key.removeprefix(TAG_PREFIX)
        if name == key:
            labels[key] = value
        elif name in _OF_TAGS:
            metadata[_OF_TAGS[name]] = value
    metadata.setdefault("env", stack.spec.environment)
    organization = manifest.planton.organization if manifest.planton else "organization"
    project = f"{stack.metadata.name}/{stack.spec.environment}"
    labels = {QUALIFIED: f"{organization}/{project}", **labels}
    further_tags = len(_ALWAYS) + len(metadata.keys() - {"name"})
    return {**metadata, "labels": dict(islice(labels.items(), MOST_TAGS - further_tags))}


def _lost_tags(stack: Stack, table: Table, document: Mapping[str, Any]) -> Iterator[str]:
    tags = effective_tags(stack, table.spec.tags, table.spec.table_tags)
    for name in sorted(tags.keys() - document["metadata"]["labels"].keys()):
        if not name.startswith(TAG_PREFIX):
            yield f"the tag {name}: Planton's own leave no room for it"


def _definitions(table: Table) -> list[dict[str, str]]:
    spec = table.spec
    keys: list[KeyAttribute] = [spec.partition_key, *([spec.sort_key] if spec.sort_key else [])]
    keys.extend(local.sort_key for local in spec.local_secondary_indexes)
    for index in spec.global_secondary_indexes:
        keys.extend((*index.partition_key[:1], *index.sort_key[:1]))
    types = {key.name: key.type for key in keys}
    return [{"name": name, "type": type_} for name, type_ in types.items()]


def _key_schema(
    partition: Sequence[KeyAttribute], sort: Sequence[KeyAttribute]
) -> list[dict[str, str]]:
    return [
        {"attributeName": keys[0].name, "keyType": kind}
        for kind, keys in (("HASH", partition), ("RANGE", sort))
        if keys
    ]


def _indexes(table: Table) -> dict[str, Any]:
    spec = table.spec
    global_indexes = [_global_index(index) for index in spec.global_secondary_indexes]
    local_indexes = [
        {
            "name": local.name,
            "keySchema": _key_schema((spec.partition_key,), (local.sort_key,)),
            "projection": _projection(local.projection),
        }
        for local in spec.local_secondary_indexes
    ]
    named = {"globalSecondaryIndexes": global_indexes, "localSecondaryIndexes": local_indexes}
    return {name: indexes for name, indexes in named.items() if indexes}


def _global_index(index: GlobalSecondaryIndex) -> dict[str, Any]:
    return {
        "name": index.name,
        "keySchema": _key_schema(index.partition_key, index.sort_key),
        "projection": _projection(index.projection),
        **_throughput(index),
    }


def _throughput(holder: TableSpec | GlobalSecondaryIndex) -> dict[str, Any]:
    """Fixed capacity; where only scaling is declared, its lower bounds: there it begins."""
    fixed, scaling = holder.provisioned_throughput, holder.auto_scaling
    if fixed:
        return {"provisionedThroughput": fixed.model_dump()}
    if scaling and scaling.read and scaling.write:
        units = {
            "readCapacityUnits": scaling.read.min_capacity,
            "writeCapacityUnits": scaling.write.min_capacity,
        }
        return {"provisionedThroughput": units}
    return {}


def _projection(projection: Projection) -> dict[str, Any]:
    kind = "KEYS_ONLY_PROJECTION" if projection.type == "KEYS_ONLY" else projection.type
    names = list(projection.non_key_attributes)
    return {"type": kind, **({"nonKeyAttributes": names} if names else {})}


def _settings(table: Table) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for members in _SETTINGS.values():
        settings |= members(table.spec)
    return settings


def _time_to_live(spec: TableSpec) -> dict[str, Any]:
    ttl = spec.time_to_live
    if ttl is None or not ttl.enabled:
        return {}
    return {"ttl": {"enabled": True, "attributeName": ttl.attribute_name}}


def _stream(spec: TableSpec) -> dict[str, Any]:
    if spec.stream is None or not spec.stream.enabled:
        return {}
    return {"streamEnabled": True, "streamViewType": spec.stream.view_type}


def _encryption(spec: TableSpec) -> dict[str, Any]:
    if spec.encryption.type == "AWS_OWNED":
        return {}
    key = spec.encryption.kms_key_arn
    return {"serverSideEncryption": {"enabled": True, **({"kmsKeyArn": key} if key else {})}}


def _table_class(spec: TableSpec) -> dict[str, Any]:
    return {} if spec.table_class == "STANDARD" else {"tableClass": spec.table_class}


def _flag(name: str, enabled: bool) -> dict[str, Any]:  # noqa: FBT001 - it is the flag's value
    return {name: True} if enabled else {}


_SETTINGS: Mapping[str, Callable[[TableSpec], dict[str, Any]]] = {
    "timeToLive": _time_to_live,
    "stream": _stream,
    "recovery": lambda spec: _flag(
        "pointInTimeRecoveryEnabled", bool(spec.recovery and spec.recovery.enabled)
    ),
    "encryption": _encryption,
    "tableClass": _table_class,
    "deletionProtection": lambda spec: _flag("deletionProtectionEnabled", spec.deletion_protection),
    "contributorInsights": lambda spec: _flag(
        "contributorInsightsEnabled",
        bool(spec.contributor_insights and spec.contributor_insights.enabled),
    ),
}
"""What Planton has a word for, by our field; all other settings are said to be lost."""

_CARRIED = _SETTINGS.keys() | {
    "tableName",
    "partitionKey",
    "sortKey",
    "billingMode",
    "provisionedThroughput",
    "globalSecondaryIndexes",
    "localSecondaryIndexes",
    "tags",
    "tableTags",
}


def _lost_of_the_stack(stack: Stack) -> Iterator[str]:
    written = stack.spec.model_dump(exclude_unset=True)
    for field, value in written.items():
        standard = field == "outputs" and all(output["name"].count("_") == 1 for output in value)
        if field not in _CARRIED_OF_A_STACK and not standard:
            yield f"{stack.metadata.name}: spec.{field}"
    if stack.metadata.audit_exceptions:
        yield f"{stack.metadata.name}: metadata.auditExceptions"


def _lost_of(table: Table) -> Iterator[str]:
    """Fields that are said, and that Planton has no word for."""
    spec = table.spec
    written: Mapping[str, Any] = spec.model_dump(exclude_unset=True, exclude_defaults=True)
    yield from (f"spec.{field}" for field in written if field not in _CARRIED)
    if table.metadata.audit_exceptions:
        yield "metadata.auditExceptions"
    # Planton knows recovery as on and off; on is the service's own window.
    if spec.recovery and spec.recovery.enabled and spec.recovery.days != LONGEST_RECOVERY_DAYS:
        yield f"spec.recovery.days ({spec.recovery.days}; Planton means {LONGEST_RECOVERY_DAYS})"
    insights = spec.contributor_insights
    if insights and insights.enabled and insights.mode != "ACCESSED_AND_THROTTLED_KEYS":
        yield "spec.contributorInsights.mode"
    for number, index in enumerate(spec.global_secondary_indexes):
        path = f"spec.globalSecondaryIndexes[{number}]"
        for field in index.model_dump(exclude_unset=True, exclude_defaults=True):
            if field not in _CARRIED_OF_AN_INDEX:
                yield f"{path}.{field}"
        if len(index.partition_key) > 1 or len(index.sort_key) > 1:
            yield f"{path}: all but the first attribute of each half of its key"
