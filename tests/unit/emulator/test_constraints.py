import pytest

from tablewright_emulator.constraints import (
    checked,
    mistyped,
    operation_input,
    sentence,
    violations,
)
from tablewright_emulator.request import AwsFault, Request

PUT = operation_input("cloudwatch", "PutMetricAlarm")
DATA = operation_input("cloudwatch", "PutMetricData")


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({}, "Value null at 'alarmName' failed to satisfy constraint: Member must not be null"),
        ({"AlarmName": ""}, "Member must have length greater than or equal to 1"),
        ({"AlarmName": "a" * 256}, "Member must have length less than or equal to 255"),
        ({"AlarmName": "a", "EvaluationPeriods": 0},
         "Value '0' at 'evaluationPeriods' failed to satisfy constraint: Member must have value"),
        ({"AlarmName": "a", "Statistic": "Median"}, "Member must satisfy enum value set: [Sample"),
        ({"AlarmName": "a", "Namespace": ":x"}, "Member must satisfy regular expression pattern"),
        ({"AlarmName": "a", "Dimensions": [{"Name": "n"}]}, "Value null at 'dimensions.1.member"),
        ({"AlarmName": "a", "OKActions": [None]}, "Value null at 'oKActions.1.member'"),
        ({"AlarmName": "a", "OKActions": ["x"] * 6}, "Value '[x, x, x, x, x, x]' at 'oKActions'"),
    ],
)  # fmt: skip
def test_a_broken_constraint_is_reported_in_the_words_of_aws(params, text):
    assert any(text in found for found in violations(PUT, params))


def test_several_violations_make_one_sentence():
    text = sentence(violations(PUT, {"Statistic": "x"}))
    assert text.startswith("2 validation errors detected: Value null at 'alarmName'")
    assert "; Value 'x' at 'statistic'" in text


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"AlarmName": 7}, "alarmName"),
        ({"Period": "60"}, "period"),
        ({"Period": 60.5}, "period"),
        ({"Period": 60.0}, "period"),
        ({"Period": True}, "period"),
        ({"Period": 2**31}, "period"),
        ({"Threshold": "high"}, "threshold"),
        ({"Threshold": 10**400}, "threshold"),
        ({"Dimensions": {"Name": "x"}}, "dimensions"),
        ({"Dimensions": [{"Name": []}]}, "dimensions.1.member.name"),
        ({"Dimensions": ["x"]}, "dimensions.1.member"),
        ({"ActionsEnabled": "yes"}, "actionsEnabled"),
    ],
)
def test_a_value_of_the_wrong_type_is_found(params, place):
    assert mistyped(PUT, params).path == place


def test_nulls_and_members_unknown_to_the_model_are_passed_over():
    assert mistyped(PUT, {"AlarmName": None, "Surprise": object()}) is None
    assert mistyped(DATA, {"MetricData": [{"Value": float("nan"), "Timestamp": 5}]}) is None


def test_a_checked_handler_never_sees_a_bad_request():
    handler = checked("cloudwatch", "PutMetricAlarm", lambda request: request.params)

    def call(params):
        return handler(Request("cloudwatch", "PutMetricAlarm", params, "1" * 12, "eu-west-1"))

    assert call({"AlarmName": "a"}) == {"AlarmName": "a"}
    with pytest.raises(AwsFault, match="ValidationError: 1 validation error detected"):
        call({"AlarmName": ""})
    with pytest.raises(AwsFault, match="SerializationException"):
        call({"AlarmName": []})


def test_java_patterns_with_surrogates_are_understood():
    shape = operation_input("application-autoscaling", "DescribeScalableTargets")
    good = {"ServiceNamespace": "dynamodb", "ResourceIds": ["table/Ünï-😀"]}
    assert violations(shape, good) == []
    bad = good | {"ResourceIds": ["table/\x00"]}
    assert "regular expression" in violations(shape, bad)[0]
