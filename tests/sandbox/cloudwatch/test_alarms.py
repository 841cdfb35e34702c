"""Alarms through the gateway, with boto3 on the other side."""

import json

import pytest
from botocore.exceptions import ClientError

from .conftest import ACCOUNT

MATH = [
    {
        "Id": f"m{n}",
        "ReturnData": False,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/DynamoDB",
                "MetricName": "SystemErrors",
                "Dimensions": [
                    {"Name": "TableName", "Value": "orders"},
                    {"Name": "Operation", "Value": operation},
                ],
            },
            "Period": 60,
            "Stat": "Sum",
        },
    }
    for n, operation in enumerate(["GetItem", "PutItem"])
] + [{"Id": "total", "Expression": "SUM(METRICS())", "Label": "errors", "ReturnData": True}]


def alarm(name="errors", **changes):
    request = {
        "AlarmName": name,
        "Namespace": "shop",
        "MetricName": "Errors",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": 1.5,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    request |= changes
    return {key: value for key, value in request.items() if value is not None}


def math_alarm(name="math", **changes):
    single = dict.fromkeys(["Namespace", "MetricName", "Statistic", "Period"])
    return alarm(name, Metrics=MATH, **single, **changes)


def described(cloudwatch, name):
    return cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]


def names(reply, kind="MetricAlarms"):
    return [each["AlarmName"] for each in reply[kind]]


@pytest.mark.parametrize("protocol", ["json", "query", "smithy-rpc-v2-cbor"])
def test_an_alarm_reads_back_as_it_was_put_in_every_protocol(client, protocol):
    cloudwatch = client(protocol=protocol)
    dimensions = [{"Name": "Queue", "Value": "a b/ü"}]
    asked = alarm(
        Dimensions=dimensions,
        AlarmDescription="too many",
        AlarmActions=["arn:aws:sns:eu-west-1:123456789012:pager"],
        TreatMissingData="notBreaching",
        DatapointsToAlarm=2,
        Unit="Count",
    )

    cloudwatch.put_metric_alarm(**asked)

    shown = described(cloudwatch, "errors")
    assert asked.items() <= shown.items()
    assert shown["AlarmArn"] == "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors"


@pytest.mark.parametrize("protocol", ["json", "query", "smithy-rpc-v2-cbor"])
def test_a_metric_math_alarm_reads_back_unchanged(client, protocol):
    cloudwatch = client(protocol=protocol)

    cloudwatch.put_metric_alarm(**math_alarm())

    shown = described(cloudwatch, "math")
    assert shown["Metrics"] == MATH
    assert not {"MetricName", "Namespace", "Period", "Statistic"} & shown.keys()


def test_an_alarm_starts_without_enough_data(cloudwatch):
    cloudwatch.put_metric_alarm(**alarm())

    shown = described(cloudwatch, "errors")
    assert shown["StateValue"] == "INSUFFICIENT_DATA"
    assert shown["StateReason"] == "Unchecked: Initial alarm creation"


def test_an_update_overwrites_the_definition_and_keeps_state_and_tags(cloudwatch):
    cloudwatch.put_metric_alarm(**alarm(AlarmDescription="old", Tags=[{"Key": "a", "Value": "1"}]))
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="said so")

    cloudwatch.put_metric_alarm(**alarm(Threshold=9.0, Tags=[{"Key": "b", "Value": "2"}]))

    shown = described(cloudwatch, "errors")
    assert (shown["StateValue"], shown["StateReason"]) == ("OK", "said so")
    assert shown["Threshold"] == 9.0
    assert "AlarmDescription" not in shown
    tags = cloudwatch.list_tags_for_resource(ResourceARN=shown["AlarmArn"])["Tags"]
    assert tags == [{"Key": "a", "Value": "1"}]


def test_accounts_and_regions_do_not_see_each_others_alarms(client):
    client().put_metric_alarm(**alarm())

    assert names(client().describe_alarms()) == ["errors"]
    assert names(client(region="us-east-1").describe_alarms()) == []
    assert names(client(account="999999999999").describe_alarms()) == []


def test_alarms_are_found_by_prefix_state_and_action(cloudwatch):
    topic = "arn:aws:sns:eu-west-1:123456789012:pager"
    cloudwatch.put_metric_alarm(**alarm("a-1", OKActions=[topic]))
    cloudwatch.put_metric_alarm(**alarm("a-2"))
    cloudwatch.put_metric_alarm(**alarm("b-1"))
    cloudwatch.set_alarm_state(AlarmName="a-2", StateValue="ALARM", StateReason="test")

    assert names(cloudwatch.describe_alarms(AlarmNamePrefix="a-")) == ["a-1", "a-2"]
    assert names(cloudwatch.describe_alarms(StateValue="ALARM")) == ["a-2"]
    assert names(cloudwatch.describe_alarms(ActionPrefix="arn:aws:sns")) == ["a-1"]
    assert names(cloudwatch.describe_alarms(AlarmNames=["b-1", "none"])) == ["b-1"]


def test_pages_hold_every_alarm_once_even_when_one_is_deleted_between_them(cloudwatch):
    for number in range(25):
        cloudwatch.put_metric_alarm(**alarm(f"n{number:02}"))

    first = cloudwatch.describe_alarms(MaxRecords=10)
    cloudwatch.delete_alarms(AlarmNames=["n03"])
    second = cloudwatch.describe_alarms(MaxRecords=10, NextToken=first["NextToken"])
    third = cloudwatch.describe_alarms(MaxRecords=10, NextToken=second["NextToken"])

    assert "NextToken" not in third
    assert [*names(first), *names(second), *names(third)] == [f"n{n:02}" for n in range(25)]


def test_a_token_of_another_request_is_refused(cloudwatch):
    for number in range(3):
        cloudwatch.put_metric_alarm(**alarm(f"n{number}"))
    token = cloudwatch.describe_alarms(MaxRecords=1)["NextToken"]

    for wrong in (token + "x", "%%%", ""):
        if wrong:
            with pytest.raises(ClientError, match="InvalidNextToken"):
                cloudwatch.describe_alarms(NextToken=wrong)
    with pytest.raises(ClientError, match="InvalidNextToken"):
        cloudwatch.describe_alarms(AlarmNamePrefix="n", NextToken=token)


def test_alarms_for_a_metric_need_exactly_its_dimensions(cloudwatch):
    dimensions = [{"Name": "A", "Value": "1"}, {"Name": "B", "Value": "2"}]
    cloudwatch.put_metric_alarm(**alarm("with", Dimensions=dimensions))
    cloudwatch.put_metric_alarm(**alarm("without"))
    metric = {"Namespace": "shop", "MetricName": "Errors"}

    assert names(cloudwatch.describe_alarms_for_metric(**metric)) == ["without"]
    found = cloudwatch.describe_alarms_for_metric(**metric, Dimensions=dimensions[::-1])
    assert names(found) == ["with"]
    assert names(cloudwatch.describe_alarms_for_metric(**metric, Period=300)) == []


def test_deleting_takes_what_is_there_and_passes_over_the_rest(cloudwatch):
    cloudwatch.put_metric_alarm(**alarm("one"))
    cloudwatch.put_metric_alarm(**alarm("two"))

    cloudwatch.delete_alarms(AlarmNames=["one", "never"])

    assert names(cloudwatch.describe_alarms()) == ["two"]


def test_history_outlives_the_alarm_and_tells_what_happened(cloudwatch):
    cloudwatch.put_metric_alarm(**alarm())
    cloudwatch.set_alarm_state(
        AlarmName="errors", StateValue="OK", StateReason="fine", StateReasonData='{"a": 1}'
    )
    cloudwatch.delete_alarms(AlarmNames=["errors"])

    items = cloudwatch.describe_alarm_history(AlarmName="errors", ScanBy="TimestampAscending")
    summaries = [item["HistorySummary"] for item in items["AlarmHistoryItems"]]
    assert summaries == [
        'Alarm "errors" created',
        "Alarm updated from INSUFFICIENT_DATA to OK",
        'Alarm "errors" deleted',
    ]
    data = json.loads(items["AlarmHistoryItems"][1]["HistoryData"])
    assert data["newState"]["stateReasonData"] == {"a": 1}
    only = cloudwatch.describe_alarm_history(HistoryItemType="StateUpdate", MaxRecords=1)
    assert len(only["AlarmHistoryItems"]) == 1


def test_actions_are_switched_off_and_on(cloudwatch):
    cloudwatch.put_metric_alarm(**alarm())

    cloudwatch.disable_alarm_actions(AlarmNames=["errors", "none"])
    assert described(cloudwatch, "errors")["ActionsEnabled"] is False
    cloudwatch.enable_alarm_actions(AlarmNames=["errors"])
    assert described(cloudwatch, "errors")["ActionsEnabled"] is True


def test_tags_are_added_replaced_and_taken_away(cloudwatch):
    cloudwatch.put_metric_alarm(**alarm(Tags=[{"Key": "Team", "Value": "a"}]))
    arn = described(cloudwatch, "errors")["AlarmArn"]

    cloudwatch.tag_resource(
        ResourceARN=arn, Tags=[{"Key": "Team", "Value": "b"}, {"Key": "Env", "Value": "dev"}]
    )
    cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["Env"])

    tags = cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert tags == [{"Key": "Team", "Value": "b"}]


@pytest.mark.parametrize("protocol", ["json", "query", "smithy-rpc-v2-cbor"])
def test_tags_of_what_is_no_alarm_are_answered_in_every_protocol(client, protocol):
    cloudwatch = client(protocol=protocol)
    cloudwatch.put_dashboard(DashboardName="d", DashboardBody='{"widgets":[]}')
    arn = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/d"
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == []


def test_an_alarm_cannot_carry_more_than_fifty_tags(cloudwatch):
    tags = [{"Key": f"k{n}", "Value": ""} for n in range(50)]
    cloudwatch.put_metric_alarm(**alarm(Tags=tags))
    arn = described(cloudwatch, "errors")["AlarmArn"]

    with pytest.raises(ClientError, match="must not exceed 50"):
        cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "one", "Value": "more"}])
    with pytest.raises(ClientError, match="must not exceed 50"):
        cloudwatch.put_metric_alarm(**alarm("x", Tags=[*tags, {"Key": "one", "Value": "more"}]))


@pytest.mark.parametrize(
    ("call", "arguments", "code", "status"),
    [
        ("set_alarm_state", {"AlarmName": "x", "StateValue": "OK", "StateReason": ""},
         "ResourceNotFound", 404),
        ("list_tags_for_resource", {"ResourceARN": "arn:aws:cloudwatch:eu-west-1:1:alarm:x"},
         "ResourceNotFoundException", 404),
        ("describe_alarms", {"MaxRecords": 0}, "ValidationError", 400),
        ("describe_alarms", {"AlarmNames": ["a"], "AlarmNamePrefix": "a"}, "ValidationError", 400),
        ("describe_alarms", {"ParentsOfAlarmName": "a", "StateValue": "OK"},
         "ValidationError", 400),
        ("delete_alarms", {"AlarmNames": [f"n{n}" for n in range(101)]}, "ValidationError", 400),
        ("describe_alarms", {"AlarmNamePrefix": 7}, "SerializationException", 400),
        ("put_metric_alarm", {}, "ValidationError", 400),
    ],
)  # fmt: skip
def test_faults_carry_the_code_and_status_of_aws(cloudwatch, call, arguments, code, status):
    with pytest.raises(ClientError) as caught:
        getattr(cloudwatch, call)(**arguments)

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_composite_alarm_is_listed_only_when_asked_for(cloudwatch):
    cloudwatch.put_metric_alarm(**alarm("child"))
    cloudwatch.put_composite_alarm(AlarmName="parent", AlarmRule='ALARM("child")')

    assert names(cloudwatch.describe_alarms()) == ["child"]
    both = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm", "MetricAlarm"])
    assert names(both, "CompositeAlarms") == ["parent"]
    parents = cloudwatch.describe_alarms(ParentsOfAlarmName="child")
    assert names(parents, "CompositeAlarms") == ["parent"]
    children = cloudwatch.describe_alarms(ChildrenOfAlarmName="parent")
    assert names(children) == ["child"]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("ALARM(nobody)", "alarms \\[nobody\\] in the alarm rule do not exist"),
        ("ALARM(", "Error in AlarmRule"),
        ("TRUE AND", "Error in AlarmRule"),
    ],
)
def test_a_composite_alarm_with_a_bad_rule_is_refused(cloudwatch, rule, text):
    with pytest.raises(ClientError, match=text):
        cloudwatch.put_composite_alarm(AlarmName="parent", AlarmRule=rule)


def test_a_composite_alarm_that_another_depends_on_is_not_deleted(cloudwatch):
    cloudwatch.put_composite_alarm(AlarmName="inner", AlarmRule="TRUE")
    cloudwatch.put_composite_alarm(AlarmName="outer", AlarmRule="OK(inner)")

    with pytest.raises(ClientError, match="depend on it"):
        cloudwatch.delete_alarms(AlarmNames=["inner"])
    cloudwatch.delete_alarms(AlarmNames=["outer"])
    cloudwatch.delete_alarms(AlarmNames=["inner"])


def test_a_name_is_taken_by_one_type_of_alarm(cloudwatch):
    cloudwatch.put_metric_alarm(**alarm("same"))

    with pytest.raises(ClientError, match="another type"):
        cloudwatch.put_composite_alarm(AlarmName="same", AlarmRule="TRUE")


def test_the_tagging_service_sees_alarms_and_changes_their_tags(client, cloudwatch):
    cloudwatch.put_metric_alarm(**alarm(Tags=[{"Key": "Team", "Value": "a"}]))
    arn = described(cloudwatch, "errors")["AlarmArn"]
    tagging = client("resourcegroupstaggingapi")

    def found(**asked):
        listed = tagging.get_resources(**asked)["ResourceTagMappingList"]
        return [each["ResourceARN"] for each in listed]

    assert found(TagFilters=[{"Key": "Team", "Values": ["a"]}]) == [arn]
    assert found(ResourceTypeFilters=["cloudwatch:alarm"]) == [arn]
    assert found(TagFilters=[{"Key": "Team", "Values": ["b"]}]) == []
    tagging.tag_resources(ResourceARNList=[arn], Tags={"Team": "b", "Env": "dev"})
    tagging.untag_resources(ResourceARNList=[arn], TagKeys=["Env"])
    tags = cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert tags == [{"Key": "Team", "Value": "b"}]
