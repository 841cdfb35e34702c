"""Faults and seeded metrics over the embedded AWS's own paths."""

import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from .conftest import NOON
from .test_metrics import get, query


@pytest.fixture
def admin(emulator):
    def call(path, body=None):
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{emulator.endpoint}/_tablewright/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {emulator.secret}"},
        )
        try:
            with urllib.request.urlopen(request) as reply:  # noqa: S310 - loopback
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    return call


def test_a_fault_is_ordered_listed_and_taken_back(admin, client):
    status, shown = admin("faults", {"operation": "ListTables", "times": 2})
    assert status == 200
    assert shown["faults"][0]["operation"] == "ListTables"
    dynamodb = client("dynamodb")
    with pytest.raises(ClientError, match="InternalServerError"):
        dynamodb.list_tables()
    assert admin("faults")[1]["faults"][0]["times"] == 1

    assert admin("faults", {"clear": True}) == (200, {"faults": []})
    dynamodb.list_tables()


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ({"colour": "red"}, "no colour"),
        ({"times": 0}, "at least 1"),
        ({"times": "3"}, "wrong type"),
        ({"rate": 2}, "from 0 to 1"),
        ({"status": 200}, "from 400 to 599"),
        ({"status": True}, "wrong type"),
        ({"kind": "bang"}, "one of error, late-error"),
        ({"kind": "delay"}, "a delay has seconds"),
        ({"seconds": 1}, "a delay has seconds"),
        ({"kind": "delay", "seconds": 601}, "from 0 to 600"),
        ({"skip": -1}, "at least 0"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(admin, fault, text):
    status, reply = admin("faults", fault)
    assert status == 400
    assert text in reply["message"]


def test_metrics_of_aws_are_seeded(admin, cloudwatch):
    noon = int(NOON.timestamp())
    status, reply = admin("metrics", {
        "namespace": "AWS/DynamoDB", "name": "SystemErrors", "region": "eu-west-1",
        "dimensions": {"TableName": "t"}, "unit": "Count",
        "points": [[noon - 60, 3], [noon - 120, 1.5]],
    })  # fmt: skip
    assert (status, reply) == (200, {"points": 2})

    metric = query(name="SystemErrors", dimensions={"TableName": "t"})
    metric["MetricStat"]["Metric"]["Namespace"] = "AWS/DynamoDB"
    assert get(cloudwatch, metric)["MetricDataResults"][0]["Values"] == [3.0, 1.5]


@pytest.mark.parametrize(
    "points",
    [None, 5, [[1]], [[1, "x"]], [[-1, 1]], [[1e300, 1]], [[1, True]], ["ab"], [[10**400, 1]]],
)
def test_points_that_are_none_are_refused_whole(admin, cloudwatch, points):
    body = {"namespace": "shop", "name": "Errors", "region": "eu-west-1", "points": points}
    assert admin("metrics", body)[0] == 400
    assert cloudwatch.list_metrics()["Metrics"] == []


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"namespace": 7}, {"dimensions": {"a": 1}}, {"account": None}]
)
def test_a_metric_without_a_name_is_refused(admin, changes):
    body = {"namespace": "shop", "name": "Errors", "points": [[1, 1]]} | changes
    assert admin("metrics", body)[0] == 400


def test_policies_are_enforced_on_request(admin, emulator):
    assert admin("settings", {"iam": True})[1]["iam"] is True
    assert emulator.iam.enforcing
    assert admin("settings", {"iam": "yes"})[0] == 400
