"""Alarms that change their state while the clock runs."""

import json
from datetime import timedelta

import pytest

from .conftest import ACCOUNT, NOON
from .test_alarms import alarm, described, math_alarm

MINUTE = timedelta(minutes=1)
REGION = "eu-west-1"


class Shop:
    """A clock that stands, a metric and the alarms on it."""

    def __init__(self, emulator, client):
        self.emulator = emulator
        self.cloudwatch = client()
        self.client = client

    def put(self, *values, name="Errors", **datum):
        """A value in each of the next minutes, which then have passed."""
        for value in values:
            if value is not None:
                data = {"MetricName": name, "Value": float(value)} | datum
                data["Timestamp"] = self.emulator.clock.now()
                self.cloudwatch.put_metric_data(Namespace="shop", MetricData=[data])
            self.emulator.clock.advance(60)

    def state(self, name="errors"):
        return described(self.cloudwatch, name)["StateValue"]

    def states_over(self, *values, name="errors"):
        """The state after each of the values."""
        states = []
        for value in values:
            self.put(value)
            states.append(self.state(name))
        return "".join({"OK": "o", "ALARM": "A", "INSUFFICIENT_DATA": "?"}[s] for s in states)


@pytest.fixture
def shop(emulator, client):
    return Shop(emulator, client)


def test_three_of_three_breaching_minutes_make_an_alarm_and_one_good_ends_it(shop):
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=3))
    assert shop.states_over(0, 2, 2, 2, 2, 0, 2, 2) == "oooAAooo"


def test_two_of_three_need_not_be_in_a_row(shop):
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=3, DatapointsToAlarm=2))
    assert shop.states_over(0, 2, 0, 2, 0, 0, 0) == "oooAooo"


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        ("missing", "AAAAA????"),
        ("ignore", "AAAAAAAAA"),
        ("breaching", "AAAAAAAAA"),
        ("notBreaching", "AAAoooooo"),
    ],
)
def test_what_happens_when_the_data_stops(shop, treatment, expected):
    shop.cloudwatch.put_metric_alarm(**alarm(TreatMissingData=treatment, Threshold=1.0))
    shop.put(2, 2, 2)
    # Three points stay in the range of five for two more minutes; then only what is filled counts.
    assert shop.states_over(2, *[None] * 8) == expected


def test_missing_data_of_dynamodb_is_ignored_unless_said_otherwise(shop):
    metric = {"Namespace": "AWS/DynamoDB", "MetricName": "UserErrors", "Period": 60}
    rule = {"EvaluationPeriods": 1, "Threshold": 0.0}
    shop.cloudwatch.put_metric_alarm(**alarm("silent", **metric, **rule))
    shop.cloudwatch.put_metric_alarm(
        **alarm("explicit", **metric, **rule, TreatMissingData="notBreaching")
    )
    dynamodb = shop.client("dynamodb")
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.describe_table(TableName="nobody")
    shop.emulator.clock.advance(60)
    assert (shop.state("silent"), shop.state("explicit")) == ("ALARM", "ALARM")

    shop.emulator.clock.advance(600)

    assert (shop.state("silent"), shop.state("explicit")) == ("ALARM", "OK")


def test_an_alarm_with_a_wrong_dimension_stays_silent(shop):
    wrong = [{"Name": "TableName", "Value": "nobody"}]
    metric = {"Namespace": "AWS/DynamoDB", "MetricName": "UserErrors", "EvaluationPeriods": 1}
    shop.cloudwatch.put_metric_alarm(**alarm("wrong", **metric, Threshold=0.0, Dimensions=wrong))
    dynamodb = shop.client("dynamodb")
    for _ in range(5):
        with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
            dynamodb.describe_table(TableName="nobody")
        shop.emulator.clock.advance(60)
    assert shop.state("wrong") == "INSUFFICIENT_DATA"


def test_every_minute_of_an_advance_is_evaluated_not_only_its_end(shop):
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=1, TreatMissingData="notBreaching"))
    data = [
        {"MetricName": "Errors", "Value": 5.0, "Timestamp": NOON + minute * MINUTE}
        for minute in (10, 40, 41, 90)
    ]
    shop.cloudwatch.put_metric_data(Namespace="shop", MetricData=data)

    shop.emulator.clock.advance(2 * 3600)

    items = shop.cloudwatch.describe_alarm_history(
        HistoryItemType="StateUpdate", ScanBy="TimestampAscending"
    )["AlarmHistoryItems"]
    moves = [
        (round((item["Timestamp"] - NOON) / MINUTE), item["HistorySummary"].split(" to ")[1])
        for item in items
    ]
    assert moves == [
        (1, "OK"),
        (11, "ALARM"), (14, "OK"),
        (41, "ALARM"), (45, "OK"),
        (91, "ALARM"), (94, "OK"),
    ]  # fmt: skip


def test_a_metric_math_alarm_follows_the_sum_of_its_metrics(shop):
    shop.cloudwatch.put_metric_alarm(**math_alarm("math", EvaluationPeriods=1, Threshold=0.0))
    shop.emulator.clock.advance(60)
    assert shop.state("math") == "INSUFFICIENT_DATA"

    from tablewright_emulator.cloudwatch.metrics.grid import Aggregate
    from tablewright_emulator.cloudwatch.metrics.store import MetricName

    name = MetricName.of(
        "AWS/DynamoDB", "SystemErrors", {"TableName": "orders", "Operation": "PutItem"}
    )
    at = shop.emulator.clock.now().timestamp()
    shop.emulator.cloudwatch.metrics.record(ACCOUNT, REGION, name, at, Aggregate.of(1.0))
    shop.emulator.clock.advance(60)

    assert shop.state("math") == "ALARM"
    assert "StateReasonData" in described(shop.cloudwatch, "math")


def test_math_that_fills_gaps_is_back_to_ok_by_itself(shop):
    queries = [
        {"Id": "m1", "ReturnData": False, "MetricStat": {
            "Metric": {"Namespace": "shop", "MetricName": "Errors"}, "Period": 60, "Stat": "Sum"}},
        {"Id": "e1", "Expression": "FILL(m1, 0)"},
    ]  # fmt: skip
    single = dict.fromkeys(["Namespace", "MetricName", "Statistic", "Period"])
    shop.cloudwatch.put_metric_alarm(**alarm(Metrics=queries, EvaluationPeriods=1, **single))
    assert shop.states_over(5, None, None) == "Aoo"


def test_a_period_of_five_minutes_slides_by_one(shop):
    shop.cloudwatch.put_metric_alarm(**alarm(Period=300, EvaluationPeriods=1, Threshold=2.0))
    # The sum of any five minutes is over 2 as long as the 3 is among them.
    assert shop.states_over(0, 0, 0, 3, 0, 0, 0, 0, 0) == "oooAAAAAo"


def test_a_percentile_with_few_samples_changes_nothing_when_ignored(shop):
    for name, low in (("careful", "ignore"), ("eager", "evaluate")):
        shop.cloudwatch.put_metric_alarm(
            **alarm(name, Statistic=None, ExtendedStatistic="p99", EvaluationPeriods=1,
                    EvaluateLowSampleCountPercentile=low)
        )  # fmt: skip
    shop.put(5)
    assert (shop.state("careful"), shop.state("eager")) == ("INSUFFICIENT_DATA", "ALARM")

    data = {"MetricName": "Errors", "Values": [5.0], "Counts": [1000.0]}
    data["Timestamp"] = shop.emulator.clock.now()
    shop.cloudwatch.put_metric_data(Namespace="shop", MetricData=[data])
    shop.emulator.clock.advance(60)

    assert shop.state("careful") == "ALARM"


def test_an_alarm_over_more_than_a_day_is_evaluated_on_the_hour(shop):
    shop.cloudwatch.put_metric_alarm(
        **alarm(Period=3600, EvaluationPeriods=25, DatapointsToAlarm=1, Threshold=1.0)
    )
    shop.emulator.clock.advance(120)
    shop.put(5)
    shop.emulator.clock.advance(50 * 60)
    assert shop.state() == "INSUFFICIENT_DATA"
    shop.emulator.clock.advance(10 * 60)
    assert shop.state() == "ALARM"


def test_a_high_resolution_alarm_is_evaluated_every_ten_seconds(shop):
    shop.cloudwatch.put_metric_alarm(**alarm(Period=10, EvaluationPeriods=1))
    data = {"MetricName": "Errors", "Value": 5.0, "StorageResolution": 1}
    data["Timestamp"] = shop.emulator.clock.now()
    shop.cloudwatch.put_metric_data(Namespace="shop", MetricData=[data])
    shop.emulator.clock.advance(10)
    assert shop.state() == "ALARM"


def test_a_state_set_by_hand_lasts_until_the_next_evaluation(shop):
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=1))
    shop.put(0)
    shop.emulator.clock.advance(3600)
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=1, TreatMissingData="notBreaching"))
    shop.emulator.clock.advance(3600)

    shop.cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="drill")
    assert shop.state() == "ALARM"
    shop.emulator.clock.advance(60)

    assert shop.state() == "OK"


def test_a_clock_set_back_leaves_alarms_awake(shop):
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=1, TreatMissingData="notBreaching"))
    shop.emulator.clock.advance(30 * 86_400)
    shop.emulator.clock.set(NOON)
    assert shop.states_over(5, 0, 0) == "Aoo"


def test_the_reason_tells_points_threshold_and_transition(shop):
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=2, DatapointsToAlarm=1))
    shop.put(0, 5)

    shown = described(shop.cloudwatch, "errors")
    assert shown["StateReason"] == (
        "Threshold Crossed: 1 out of the last 2 datapoints [5.0 (10/03/26 12:01:00)] was greater "
        "than the threshold (1.5) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    data = json.loads(shown["StateReasonData"])
    assert data == {
        "version": "1.0",
        "queryDate": "2026-03-10T12:02:00.000+0000",
        "startDate": "2026-03-10T12:00:00.000+0000",
        "statistic": "Sum",
        "period": 60,
        "recentDatapoints": [0.0, 5.0],
        "threshold": 1.5,
        "evaluatedDatapoints": [
            {"timestamp": "2026-03-10T12:01:00.000+0000", "sampleCount": 1.0, "value": 5.0},
            {"timestamp": "2026-03-10T12:00:00.000+0000", "sampleCount": 1.0, "value": 0.0},
        ],
    }


def test_the_reason_tells_what_missing_data_was_taken_for(shop):
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=2, TreatMissingData="breaching"))
    shop.emulator.clock.advance(60)
    assert described(shop.cloudwatch, "errors")["StateReason"] == (
        "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints "
        "were treated as [Breaching]."
    )


@pytest.fixture
def inbox(client):
    """A topic with a queue behind it: `arn` and a function that empties the queue."""
    sns, sqs = client("sns"), client("sqs")
    topic = sns.create_topic(Name="pager")["TopicArn"]
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )  # fmt: skip

    def messages():
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in found]

    return topic, messages


def test_a_transition_tells_the_topic_once(shop, inbox):
    topic, messages = inbox
    shop.cloudwatch.put_metric_alarm(
        **alarm(EvaluationPeriods=1, AlarmActions=[topic], OKActions=[topic], AlarmDescription="!")
    )
    shop.put(0, 5, 5, 5)

    told = messages()
    assert [message["NewStateValue"] for message in told] == ["OK", "ALARM"]
    assert told[1]["OldStateValue"] == "OK"
    assert told[1]["AlarmArn"] == f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:errors"
    assert told[1]["Region"] == "EU (Ireland)"
    assert told[1]["Trigger"]["MetricName"] == "Errors"
    assert told[1]["Trigger"]["Statistic"] == "SUM"
    history = shop.cloudwatch.describe_alarm_history(HistoryItemType="Action")
    summaries = [item["HistorySummary"] for item in history["AlarmHistoryItems"]]
    assert summaries == [f"Successfully executed action {topic}"] * 2


def test_disabled_actions_are_not_taken(shop, inbox):
    topic, messages = inbox
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=1, AlarmActions=[topic]))
    shop.cloudwatch.disable_alarm_actions(AlarmNames=["errors"])
    shop.put(5)
    assert shop.state() == "ALARM"
    assert messages() == []


def test_an_action_that_cannot_be_taken_is_noted_as_failed(shop):
    nowhere = f"arn:aws:sns:{REGION}:{ACCOUNT}:nowhere"
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=1, AlarmActions=[nowhere, function]))
    shop.put(5)
    history = shop.cloudwatch.describe_alarm_history(HistoryItemType="Action")
    summaries = {item["HistorySummary"] for item in history["AlarmHistoryItems"]}
    assert summaries == {
        f"Failed to execute action {nowhere}", f"Failed to execute action {function}",
    }  # fmt: skip


def composite(shop, name="all"):
    found = shop.cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])
    return found["CompositeAlarms"][0]


def test_a_composite_alarm_follows_its_children_at_once(shop, inbox):
    topic, messages = inbox
    for name, metric in (("one", "A"), ("two", "B")):
        shop.cloudwatch.put_metric_alarm(**alarm(name, MetricName=metric, EvaluationPeriods=1))
    shop.cloudwatch.put_composite_alarm(
        AlarmName="all", AlarmRule="ALARM(one) AND ALARM(two)", AlarmActions=[topic]
    )
    assert composite(shop)["StateValue"] == "INSUFFICIENT_DATA"
    shop.put(5, name="A")
    assert composite(shop)["StateValue"] == "OK"

    shop.cloudwatch.set_alarm_state(AlarmName="two", StateValue="ALARM", StateReason="test")

    shown = composite(shop)
    assert shown["StateValue"] == "ALARM"
    assert "alarm:two transitioned to ALARM at Tuesday 10 March, 2026" in shown["StateReason"]
    cause = json.loads(shown["StateReasonData"])["triggeringAlarms"][0]
    assert cause["arn"].endswith(":alarm:two")
    (told,) = messages()
    assert told["AlarmRule"] == "ALARM(one) AND ALARM(two)"


def test_composite_alarms_nest_and_a_cycle_does_not_run_for_ever(shop):
    shop.cloudwatch.put_metric_alarm(**alarm("leaf", EvaluationPeriods=1))
    shop.cloudwatch.put_composite_alarm(AlarmName="a", AlarmRule="ALARM(leaf)")
    shop.cloudwatch.put_composite_alarm(AlarmName="b", AlarmRule="NOT ALARM(a)")
    shop.emulator.clock.advance(60)
    assert (composite(shop, "a")["StateValue"], composite(shop, "b")["StateValue"]) == (
        "OK", "ALARM",
    )  # fmt: skip
    shop.cloudwatch.put_composite_alarm(AlarmName="a", AlarmRule="ALARM(b)")
    shop.emulator.clock.advance(600)
    shop.cloudwatch.put_composite_alarm(AlarmName="a", AlarmRule="ALARM(leaf)")
    shop.put(5)
    assert (composite(shop, "a")["StateValue"], composite(shop, "b")["StateValue"]) == (
        "ALARM", "OK",
    )  # fmt: skip


def test_a_reset_forgets_alarms_and_metrics_and_new_ones_work_again(shop):
    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=1))
    shop.put(5)
    shop.emulator.reset()
    assert shop.cloudwatch.describe_alarms()["MetricAlarms"] == []
    assert shop.cloudwatch.list_metrics()["Metrics"] == []

    shop.cloudwatch.put_metric_alarm(**alarm(EvaluationPeriods=1))
    assert shop.states_over(5) == "A"
