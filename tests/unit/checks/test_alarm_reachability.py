from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tablewright.checks.alarm_reachability import obstacles
from tablewright.checks.verdict import CheckFinding, Verdict
from tablewright.fleet.reading import Unread
from tablewright.plan.declaration.declared import Alarm, MetricQuery, MetricStat

Judge = Callable[..., list[CheckFinding]]


def series(name: str, *, period: int = 60, namespace: str = "AWS/DynamoDB", **dimensions: str):
    return MetricStat(namespace, name, dimensions, period, "Sum")


def watching(metric: MetricStat | None = None, *queries: MetricQuery) -> Alarm:
    return Alarm(
        key="a",
        name="a",
        description="",
        comparison_operator="GreaterThanThreshold",
        threshold=Decimal(5),
        evaluation_periods=1,
        metric=metric,
        queries=queries,
    )


def line(id_: str, metric: MetricStat | None = None, expression: str | None = None, **more: bool):
    return MetricQuery(id=id_, metric=metric, expression=expression, **more)


EVENTS = {"TableName": "events"}
GET = series("SystemErrors", **EVENTS, Operation="GetItem")


@pytest.mark.parametrize(
    "metric",
    [
        series("UserErrors"),
        GET,
        series("ConsumedReadCapacityUnits", **EVENTS),
        series("ConsumedReadCapacityUnits", **EVENTS, GlobalSecondaryIndexName="by-user"),
        series("ReadThrottleEvents", **EVENTS),
        series("SuccessfulRequestLatency", **EVENTS, Operation="GetRecords", StreamLabel="x"),
        series("ReplicationLatency", **EVENTS, ReceivingRegion="eu-west-1", period=300),
        series("SuccessfulRequestLatency", **EVENTS, Operation="Query", Verb="SELECT"),
        series("Anything", namespace="Company/App", period=10, Whatever="x"),
    ],
)
def test_a_series_that_aws_publishes_can_set_an_alarm_off(metric: MetricStat):
    assert obstacles(watching(metric), {"events": ["by-user"]}) == []


@pytest.mark.parametrize(
    ("metric", "reason"),
    [
        (
            series("UserErrors", **EVENTS),
            (
                "AWS publishes UserErrors without dimensions, never by TableName alone: "
                "that series has no data"
            ),
        ),
        (
            series("SystemErrors", **EVENTS),
            (
                "AWS publishes SystemErrors by TableName and Operation, never by TableName alone: "
                "that series has no data"
            ),
        ),
        (
            series("ThrottledRequests", **EVENTS),
            (
                "AWS publishes ThrottledRequests by TableName and Operation, never by TableName "
                "alone: that series has no data"
            ),
        ),
        (
            series("ConsumedReadCapacityUnits"),
            (
                "AWS publishes ConsumedReadCapacityUnits by TableName alone or by TableName and "
                "GlobalSecondaryIndexName, never without dimensions: that series has no data"
            ),
        ),
        (series("UserError"), "AWS publishes no metric UserError in AWS/DynamoDB"),
        (
            series("SystemErrors", **EVENTS, Operation="Get"),
            "DynamoDB has no operation Get",
        ),
        (
            series("ReadThrottleEvents", **EVENTS, GlobalSecondaryIndexName="gone"),
            "table events has no global index gone",
        ),
        (
            series("OnlineIndexThrottleEvents", **EVENTS, GlobalSecondaryIndexName="by-user"),
            "OnlineIndexThrottleEvents is 0 whatever happens",
        ),
        (
            series("ReadThrottleEvents", TableName="{environment}-events"),
            "no table can be called {environment}-events",
        ),
        (
            series("ReadThrottleEvents", **EVENTS, period=10),
            "ReadThrottleEvents has a datapoint a minute, a period of 10 s has none",
        ),
    ],
)
def test_a_series_that_aws_does_not_publish_cannot(metric: MetricStat, reason: str):
    assert obstacles(watching(metric), {"events": ["by-user"]}) == [reason]


def test_an_index_of_a_table_that_is_not_known_is_taken_to_exist():
    other = series("ReadThrottleEvents", TableName="other", GlobalSecondaryIndexName="x")
    assert obstacles(watching(other), {"events": []}) == []


def test_a_table_that_is_known_not_to_exist_has_no_series():
    metric, math = series("ReadThrottleEvents", **EVENTS), (line("m1", GET), total())
    for alarm in (watching(metric), watching(None, *math)):
        assert obstacles(alarm, {}) == []
        assert obstacles(alarm, {}, ["events"]) == ["there is no table events"]


@pytest.mark.parametrize(
    ("watched", "verdict"),
    [
        ({"other": True}, None),
        ({"other": None}, Verdict.FAILED),
        ({"other": Unread("no")}, Verdict.UNKNOWN),
    ],
)
def test_a_further_table_that_an_alarm_watches_is_asked_for(judge, watched, verdict):
    other = {"metric": series("ReadThrottleEvents", TableName="other")}
    findings = judge(alarm=other, stack={"watched": watched})
    found = [each.verdict for each in findings if each.rule == "TW123"]
    assert found == ([] if verdict is None else [verdict])


def total(expression: str = "FILL(m1, 0)", *, returned: bool = True) -> MetricQuery:
    return line("total", expression=expression, return_data=returned)


def test_math_over_series_that_exist_can_set_an_alarm_off():
    assert obstacles(watching(None, line("m1", GET), total()), {}) == []


def test_math_over_a_series_that_does_not_exist_cannot():
    wrong = series("SystemErrors", **EVENTS)
    [reason] = obstacles(watching(None, line("m1", wrong), total()), {})
    assert "never by TableName alone" in reason


@pytest.mark.parametrize(
    ("queries", "reason"),
    [
        (
            [line("m1", GET), total(returned=False)],
            "its math returns 0 series, an alarm needs exactly one",
        ),
        (
            [line("m1", GET, return_data=True), total()],
            "its math returns 2 series, an alarm needs exactly one",
        ),
        (
            [
                *[line(f"m{number}", GET) for number in range(11)],
                total(),
            ],
            "its math uses 11 metrics, an alarm may use 10",
        ),
        (
            [total("SUM(search('{AWS/DynamoDB,TableName} UserErrors', 'Sum', 60))")],
            "SEARCH is not allowed in an alarm",
        ),
        ([line("m1", GET), total("m1 + m2")], "total uses m2, which is not defined"),
    ],
)
def test_math_that_an_alarm_may_not_use_cannot(queries: list[MetricQuery], reason: str):
    assert reason in obstacles(watching(None, *queries), {})


def test_a_metrics_insights_query_refers_to_no_other_line():
    sql = "SELECT SUM(SystemErrors) FROM SCHEMA(\"AWS/DynamoDB\", TableName) WHERE x = 'y'"
    assert obstacles(watching(None, total(sql)), {}) == []


def test_an_alarm_that_cannot_fire_fails_its_rule(judge: Judge):
    literal = series("UserErrors", **EVENTS)
    findings = judge(alarm={"metric": literal})
    assert [(each.rule, each.verdict) for each in findings] == [
        ("TW122", Verdict.FAILED),
        ("TW123", Verdict.FAILED),
    ]
    assert "cannot fire" in findings[1].actual
    assert "tablewright up" in findings[1].fix


@pytest.mark.parametrize("form", [True, False])
def test_an_alarm_declared_so_that_it_cannot_fire_is_told_so(judge, declared, live, form):
    from tablewright.checks.verify import verify

    literal = replace(
        live.alarms["user-errors"].alarm, metric=series("UserErrors", **EVENTS), literal=form
    )
    [table] = declared.tables
    said = replace(declared, tables=(replace(table, alarms=(literal,)),))
    lives = replace(
        live, alarms={"user-errors": replace(live.alarms["user-errors"], alarm=literal)}
    )
    [finding] = verify(said, lives).failed
    assert finding.rule == "TW123"
    assert ("form: EFFECTIVE" in finding.fix) == form, "an alarm of one's own series has no form"


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"threshold": Decimal(6)}, "condition"),
        ({"comparison_operator": "LessThanThreshold"}, "condition"),
        ({"evaluation_periods": 2}, "periods"),
        ({"evaluation_periods": 3, "datapoints_to_alarm": 1}, "periods"),
        ({"treat_missing_data": "breaching"}, "missing data"),
        ({"treat_missing_data": None}, "missing data"),
        ({"evaluate_low_sample_count_percentile": "ignore"}, "low sample counts"),
        ({"description": "x"}, "description"),
        ({"alarm_actions": ()}, "actions on ALARM"),
        ({"ok_actions": ("arn:x",)}, "actions on OK"),
        ({"insufficient_data_actions": ("arn:x",)}, "actions on INSUFFICIENT_DATA"),
        ({"metric": series("UserErrors", period=300)}, "metric"),
        ({"metric": replace(series("UserErrors"), stat="Maximum")}, "metric"),
        ({"metric": None, "queries": (line("m1", GET, return_data=True),)}, "metric"),
        ({"tags": {}}, "tags"),
    ],
)
def test_every_setting_of_an_alarm_counts(judge: Judge, changes: dict[str, object], fact: str):
    [finding] = judge(alarm=changes)
    assert (finding.kind, finding.subject, finding.fact) == ("alarm", "user-errors", fact)


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": Decimal("5.0")},
        {"datapoints_to_alarm": 1},
        {"alarm_actions": ("arn:aws:sns:x:1:b", "arn:aws:sns:x:1:a")},
    ],
)
def test_another_spelling_of_the_same_alarm_is_no_difference(judge: Judge, changes):
    assert judge(alarm=changes) == []


def test_an_alarm_with_its_actions_off_fails(judge: Judge):
    [finding] = judge(live_alarm={"actions_enabled": False})
    assert (finding.rule, finding.actual) == ("TW124", "off")


def test_an_alarm_that_uses_what_was_not_declared_fails(judge: Judge):
    [finding] = judge(live_alarm={"beyond": ("a unit filter",)})
    assert (finding.rule, finding.actual) == ("TW122", "a unit filter")


def test_a_composite_alarm_of_the_name_is_reported_and_nothing_else(judge: Judge):
    [finding] = judge(live_alarm={"rule": "ALARM(x)"})
    assert (finding.rule, finding.actual) == ("TW121", "a composite alarm has that name")


def test_tags_of_an_alarm_that_could_not_be_read_are_unknown(judge: Judge):
    [finding] = judge(live_alarm={"unread": {"tags": "not allowed"}})
    assert (finding.rule, finding.verdict) == ("TW125", Verdict.UNKNOWN)


def test_math_where_a_metric_was_declared_is_a_difference(declared, live):
    from tablewright.checks.verify import verify

    plain = live.alarms["user-errors"].alarm
    changed = replace(live.alarms["system-errors"], alarm=replace(plain, name="system-errors"))
    report = verify(declared, replace(live, alarms={**live.alarms, "system-errors": changed}))
    assert [finding.fact for finding in report.failed] == ["metric math"]


def test_labels_and_the_order_of_lines_have_no_meaning(declared, live):
    from tablewright.checks.verify import verify

    there = live.alarms["system-errors"]
    queries = tuple(replace(query, label="x") for query in reversed(there.alarm.queries))
    changed = replace(there, alarm=replace(there.alarm, queries=queries))
    report = verify(declared, replace(live, alarms={**live.alarms, "system-errors": changed}))
    assert report.failed == ()
