"""Tables of ACK's and Crossplane's controllers, in our words and out of their hands."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright import manifest
from tablewright.cli.inputs.manifest_edits import editable
from tablewright.deploy.source import Source
from tablewright.errors import ManifestError, UsageError
from tablewright.manifest.kubernetes.steps import steps

KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/ab"
ACK: dict[str, Any] = {
    "apiVersion": "dynamodb.services.k8s.aws/v1alpha1",
    "kind": "Table",
    "metadata": {
        "name": "the-orders",
        "namespace": "shop",
        "annotations": {"services.k8s.aws/region": "eu-west-1"},
    },
    "spec": {
        "tableName": "orders",
        "billingMode": "PROVISIONED",
        "attributeDefinitions": [
            {"attributeName": "id", "attributeType": "S"},
            {"attributeName": "at", "attributeType": "N"},
        ],
        "keySchema": [
            {"attributeName": "id", "keyType": "HASH"},
            {"attributeName": "at", "keyType": "RANGE"},
        ],
        "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 6},
        "globalSecondaryIndexes": [
            {
                "indexName": "by-time",
                "keySchema": [{"attributeName": "at", "keyType": "HASH"}],
                "projection": {"projectionType": "INCLUDE", "nonKeyAttributes": ["total"]},
                "provisionedThroughput": {"readCapacityUnits": 2, "writeCapacityUnits": 2},
            }
        ],
        "continuousBackups": {"pointInTimeRecoveryEnabled": True, "recoveryPeriodInDays": 7},
        "sseSpecification": {"enabled": True, "sseType": "KMS", "kmsMasterKeyID": KEY_ARN},
        "streamSpecification": {"streamEnabled": True, "streamViewType": "NEW_IMAGE"},
        "timeToLive": {"enabled": True, "attributeName": "expires"},
        "deletionProtectionEnabled": True,
        "tableClass": "STANDARD",
        "tags": [{"key": "Team", "value": "shop"}],
    },
    "status": {"tableStatus": "ACTIVE"},
}
WORDS = {
    "adopt": True,
    "billingMode": "PROVISIONED",
    "deletionProtection": True,
    "partitionKey": {"name": "id", "type": "S"},
    "sortKey": {"name": "at", "type": "N"},
    "recovery": {"enabled": True, "days": 7},
    "stream": {"enabled": True, "viewType": "NEW_IMAGE"},
    "tableTags": {"Team": "shop"},
}


def crossplane(version: str = "v1beta1", **more: Any) -> dict[str, Any]:
    """The same table, as Crossplane has it: blocks are lists in v1beta1."""

    def block(**fields: Any) -> Any:
        return [fields] if version == "v1beta1" else fields

    return {
        "apiVersion": f"dynamodb.aws.upbound.io/{version}",
        "kind": "Table",
        "metadata": {
            "name": "the-orders",
            "labels": {"app": "shop"},
            "annotations": {"crossplane.io/external-name": "orders"},
        },
        "spec": {
            "deletionPolicy": "Delete",
            "forProvider": {
                "region": "eu-west-1",
                "attribute": [{"name": "id", "type": "S"}, {"name": "at", "type": "N"}],
                "billingMode": "PROVISIONED",
                "hashKey": "id",
                "rangeKey": "at",
                "readCapacity": 5,
                "writeCapacity": 6,
                "globalSecondaryIndex": [
                    {
                        "name": "by-time",
                        "hashKey": "at",
                        "projectionType": "INCLUDE",
                        "nonKeyAttributes": ["total"],
                        "readCapacity": 2,
                        "writeCapacity": 2,
                    }
                ],
                "pointInTimeRecovery": block(enabled=True, recoveryPeriodInDays=7),
                "serverSideEncryption": block(enabled=True, kmsKeyArn=KEY_ARN),
                "streamEnabled": True,
                "streamViewType": "NEW_IMAGE",
                "ttl": block(enabled=True, attributeName="expires"),
                "deletionProtectionEnabled": True,
                "tableClass": "STANDARD",
                "tags": {"Team": "shop"},
                **more,
            },
        },
    }


def beside(kind: str, **given: Any) -> dict[str, Any]:
    return {
        "apiVersion": "dynamodb.aws.upbound.io/v1beta1",
        "kind": kind,
        "metadata": {"name": kind.lower()},
        "spec": {"forProvider": {"region": "eu-west-1", **given}},
    }


ON_DEMAND: dict[str, Any] = {
    "billingMode": "PAY_PER_REQUEST",
    "readCapacity": 0,
    "writeCapacity": 0,
    "globalSecondaryIndex": [{"name": "by-time", "hashKey": "at", "projectionType": "ALL"}],
    "serverSideEncryption": [],
    "streamViewType": "NEW_AND_OLD_IMAGES",
}


def stream(*documents: Any) -> str:
    return "---\n".join(yaml.safe_dump(each, sort_keys=False) for each in documents)


def read(*documents: Any) -> manifest.StackManifest:
    return manifest.load_text(stream(*documents), {}, name="k8s.yaml")


def wrong(*documents: Any) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        read(*documents)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("document", [ACK, crossplane(), crossplane("v1beta2")])
def test_a_table_is_the_same_in_every_dialect(document):
    stack = read(document)
    [table] = stack.tables
    assert table.metadata.name == "orders"
    assert stack.stack.spec.region == "eu-west-1"
    said = table.spec.model_dump(exclude_unset=True)
    assert said == {
        **WORDS,
        "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 6},
        "encryption": {"type": "CUSTOMER", "kmsKeyArn": KEY_ARN},
        "timeToLive": {"attributeName": "expires"},
        "globalSecondaryIndexes": said["globalSecondaryIndexes"],
        "tableClass": "STANDARD",
    }
    [index] = table.spec.global_secondary_indexes
    assert index.projection.non_key_attributes == ("total",)
    assert index.provisioned_throughput
    assert index.provisioned_throughput.read_capacity_units == 2
    assert stack.uncarried == ()


def test_a_list_of_kubectl_is_read_with_what_is_for_others_told():
    other = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}
    backup = {**ACK, "kind": "Backup", "metadata": {"name": "daily"}}
    stack = read({"apiVersion": "v1", "kind": "List", "items": [ACK, other, backup]})
    assert len(stack.tables) == 1
    assert "Deployment web: it is for another controller" in stack.uncarried[0]
    assert "Backup daily: backups are not declared" in stack.uncarried[1]


def test_what_stands_beside_a_table_is_taken_into_it():
    reference = {"tableNameRef": {"name": "the-orders"}}
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    stream_arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/s"
    selector = {"matchLabels": {"app": "shop"}}
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Resource": arn}]}  # fmt: skip  # noqa: E501
    stack = read(
        crossplane(**ON_DEMAND),
        beside("ContributorInsights", **reference, indexName="by-time"),
        beside("KinesisStreamingDestination", tableName="orders", streamArn=stream_arn),
        beside("TableReplica", globalTableArnSelector=selector, region="eu-central-1"),
        beside("Tag", resourceArn=arn, key="Tier", value="gold"),
        beside("ResourcePolicy", resourceArnRef={"name": "the-orders"}, policy=json.dumps(policy)),
        beside("TableItem", **reference, hashKey="id"),
    )
    spec = stack.tables[0].spec
    insights = spec.global_secondary_indexes[0].contributor_insights
    assert insights
    assert insights.enabled
    assert spec.kinesis_destination
    assert spec.kinesis_destination.stream_arn == stream_arn
    assert spec.global_table
    assert [each.region for each in spec.global_table.replicas] == ["eu-central-1"]
    assert spec.table_tags == {"Team": "shop", "Tier": "gold"}
    assert spec.resource_policy == policy
    [told] = stack.uncarried
    assert "TableItem tableitem: no manifest has a word for it" in told
    assert len(stack.kubernetes[0].beside) == 5


def about(group: str, kind: str, **spec: Any) -> dict[str, Any]:
    spec = spec if group.endswith(".services.k8s.aws") else {"forProvider": spec}
    return {"apiVersion": f"{group}/v1", "kind": kind, "metadata": {"name": "x"}, "spec": spec}


@pytest.mark.parametrize(
    ("document", "resource"),
    [
        (
            about("applicationautoscaling.services.k8s.aws", "ScalableTarget",
                  resourceID="table/orders"),
            "scalabletargets.applicationautoscaling.services.k8s.aws",
        ),
        (
            about("applicationautoscaling.services.k8s.aws", "ScalingPolicy",
                  resourceID="table/orders/index/by-time"),
            "scalingpolicies.applicationautoscaling.services.k8s.aws",
        ),
        (
            about("appautoscaling.aws.upbound.io", "Policy", resourceId="table/orders"),
            "policies.appautoscaling.aws.upbound.io",
        ),
        (
            about("cloudwatch.aws.m.upbound.io", "MetricAlarm",
                  dimensions={"TableName": "orders"}),
            "metricalarms.cloudwatch.aws.m.upbound.io",
        ),
        (
            about("cloudwatch.services.k8s.aws", "MetricAlarm",
                  dimensions=[{"name": "TableName", "value": "orders"}]),
            "metricalarms.cloudwatch.services.k8s.aws",
        ),
    ],
)  # fmt: skip
def test_scaling_and_alarms_are_let_go_once_adopt_has_written_them(document, resource):
    stack = read(ACK, document)
    assert stack.uncarried == ()
    lines = [line.strip() for line in steps(stack.kubernetes)]
    adopted, gone = (
        next(place for place, line in enumerate(lines) if line.startswith(begin))
        for begin in ("tablewright adopt", f"kubectl delete {resource} x")
    )
    assert adopted < gone < lines.index("tablewright up tables/ --target aws")
    policy = "annotate" if resource.endswith("services.k8s.aws") else "patch"
    assert lines[gone - 2].startswith(f"kubectl {policy} {resource} x")
    assert lines[gone - 1].startswith(f"kubectl get {resource} x"), "it is looked at before it goes"


def test_an_alarm_on_several_tables_or_on_none_of_these_stays_with_its_controller():
    named = [{"dimensions": {"TableName": name}} for name in ("orders", "users")]
    several = about("cloudwatch.aws.upbound.io", "MetricAlarm", metricQuery=named)
    other = about("cloudwatch.aws.upbound.io", "MetricAlarm", dimensions={"TableName": "users"})
    assert len(read(ACK, several, other).uncarried) == 2


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({**ACK, "spec": [1]}, "spec"),
        ({**ACK, "spec": None}, "`spec` is missing"),
        ({**ACK, "apiVersion": "dynamodb.services.k8s.aws/v2"}, "version of the API is not known"),
        ({**ACK, "spec": {**ACK["spec"], "keySchema": {}}}, "`keySchema` is not a list"),
        ({**ACK, "spec": {**ACK["spec"], "tags": ["a"]}}, "an item of `tags` is no mapping"),
        (
            {**ACK, "spec": {**ACK["spec"], "deletionProtectionEnabled": "perhaps"}},
            "neither true nor false",
        ),
        (
            {
                **ACK,
                "spec": {
                    **ACK["spec"],
                    "sseSpecification": {"enabled": True, "kmsMasterKeyRef": {"from": {}}},
                },
            },
            "its ARN is not here",
        ),
        ({**ACK, "spec": {**ACK["spec"], "attributeDefinitions": []}}, "not among the attribute"),
        (crossplane(hashKey=None), "hashKey"),
        (crossplane(serverSideEncryption={"enabled": True, "kmsKeyArnSelector": {"a": "b"}}),
         "its ARN is not here"),
        ({**crossplane(), "spec": {}}, "`forProvider` is missing"),
        (crossplane(tags=["a"]), "`tags` is not a mapping"),
        (crossplane(streamViewType="NONE"), "NONE"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(document, told):
    problems = wrong(document)
    assert any(told in problem for problem in problems)
    assert all(problem.startswith("k8s.yaml:") for problem in problems)


def test_something_beside_a_table_that_is_not_here_is_no_silent_loss():
    [problem] = wrong(crossplane(), beside("Tag", resourceArnRef={"name": "other"}, key="a"))
    assert "this Tag is for no table that is here" in problem


def test_a_field_that_no_manifest_has_a_word_for_is_told_by_file_and_line():
    spec = {**ACK["spec"], "futureField": {"a": 1}}
    [told] = read({**ACK, "spec": spec}).uncarried
    assert told.startswith("orders: k8s.yaml:")
    assert told.endswith("spec.futureField")


def test_a_controller_s_tables_are_not_deployed_while_it_manages_them():
    with pytest.raises(UsageError, match="managed by a controller of Kubernetes"):
        Source.of(read(ACK))


def test_a_controller_s_manifests_are_not_written_to(tmp_path):
    file = tmp_path / "ack.yaml"
    file.write_text(stream(ACK), "utf-8")
    with pytest.raises(UsageError, match="Manifests of Kubernetes are not written to"):
        editable([str(file)], "--write", "")


def test_ack_lets_go_by_its_annotation():
    lines = [*steps(read(ACK).kubernetes)]
    named = "tables.dynamodb.services.k8s.aws the-orders"
    policy = "services.k8s.aws/deletion-policy"
    path = r"jsonpath={.metadata.annotations.services\.k8s\.aws/deletion-policy}"
    commands = [line.strip() for line in lines if line.startswith("     ")]
    assert commands[:3] == [
        f"kubectl annotate {named} {policy}=retain --overwrite --namespace shop",
        f"kubectl get {named} --output '{path}' --namespace shop  # retain",
        f"kubectl delete {named} --namespace shop",
    ]


@pytest.mark.parametrize(
    ("spec", "patch"),
    [
        ({}, {"deletionPolicy": "Orphan"}),
        ({"managementPolicies": ["*"]}, {"deletionPolicy": "Orphan"}),
        # A policy that is not the default wins over the deletion policy.
        ({"managementPolicies": ["Create", "Delete"]}, {"managementPolicies": ["Observe"]}),
    ],
)
def test_crossplane_lets_go_by_the_policy_that_counts(spec, patch):
    document = crossplane()
    document["spec"].update(spec)
    lines = [*steps(read(document).kubernetes)]
    assert any(line.endswith(f"--patch '{json.dumps({'spec': patch})}'") for line in lines)


def test_of_a_table_in_a_namespace_only_management_policies_are_known():
    document = crossplane("v1beta2") | {"apiVersion": "dynamodb.aws.m.upbound.io/v1beta1"}
    lines = [*steps(read(document).kubernetes)]
    assert any("managementPolicies" in line for line in lines)
    assert not any("deletionPolicy" in line for line in lines)


def test_a_composed_table_is_told_to_be_its_composition_s():
    document = crossplane()
    document["metadata"]["labels"]["crossplane.io/composite"] = "shop"
    assert any("set this in its Composition" in line for line in steps(read(document).kubernetes))


def test_tables_of_two_regions_are_two_stacks(tmp_path):
    other = crossplane(region="us-east-1", serverSideEncryption=[])
    file = tmp_path / "k8s.yaml"
    file.write_text(stream(crossplane(), other), "utf-8")
    stacks = manifest.load_all([str(file)], {})
    assert {stack.stack.metadata.name for stack in stacks} == {
        "orders-eu-west-1",
        "orders-us-east-1",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.sampled_from(["", "id", "S", "HASH", "x"]),
    lambda below: (
        st.lists(below, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "enabled", "attributeName", "key"]), below)
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(
    source=st.sampled_from([ACK, crossplane(), beside("Tag"), beside("TableReplica")]),
    data=st.data(),
)
def test_whatever_a_field_holds_is_read_or_told(source, data):
    document = json.loads(json.dumps(source))
    holder, name = document, "spec"
    while isinstance(holder[name], dict | list) and holder[name] and data.draw(st.booleans()):
        holder = holder[name]
        keys = [*holder] if isinstance(holder, dict) else [*range(len(holder))]
        name = data.draw(st.sampled_from(keys))
    holder[name] = data.draw(JSON)
    try:
        read(document, ACK)
    except ManifestError as error:
        assert all(problem.file for problem in error.problems)  # noqa: PT017 - or it is sound
