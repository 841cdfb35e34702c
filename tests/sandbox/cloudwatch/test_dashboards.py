"""Dashboards: what is accepted, and that they are the account's in every region."""

import json

import pytest
from botocore.exceptions import ClientError

from .conftest import ACCOUNT, NOON

ARN = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/shop"
METRIC = {
    "type": "metric", "x": 0, "y": 0, "width": 24, "height": 6,
    "properties": {"region": "eu-west-1", "metrics": [["AWS/DynamoDB", "UserErrors"]]},
}  # fmt: skip


def body(*widgets):
    return json.dumps({"widgets": widgets})


@pytest.mark.parametrize("protocol", ["json", "query", "smithy-rpc-v2-cbor"])
def test_a_dashboard_reads_back_as_it_was_written(client, protocol):
    cloudwatch = client(protocol=protocol)
    cloudwatch.put_dashboard(
        DashboardName="shop", DashboardBody=body(METRIC), Tags=[{"Key": "Team", "Value": "a"}]
    )
    found = cloudwatch.get_dashboard(DashboardName="shop")
    assert (found["DashboardBody"], found["DashboardArn"]) == (body(METRIC), ARN)
    (listed,) = cloudwatch.list_dashboards(DashboardNamePrefix="sh")["DashboardEntries"]
    assert (listed["LastModified"], listed["Size"]) == (NOON, len(body(METRIC)))
    cloudwatch.tag_resource(ResourceARN=ARN, Tags=[{"Key": "Env", "Value": "dev"}])
    cloudwatch.untag_resource(ResourceARN=ARN, TagKeys=["Team"])
    tags = cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"]
    assert tags == [{"Key": "Env", "Value": "dev"}]


def test_a_dashboard_is_one_in_all_regions_and_none_of_another_account(client):
    client().put_dashboard(DashboardName="shop", DashboardBody=body())
    assert client(region="us-east-1").get_dashboard(DashboardName="shop")["DashboardArn"] == ARN
    other = client(account="999999999999")
    assert other.list_dashboards()["DashboardEntries"] == []


def test_deleting_is_all_or_nothing(cloudwatch):
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=body())
    with pytest.raises(ClientError, match=r"\[nobody\]") as caught:
        cloudwatch.delete_dashboards(DashboardNames=["shop", "nobody"])
    assert caught.value.response["Error"]["Code"] == "ResourceNotFound"
    cloudwatch.delete_dashboards(DashboardNames=["shop"])
    with pytest.raises(ClientError, match="does not exist"):
        cloudwatch.get_dashboard(DashboardName="shop")


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("{", "", "valid JSON object"),
        ("[]", "", "valid JSON object"),
        ("{}", "", "'widgets'"),
        (body("text"), "/widgets/0", "Should be object"),
        (body(METRIC, METRIC | {"type": "gauge"}), "/widgets/1/type", "allowed values"),
        (body({"type": "text"}), "/widgets/0", "'properties'"),
        (body({"type": "text", "properties": {}}), "/widgets/0/properties", "'markdown'"),
        (body(METRIC | {"properties": {"metrics": []}}), "/widgets/0/properties", "'region'"),
        (body(METRIC | {"properties": {"region": "r"}}), "/widgets/0/properties", "'metrics'"),
        (body(METRIC | {"width": 25}), "/widgets/0/width", "<= 24"),
        (body(METRIC | {"y": -1}), "/widgets/0/y", ">= 0"),
        (body(METRIC | {"x": 1.5}), "/widgets/0/x", "integer"),
        (body(*[METRIC] * 501), "/widgets", "more than 500"),
    ],
)
def test_a_body_that_breaks_the_structure_is_refused_with_its_place(
    cloudwatch, text, path, message
):
    with pytest.raises(ClientError) as caught:
        cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=text)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterInput"
    (problem,) = json.loads(error["Message"].split("\n", 1)[1])
    assert problem["dataPath"] == path
    assert message in problem["message"]


@pytest.mark.parametrize("name", ["two words", "a/b", "ä", "x" * 256])
def test_a_name_with_other_signs_is_refused(cloudwatch, name):
    with pytest.raises(ClientError, match="DashboardName is invalid"):
        cloudwatch.put_dashboard(DashboardName=name, DashboardBody=body())


def test_dashboards_survive_a_snapshot(emulator, cloudwatch):
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=body(METRIC))
    state = emulator.snapshot()
    emulator.reset()
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []
    emulator.load(state)
    assert cloudwatch.get_dashboard(DashboardName="shop")["DashboardBody"] == body(METRIC)
