import json

import pytest

from tablewright.aws.regions import enabled_regions
from tablewright.aws.session import Session
from tablewright.aws.target import Credentials, Target
from tablewright.errors import EndpointError
from tablewright.fleet.concurrency import Progress
from tablewright.fleet.discovery import as_json, by_account, discover, discover_alarms
from tablewright.fleet.reading import Unread

HERE = "ap-southeast-2"
THERE = "eu-west-1"


def test_tables_of_several_regions_are_found(session, make_table):
    make_table("events")
    make_table("orders", region=THERE)
    found = discover([session], [THERE, HERE])
    assert [(live.region, live.name) for live in found.tables] == [
        (THERE, "orders"),
        (HERE, "events"),
    ]
    assert (found.regions, found.unread, found.missing) == (2, (), ())


def test_without_regions_all_enabled_ones_are_looked_at(session, make_table):
    make_table("orders", region=THERE)
    found = discover([session])
    assert [live.name for live in found.tables] == ["orders"]
    assert found.regions == len(enabled_regions(session)) > 20


def test_tables_of_several_accounts_are_found(session, make_table):
    key = Credentials("210987654321", "x")  # in a sandbox, the key of an account
    other = Session(Target.sandbox(session.target.endpoint, key), HERE)
    make_table("events")
    make_table("events", session=other)
    found = discover([session, other], [HERE])
    assert [live.account_id for live in found.tables] == ["123456789012", "210987654321"]
    assert {live.arn.split(":")[4] for live in found.tables} == {"123456789012", "210987654321"}


def test_only_the_named_tables_are_read_and_those_not_found_are_named(session, make_table):
    for name in ("events", "users"):
        make_table(name)
    found = discover([session], [HERE], names={"users", "nobody"})
    assert [live.name for live in found.tables] == ["users"]
    assert found.missing == ("nobody",)
    (absent,) = found.absences
    assert absent.message == f"there is no table nobody in {HERE}"
    assert absent.reason("nobody") == "there is no such table; there are events, users"


def test_a_name_may_be_in_a_region_that_could_not_be_read(session, refuse):
    refuse("dynamodb", "ListTables")
    found = discover([session], [HERE, THERE], names={"users"})
    assert (found.missing, found.exit_status) == ((), 4)
    assert [str(part).partition(":")[0] for part in found.unread] == [f"everything in {HERE}"]


def test_tables_are_chosen_by_their_tags(session, make_table):
    make_table("events", Tags=[{"Key": "Team", "Value": "data"}, {"Key": "x", "Value": "1"}])
    make_table("users", Tags=[{"Key": "Team", "Value": "web"}])
    found = discover([session], [HERE], tags={"Team": "data"})
    assert [live.name for live in found.tables] == ["events"]


def test_a_table_whose_tags_are_unread_is_not_passed_over(session, make_table, refuse):
    make_table("events")
    refuse("dynamodb", "ListTagsOfResource")
    found = discover([session], [HERE], tags={"Team": "data"})
    assert [live.name for live in found.tables] == ["events"]
    assert (found.complete, found.exit_status) == (False, 4)


def test_a_table_that_cannot_be_read_is_said_to_be_unread(session, make_table, refuse):
    make_table("events")
    refuse("dynamodb", "DescribeTable")
    found = discover([session], [HERE])
    [part] = found.unread
    assert (part.account_id, part.region, part.name) == ("123456789012", HERE, "events")
    assert "DescribeTable is not allowed" in part.reason
    assert found.tables == ()


@pytest.mark.parametrize("code", ["AccessDeniedException", "UnrecognizedClientException"])
def test_a_region_that_refuses_the_account_is_unread_and_the_others_are_read(
    session, make_table, refuse, code
):
    make_table("orders", region=THERE)
    refuse("dynamodb", "ListTables", code)
    found = discover([session], [HERE, THERE])
    assert [(part.region, part.name) for part in found.unread] == [(HERE, "")]
    assert [live.name for live in found.tables] == ["orders"]


def test_without_leave_to_list_regions_the_known_ones_are_tried(session, refuse):
    refuse("ec2", "DescribeRegions", "UnauthorizedOperation")
    assert {"us-east-1", "eu-west-1", HERE} <= set(enabled_regions(session))
    assert "cn-north-1" not in enabled_regions(session)


def test_an_account_that_cannot_be_asked_at_all_ends_it():
    with pytest.raises(EndpointError):
        discover([Session(Target.sandbox("http://127.0.0.1:1"), HERE, attempts=2)])


def test_an_account_of_several_that_cannot_be_asked_is_unread_and_the_others_are_read(
    session, make_table
):
    make_table("events")
    nowhere = Target.sandbox("http://127.0.0.1:1").assuming("arn:aws:iam::210987654321:role/reader")
    found = discover([Session(nowhere, HERE, attempts=2), session], [HERE])
    assert [live.name for live in found.tables] == ["events"]
    [part] = found.unread
    assert (part.account_id, part.region, part.name) == ("210987654321", "", "")
    assert str(part).startswith("everything in account 210987654321: ")
    assert found.exit_status == 4
    assert list(by_account([Session(nowhere, HERE, attempts=2), session])) == ["123456789012"]
    as_json(found)


def test_progress_names_the_tables(session, make_table):
    make_table("events")
    told: list[Progress] = []
    discover([session], [HERE], progress=told.append)
    assert told == [Progress(1, 1, "events")]


def test_scaling_that_is_unread_is_said_of_each_table(session, make_table, refuse):
    make_table("events")
    refuse("application-autoscaling", "DescribeScalableTargets")
    [live] = discover([session], [HERE]).tables
    assert "scaling" in live.unread


def test_what_was_found_is_plain_json_and_unread_facets_are_null(session, make_table, refuse):
    make_table("events", Tags=[{"Key": "Team", "Value": "data"}])
    refuse("dynamodb", "DescribeContinuousBackups")
    read_back = json.loads(json.dumps(as_json(discover([session], [HERE]))))
    [row] = read_back["tables"]
    assert (row["name"], row["region"], row["billingMode"]) == ("events", HERE, "PAY_PER_REQUEST")
    assert (row["tags"], row["recoveryDays"]) == ({"Team": "data"}, None)
    assert "recovery" in row["unread"]
    assert read_back["complete"] is False


def make_alarm(session, name: str, *tables: str) -> None:
    series = [
        {
            "Id": f"m{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/DynamoDB",
                    "MetricName": "ReadThrottleEvents",
                    "Dimensions": [{"Name": "TableName", "Value": table}],
                },
                "Period": 60,
                "Stat": "Sum",
            },
            "ReturnData": False,
        }
        for number, table in enumerate(tables)
    ]
    total = " + ".join(line["Id"] for line in series)
    session.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Threshold=1,
        Metrics=[*series, {"Id": "total", "Expression": total, "ReturnData": True}],
        Tags=[{"Key": "Team", "Value": name}],
    )


def test_alarms_that_watch_the_tables_are_found_with_their_tags(session, make_table):
    make_table("events")
    make_alarm(session, "ours", "events")
    make_alarm(session, "shared", "users", "events")
    make_alarm(session, "theirs", "users")
    found = discover_alarms([session], discover([session], [HERE]).tables)
    alarms = {live.alarm.name: live.alarm.tags for live in found["123456789012", HERE]}
    assert alarms == {"ours": {"Team": "ours"}, "shared": {"Team": "shared"}}


def test_alarms_that_are_refused_are_unread_by_region(session, make_table, refuse):
    make_table("events")
    refuse("cloudwatch", "DescribeAlarms", "AccessDenied")
    found = discover_alarms([session], discover([session], [HERE]).tables)
    assert isinstance(found["123456789012", HERE], Unread)


def test_without_tables_no_alarm_is_asked_for(session):
    assert discover_alarms([session], ()) == {}
