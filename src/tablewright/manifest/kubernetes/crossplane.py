"""Tables of Crossplane's AWS provider in our words, with the kinds that stand beside a table.

The fields are those of Terraform's `aws_dynamodb_table` in camelCase below `spec.forProvider`.
What is a list of one in v1beta1 (`ttl`, `pointInTimeRecovery`, `serverSideEncryption`) is a mapping
in v1beta2 (crossplane-contrib/provider-upjet-aws, package/crds and examples/dynamodb).
"""

from __future__ import annotations

import json
from typing import Any

from tablewright.manifest.documents.building import planted
from tablewright.manifest.documents.node import Items, Mapping, Node, Scalar

from .fields import Fields, Findings
from .keys import Spec, Types, attribute, half, put, schema_key, throughput, types_of
from .settings import PROVISIONED, recovery, stream, time_to_live, word

EXTERNAL_NAME = "crossplane.io/external-name"
OF_CLUSTER = ("providerConfigRef", "writeConnectionSecretToRef", "publishConnectionDetailsTo")
"""What says how the provider reaches AWS and hands on what it knows."""
LIFECYCLE = ("deletionPolicy", "managementPolicies")


def crossplane_spec(given: Fields, findings: Findings) -> Spec:
    """Specification of a table, from what is below `forProvider`."""
    types = types_of(given.items("attribute"), "name", "type")
    billing = given.scalar("billingMode")
    mode = billing.text if billing else PROVISIONED
    table: Spec = {"adopt": True, "billingMode": billing or PROVISIONED}
    partition, sort = given.needed("hashKey"), given.scalar("rangeKey")
    put(
        table,
        partitionKey=attribute(partition, types, findings) if partition else None,
        sortKey=attribute(sort, types, findings) if sort else None,
        provisionedThroughput=_capacity(given, mode),
        onDemandThroughput=_ceilings(given),
        warmThroughput=_warm(given),
        globalSecondaryIndexes=[
            _index(index, types, findings, mode) for index in given.items("globalSecondaryIndex")
        ],
        localSecondaryIndexes=[
            _local(index, types, findings) for index in given.items("localSecondaryIndex")
        ],
        tableClass=given.scalar("tableClass"),
        encryption=_encryption(given.mapping("serverSideEncryption"), findings),
        recovery=recovery(given.mapping("pointInTimeRecovery"), "enabled"),
        stream=stream(given),
        timeToLive=time_to_live(given.mapping("ttl")),
        globalTable=_global(given),
        tableTags=tags_of(given),
    )
    if given.is_on("deletionProtectionEnabled"):
        table["deletionProtection"] = True
    return table


def _capacity(holder: Fields, mode: str) -> Spec | None:
    return throughput(holder.scalar("readCapacity"), holder.scalar("writeCapacity"), mode)


def _ceilings(holder: Fields) -> Spec | None:
    given = holder.mapping("onDemandThroughput")
    ceilings: Spec = {}
    for name in ("maxReadRequestUnits", "maxWriteRequestUnits"):
        node = given.scalar(name) if given else None
        if node is not None and node.value != -1:  # which takes a ceiling away
            ceilings[name] = node
    return ceilings or None


def _warm(holder: Fields) -> Spec | None:
    given = holder.mapping("warmThroughput")
    if given is None:
        return None
    warm: Spec = {}
    put(
        warm,
        readUnitsPerSecond=given.scalar("readUnitsPerSecond"),
        writeUnitsPerSecond=given.scalar("writeUnitsPerSecond"),
    )
    return warm


def _index(index: Fields, types: Types, findings: Findings, mode: str) -> Spec:
    partition, sort = schema_key(index.items("keySchema"), types, findings)
    for name, side in (("hashKey", partition), ("rangeKey", sort)):
        given = index.scalar(name)
        if given is not None and not side:
            side.append(attribute(given, types, findings))
    spec: Spec = {}
    put(
        spec,
        name=index.needed("name"),
        partitionKey=half(partition),
        sortKey=half(sort),
        projection=_projection(index),
        provisionedThroughput=_capacity(index, mode),
        onDemandThroughput=_ceilings(index),
        warmThroughput=_warm(index),
    )
    return spec


def _local(index: Fields, types: Types, findings: Findings) -> Spec:
    sort = index.needed("rangeKey")
    spec: Spec = {}
    put(
        spec,
        name=index.needed("name"),
        sortKey=attribute(sort, types, findings) if sort else None,
        projection=_projection(index),
    )
    return spec


def _projection(index: Fields) -> Spec:
    projection: Spec = {}
    names = index.node_at("nonKeyAttributes")
    put(projection, type=index.scalar("projectionType"), nonKeyAttributes=names)
    return projection


def _encryption(given: Fields | None, findings: Findings) -> Spec | None:
    if given is None:
        return None
    key = given.scalar("kmsKeyArn")
    reference = given.node_at("kmsKeyArnRef") or given.node_at("kmsKeyArnSelector")
    given.skip("kmsKeyArnSelector")
    if not given.is_on("enabled"):
        return None
    if key is None and reference is not None:
        findings.problems.append(
            reference.problem(
                "the key is named by an object of the cluster, and its ARN is not here",
                "write it as `kmsKeyArn`, or adopt the live table",
            )
        )
    if key is None:
        return {"type": word("AWS_MANAGED", given.scalar("enabled"))}
    return {"type": word("CUSTOMER", key), "kmsKeyArn": key}


def _global(given: Fields) -> Spec | None:
    replicas: list[Spec] = []
    consistency: Scalar | None = None
    for member in given.items("replica"):
        consistency = member.scalar("consistencyMode") or consistency
        replicas.append(_replica(member, member.needed("regionName")))
    witness = given.mapping("globalTableWitness")
    table: Spec = {}
    put(
        table,
        consistency=consistency,
        witnessRegion=witness.scalar("regionName") if witness else None,
        replicas=replicas,
    )
    return table or None


def _replica(member: Fields, region: Scalar | None) -> Spec:
    """A replica; of a table's own ones neither tags nor recovery are as its table's."""
    replica: Spec = {}
    recovery = member.node_at("pointInTimeRecovery")
    enabled = isinstance(recovery, Scalar) and recovery.text.lower() == "true"
    put(
        replica,
        region=region,
        kmsKeyArn=member.scalar("kmsKeyArn"),
        recovery={"enabled": True} if enabled else None,
        tableClass=member.scalar("tableClassOverride"),
    )
    if member.is_on("deletionProtectionEnabled"):
        replica["deletionProtection"] = True
    if not member.is_on("propagateTags"):
        replica["propagateTags"] = False
    return replica


def tags_of(given: Fields) -> Spec:
    """Tags, which are a mapping of texts."""
    node = given.node_at("tags")
    if node is not None and not isinstance(node, Mapping):
        given.findings.problems.append(
            node.problem("`tags` is not a mapping", "write `NAME: VALUE` below it")
        )
    return dict(node.entries) if isinstance(node, Mapping) else {}


def add_sibling(kind: str, given: Fields, table: Spec, findings: Findings) -> None:
    """Add to a table what a document beside it says of it."""
    if kind == "TableReplica":
        _add_replica(given, table)
    elif kind == "Tag":
        key, value = given.needed("key"), given.scalar("value")
        if key is not None:
            table.setdefault("tableTags", {})[key.text] = value if value is not None else ""
    elif kind == "KinesisStreamingDestination":
        destination: Spec = {}
        put(
            destination,
            streamArn=given.scalar("streamArn"),
            precision=given.scalar("approximateCreationDateTimePrecision"),
        )
        _unresolved(given, findings, "streamArn")
        table["kinesisDestination"] = destination
    elif kind == "ContributorInsights":
        _add_insights(given, table, findings)
    else:
        _add_policy(given, table, findings)


def _add_replica(given: Fields, table: Spec) -> None:
    region = given.scalar("region")
    replica = _replica(given, region)
    replica.pop("propagateTags", None)
    put(replica, tags=tags_of(given))
    table.setdefault("globalTable", {}).setdefault("replicas", []).append(replica)


def _add_insights(given: Fields, table: Spec, findings: Findings) -> None:
    insights: Spec = {"enabled": True}
    put(insights, mode=given.scalar("mode"))
    index = given.scalar("indexName")
    if index is None:
        table["contributorInsights"] = insights
        return
    for other in table.get("globalSecondaryIndexes", ()):
        if isinstance(name := other.get("name"), Scalar) and name.text == index.text:
            other["contributorInsights"] = insights
            return
    message = f"the table has no global index `{index.text}`"
    findings.problems.append(index.problem(message, "name one of its indexes"))


def _add_policy(given: Fields, table: Spec, findings: Findings) -> None:
    given.skip("confirmRemoveSelfResourceAccess")
    policy = given.needed("policy")
    if policy is None:
        return
    arn = given.text("resourceArn")
    try:
        document: Any = json.loads(policy.text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        findings.problems.append(policy.problem("the policy is not a JSON object", "write one"))
        return
    name = "streamResourcePolicy" if "/stream/" in arn else "resourcePolicy"
    table[name] = _literal(document, policy)


def _literal(value: Any, near: Scalar) -> Node:
    """JSON as nodes, at the place of the text that holds it."""
    if isinstance(value, dict):
        below = {str(key): _literal(item, near) for key, item in value.items()}
        return planted(below, near)
    if isinstance(value, list):
        items: list[Node] = [_literal(item, near) for item in value]
        return Items(near.file, near.line, near.column, near.parent, near.key, items)
    if isinstance(value, str):
        return planted(value, near)
    text = json.dumps(value)
    return Scalar(near.file, near.line, near.column, near.parent, near.key, text=text)


def _unresolved(given: Fields, findings: Findings, name: str) -> None:
    """A value that only the cluster knows."""
    reference = given.node_at(f"{name}Ref") or given.node_at(f"{name}Selector")
    given.skip(f"{name}Selector")
    if given.scalar(name) is None and reference is not None:
        message = f"`{name}` is named by an object of the cluster, and is not here"
        fix = f"write it as `{name}`, or adopt the live table"
        findings.problems.append(reference.problem(message, fix))
