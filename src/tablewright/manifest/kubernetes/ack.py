"""Tables of ACK's DynamoDB controller (`dynamodb.services.k8s.aws/v1alpha1`) in our words.

The fields are those of its CustomResourceDefinition, which are CreateTable's in camelCase, with
`continuousBackups` and `timeToLive` beside them (aws-controllers-k8s/dynamodb-controller,
apis/v1alpha1/table.go and generator.yaml).
"""

from __future__ import annotations

from tablewright.manifest.documents.node import Scalar

from .fields import Fields, Findings
from .keys import Spec, Types, half, one, put, schema_key, throughput, types_of
from .settings import PROVISIONED, recovery, stream, time_to_live, word

REGION = "services.k8s.aws/region"
"""The annotation that says where a resource is, if not where the controller is."""


def ack_spec(spec: Fields, findings: Findings) -> tuple[Scalar | None, Spec]:
    """Name and specification of a table."""
    types = types_of(spec.items("attributeDefinitions"), "attributeName", "attributeType")
    partition, sort = schema_key(spec.items("keySchema"), types, findings)
    billing = spec.scalar("billingMode")
    mode = billing.text if billing else PROVISIONED
    table: Spec = {"adopt": True, "billingMode": billing or PROVISIONED}
    put(
        table,
        partitionKey=one(partition, spec, "HASH"),
        sortKey=one(sort, spec, "RANGE"),
        provisionedThroughput=_throughput(spec, mode),
        globalSecondaryIndexes=[
            _index(index, types, findings, mode) for index in spec.items("globalSecondaryIndexes")
        ],
        localSecondaryIndexes=[
            _local(index, types, findings) for index in spec.items("localSecondaryIndexes")
        ],
        tableClass=spec.scalar("tableClass"),
        encryption=_encryption(spec.mapping("sseSpecification"), findings),
        recovery=recovery(spec.mapping("continuousBackups"), "pointInTimeRecoveryEnabled"),
        stream=stream(spec.mapping("streamSpecification")),
        timeToLive=time_to_live(spec.mapping("timeToLive")),
        globalTable=_replicas(spec),
        tableTags=_tags(spec),
    )
    if spec.is_on("deletionProtectionEnabled"):
        table["deletionProtection"] = True
    return spec.needed("tableName"), table


def _throughput(holder: Fields, mode: str) -> Spec | None:
    given = holder.mapping("provisionedThroughput")
    if given is None:
        return None
    read, write = given.scalar("readCapacityUnits"), given.scalar("writeCapacityUnits")
    return throughput(read, write, mode)


def _index(index: Fields, types: Types, findings: Findings, mode: str) -> Spec:
    partition, sort = schema_key(index.items("keySchema"), types, findings)
    spec: Spec = {}
    put(
        spec,
        name=index.needed("indexName"),
        partitionKey=half(partition),
        sortKey=half(sort),
        projection=_projection(index),
        provisionedThroughput=_throughput(index, mode),
    )
    return spec


def _local(index: Fields, types: Types, findings: Findings) -> Spec:
    _, sort = schema_key(index.items("keySchema"), types, findings)
    spec: Spec = {}
    put(
        spec,
        name=index.needed("indexName"),
        sortKey=one(sort, index, "RANGE"),
        projection=_projection(index),
    )
    return spec


def _projection(index: Fields) -> Spec | None:
    given = index.mapping("projection")
    projection: Spec = {}
    if given:
        names = given.node_at("nonKeyAttributes")
        put(projection, type=given.scalar("projectionType"), nonKeyAttributes=names)
    return projection or None


def _encryption(given: Fields | None, findings: Findings) -> Spec | None:
    if given is None:
        return None
    enabled = given.scalar("enabled")
    given.skip("sseType")  # there is but one
    key, reference = given.scalar("kmsMasterKeyID"), given.node_at("kmsMasterKeyRef")
    if not given.is_on("enabled"):
        return None
    if key is None and reference is not None:
        findings.problems.append(
            reference.problem(
                "the key is named by an object of the cluster, and its ARN is not here",
                "write it as `kmsMasterKeyID`, or adopt the live table",
            )
        )
    if key is None or key.text.endswith("alias/aws/dynamodb"):
        return {"type": word("AWS_MANAGED", enabled or key)}
    return {"type": word("CUSTOMER", key), "kmsKeyArn": key}


def _replicas(spec: Fields) -> Spec | None:
    replicas: list[Spec] = []
    for member in [*spec.items("replicationGroup"), *spec.items("tableReplicas")]:
        replica: Spec = {}
        read = member.mapping("provisionedThroughputOverride")
        put(
            replica,
            region=member.needed("regionName"),
            kmsKeyArn=member.scalar("kmsMasterKeyID"),
            tableClass=member.scalar("tableClassOverride"),
            readCapacityUnits=read.scalar("readCapacityUnits") if read else None,
            globalSecondaryIndexes=[
                _replica_index(index) for index in member.items("globalSecondaryIndexes")
            ],
        )
        replicas.append(replica)
    return {"replicas": replicas} if replicas else None


def _replica_index(index: Fields) -> Spec:
    read = index.mapping("provisionedThroughputOverride")
    spec: Spec = {}
    put(
        spec,
        name=index.needed("indexName"),
        readCapacityUnits=read.scalar("readCapacityUnits") if read else None,
    )
    return spec


def _tags(spec: Fields) -> Spec:
    tags: Spec = {}
    for tag in spec.items("tags"):
        key, value = tag.needed("key"), tag.scalar("value")
        if key is not None:
            tags[key.text] = value if value is not None else ""
    return tags
