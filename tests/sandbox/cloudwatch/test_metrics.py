"""Metrics through the gateway."""

import math
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from .conftest import ACCOUNT, NOON

MINUTE = timedelta(minutes=1)


def put(cloudwatch, value=1.0, at=NOON, name="Errors", **datum):
    dimensions = datum.pop("dimensions", {})
    data = {
        "MetricName": name,
        "Timestamp": at,
        "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
    }
    if value is not None:
        data["Value"] = value
    cloudwatch.put_metric_data(Namespace="shop", MetricData=[data | datum])


def query(identity="m1", period=60, stat="Sum", name="Errors", **more):
    dimensions = [{"Name": k, "Value": v} for k, v in more.pop("dimensions", {}).items()]
    metric = {"Namespace": "shop", "MetricName": name, "Dimensions": dimensions}
    return {"Id": identity, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}} | more


def get(cloudwatch, *queries, start=NOON - 10 * MINUTE, end=NOON + MINUTE, **more):
    return cloudwatch.get_metric_data(
        MetricDataQueries=list(queries or [query()]), StartTime=start, EndTime=end, **more
    )


def points(result):
    times = [stamp.astimezone(NOON.tzinfo) for stamp in result["Timestamps"]]
    return list(zip(times, result["Values"], strict=True))


@pytest.mark.parametrize("protocol", ["json", "query", "smithy-rpc-v2-cbor"])
def test_what_is_put_is_got_back_in_every_protocol(client, protocol):
    cloudwatch = client(protocol=protocol)
    put(cloudwatch, 1.5, NOON - 2 * MINUTE)
    put(cloudwatch, 2.0, NOON - MINUTE)

    (result,) = get(cloudwatch)["MetricDataResults"]

    assert points(result) == [(NOON - MINUTE, 2.0), (NOON - 2 * MINUTE, 1.5)]
    assert (result["Id"], result["Label"], result["StatusCode"]) == ("m1", "Errors", "Complete")


def test_a_series_is_known_by_its_exact_dimensions(cloudwatch):
    put(cloudwatch, 1.0, dimensions={"Table": "a"})
    put(cloudwatch, 5.0, dimensions={"Table": "a", "Operation": "Put"})

    both = get(
        cloudwatch,
        query("one", dimensions={"Table": "a"}),
        query("two", dimensions={"Operation": "Put", "Table": "a"}),
        query("none"),
        query("other", dimensions={"Table": "b"}),
    )["MetricDataResults"]

    assert [result["Values"] for result in both] == [[1.0], [5.0], [], []]


@pytest.mark.parametrize(
    ("stat", "expected"),
    [("Sum", 18), ("Average", 1.8), ("Minimum", 1), ("Maximum", 5), ("SampleCount", 10),
     ("p50", 1), ("p90", 3), ("p100", 5), ("tm80", 1.25)],
)  # fmt: skip
def test_values_with_counts_weigh_in_every_statistic(cloudwatch, stat, expected):
    put(cloudwatch, None, Values=[1.0, 3.0, 5.0], Counts=[7.0, 2.0, 1.0])
    put(cloudwatch, None, at=NOON - 3 * MINUTE, Values=[9.0])

    (result,) = get(cloudwatch, query(stat=stat), start=NOON)["MetricDataResults"]

    assert result["Values"] == pytest.approx([expected])


def test_statistic_sets_add_up_and_have_no_percentiles(cloudwatch):
    for low, high in ((1.0, 4.0), (0.5, 9.0)):
        data = {"SampleCount": 3.0, "Sum": 10.0, "Minimum": low, "Maximum": high}
        put(cloudwatch, None, StatisticValues=data)

    found = get(cloudwatch, *(query(f"m{n}", stat=stat) for n, stat in enumerate(
        ["Sum", "SampleCount", "Minimum", "Maximum", "p50"])))  # fmt: skip

    values = [result["Values"] for result in found["MetricDataResults"]]
    assert values == [[20.0], [6.0], [0.5], [9.0], []]


def test_periods_start_at_multiples_of_themselves(cloudwatch):
    put(cloudwatch, 1.0, NOON - 7 * MINUTE)
    put(cloudwatch, 2.0, NOON - 3 * MINUTE)

    (result,) = get(
        cloudwatch, query(period=300), start=NOON - 9 * MINUTE, ScanBy="TimestampAscending"
    )["MetricDataResults"]

    assert points(result) == [(NOON - 10 * MINUTE, 1.0), (NOON - 5 * MINUTE, 2.0)]


def test_the_end_is_exclusive_and_the_start_inclusive(cloudwatch):
    for minute in range(3):
        put(cloudwatch, float(minute), NOON - minute * MINUTE)

    (result,) = get(cloudwatch, start=NOON - 2 * MINUTE, end=NOON)["MetricDataResults"]

    assert result["Values"] == [1.0, 2.0]


def test_math_over_metrics_with_the_inputs_left_out(cloudwatch):
    put(cloudwatch, 3.0, name="Errors")
    put(cloudwatch, 12.0, name="Calls")

    found = get(
        cloudwatch,
        query("errors", name="Errors", ReturnData=False),
        query("calls", name="Calls", ReturnData=False),
        {"Id": "rate", "Expression": "100 * errors / calls", "Label": "error rate"},
    )["MetricDataResults"]

    assert [(r["Id"], r["Label"], r["Values"]) for r in found] == [("rate", "error rate", [25.0])]


def test_an_expression_over_an_array_returns_a_result_for_each_member(cloudwatch):
    put(cloudwatch, 3.0, name="A")
    put(cloudwatch, 4.0, name="B")

    found = get(
        cloudwatch,
        query("m1", name="A", ReturnData=False),
        query("m2", name="B", ReturnData=False),
        {"Id": "e1", "Expression": "METRICS() * 2", "Label": "twice"},
    )["MetricDataResults"]

    assert [(r["Label"], r["Values"]) for r in found] == [("twice A", [6.0]), ("twice B", [8.0])]


def test_a_search_finds_series_of_all_dimension_values(cloudwatch):
    for table in ("a", "b"):
        put(cloudwatch, 1.0, dimensions={"TableName": table})
    put(cloudwatch, 1.0, dimensions={"TableName": "a", "Operation": "x"})

    found = get(cloudwatch, {
        "Id": "e1", "Expression": "SEARCH('{shop,TableName} MetricName=\"Errors\"', 'Sum', 60)",
    })["MetricDataResults"]  # fmt: skip

    assert [(r["Label"], r["Values"]) for r in found] == [("a", [1.0]), ("b", [1.0])]


def test_an_insight_query_sums_over_series(cloudwatch):
    for operation, value in (("Get", 1.0), ("Put", 2.0)):
        put(cloudwatch, value, dimensions={"TableName": "a", "Operation": operation})
    sql = 'SELECT SUM(Errors) FROM SCHEMA("shop", TableName, Operation)'

    found = get(
        cloudwatch,
        {"Id": "q1", "Expression": sql, "Period": 60, "ReturnData": False},
        {"Id": "e1", "Expression": "q1 * 10"},
    )["MetricDataResults"]

    assert found[0]["Values"] == [30.0]


def test_pages_hold_every_point_once_in_order(cloudwatch):
    names = ["a", "b", "c"]
    for name in names:
        for minute in range(7):
            put(cloudwatch, float(minute), NOON - minute * MINUTE, name=name)
    queries = [query(name, name=name) for name in names] + [query("empty", name="none")]

    pages, token = [], {}
    while True:
        page = get(cloudwatch, *queries, MaxDatapoints=4, **token)
        pages.append(page["MetricDataResults"])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}

    assert len(pages) == 6
    assert all(sum(len(r["Values"]) for r in page) <= 4 for page in pages)
    for name in names:
        values = [v for page in pages for r in page if r["Id"] == name for v in r["Values"]]
        assert values == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
        codes = [r["StatusCode"] for page in pages for r in page if r["Id"] == name]
        assert codes[-1] == "Complete"
        assert set(codes[:-1]) <= {"PartialData"}


def test_one_page_holds_a_hundred_thousand_points_and_not_more(emulator, cloudwatch):
    from tablewright_emulator.cloudwatch.metrics.grid import Aggregate
    from tablewright_emulator.cloudwatch.metrics.store import MetricName

    start = int(NOON.timestamp()) - 14 * 86_400
    for number in range(6):
        series = emulator.cloudwatch.metrics.metric(
            ACCOUNT, "eu-west-1", MetricName("shop", f"n{number}")
        ).series("None")
        for minute in range(14 * 1440):
            series.record(start + 60 * minute, Aggregate.of(1.0))
    queries = [query(f"m{n}", name=f"n{n}") for n in range(6)]

    first = get(cloudwatch, *queries, start=NOON - timedelta(days=14))
    second = get(
        cloudwatch, *queries, start=NOON - timedelta(days=14), NextToken=first["NextToken"]
    )

    sizes = [sum(len(r["Values"]) for r in p["MetricDataResults"]) for p in (first, second)]
    assert sizes == [100_800, 20_160]
    assert "NextToken" not in second


def test_old_data_is_found_only_in_the_periods_it_is_kept_in(emulator, cloudwatch):
    put(cloudwatch, 4.0, NOON - timedelta(days=13))
    emulator.clock.advance(3 * 86_400)
    span = {"start": NOON - timedelta(days=20), "end": NOON}

    found = [
        get(cloudwatch, query(period=period), **span)["MetricDataResults"][0]["Values"]
        for period in (60, 300, 3600)
    ]
    assert found == [[], [4.0], [4.0]]

    emulator.clock.advance(60 * 86_400)
    found = [
        get(cloudwatch, query(period=period), **span)["MetricDataResults"][0]["Values"]
        for period in (60, 300, 3600)
    ]
    assert found == [[], [], [4.0]]


@pytest.mark.parametrize(
    ("queries", "text"),
    [
        ([query(f"m{n}") for n in range(501)], "must not have a size greater than 500"),
        ([query("m1"), query("m1")], "not unique"),
        ([query("M1")], "not matching the expected pattern"),
        ([query(period=45)], "multiple of 60"),
        ([query(period=0)], "greater than or equal to 1"),
        ([query(stat="Median")], "Median"),
        ([query(ReturnData=False)], "must return data"),
        ([{"Id": "e1", "Expression": "m9 + 1"}], "Unknown id m9"),
        ([{"Id": "e1", "Expression": "e2"}, {"Id": "e2", "Expression": "e1"}], "refers to itself"),
        ([query(), {"Id": "e1", "Expression": "MEDIAN(m1)"}], "Unknown function MEDIAN"),
        ([query(), {"Id": "e1", "Expression": "SUM(m1)"}], "scalar"),
        ([query(), {"Id": "e1", "Expression": "ANOMALY_DETECTION_BAND(m1)"}], "not supported"),
        ([{"Id": "m1"}], "Exactly one of"),
        ([query(Expression="m2")], "Exactly one of"),
        ([{"Id": "e1", "Expression": "x" * 2049}], "less than or equal to 2048"),
    ],
)
def test_wrong_queries_are_refused(cloudwatch, queries, text):
    with pytest.raises(ClientError, match=text):
        get(cloudwatch, *queries)


def test_a_start_behind_the_end_is_refused(cloudwatch):
    with pytest.raises(ClientError, match="StartTime must be less than"):
        get(cloudwatch, start=NOON, end=NOON)


@pytest.mark.parametrize(
    ("datum", "code"),
    [
        ({"Value": 2.0**361}, "InvalidParameterValue"),
        ({"Value": 1.0, "Values": [1.0]}, "InvalidParameterCombination"),
        ({}, "MissingParameter"),
        ({"Values": [1.0], "Counts": [1.0, 2.0]}, "InvalidParameterValue"),
        ({"Values": [1.0], "Counts": [0.0]}, "InvalidParameterValue"),
        ({"Values": [float(n) for n in range(151)]}, "InvalidParameterValue"),
        ({"StatisticValues": {"SampleCount": 0.0, "Sum": 0.0, "Minimum": 0.0, "Maximum": 0.0}},
         "InvalidParameterValue"),
        ({"Value": 1.0, "Timestamp": NOON - timedelta(days=15)}, "InvalidParameterValue"),
        ({"Value": 1.0, "Timestamp": NOON + timedelta(hours=3)}, "InvalidParameterValue"),
        ({"Value": 1.0, "StorageResolution": 30}, "InvalidParameterValue"),
        ({"Value": 1.0, "Unit": "Furlongs"}, "InvalidParameterValue"),
        ({"Value": 1.0, "Dimensions": [{"Name": "a", "Value": "1"}] * 2}, "InvalidParameterValue"),
        ({"Value": 1.0, "Dimensions": [{"Name": f"a{n}", "Value": "1"} for n in range(31)]},
         "InvalidParameterValue"),
    ],
)  # fmt: skip
def test_wrong_data_is_refused_whole(cloudwatch, datum, code):
    good = {"MetricName": "Errors", "Value": 1.0}
    with pytest.raises(ClientError) as caught:
        cloudwatch.put_metric_data(
            Namespace="shop", MetricData=[good, {"MetricName": "Errors"} | datum]
        )
    assert caught.value.response["Error"]["Code"] == code
    assert get(cloudwatch)["MetricDataResults"][0]["Values"] == []


def test_not_a_number_is_refused_over_cbor(client):
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        put(client(protocol="smithy-rpc-v2-cbor"), math.nan)


def test_a_namespace_of_aws_is_not_written_to(cloudwatch):
    data = [{"MetricName": "SystemErrors", "Value": 1.0}]
    with pytest.raises(ClientError, match="Namespace is invalid"):
        cloudwatch.put_metric_data(Namespace="AWS/DynamoDB", MetricData=data)


def test_statistics_come_for_the_exact_dimensions_only(cloudwatch):
    put(cloudwatch, 1.0, dimensions={"Table": "a"}, Unit="Count")
    put(cloudwatch, 9.0, dimensions={"Table": "a", "Index": "b"}, Unit="Count")

    found = cloudwatch.get_metric_statistics(
        Namespace="shop",
        MetricName="Errors",
        Dimensions=[{"Name": "Table", "Value": "a"}],
        StartTime=NOON - 5 * MINUTE,
        EndTime=NOON + MINUTE,
        Period=60,
        Statistics=["Sum", "Maximum"],
        ExtendedStatistics=["p99"],
    )

    (point,) = found["Datapoints"]
    assert found["Label"] == "Errors"
    assert (point["Sum"], point["Maximum"], point["Unit"]) == (1.0, 1.0, "Count")
    assert point["ExtendedStatistics"] == {"p99": 1.0}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"Period": 60, "StartTime": NOON - timedelta(days=2)}, "2,880 datapoints"),
        ({"Period": 7}, "multiple of 60"),
        ({"Statistics": None}, "either Statistics or ExtendedStatistics"),
        ({"EndTime": NOON - timedelta(days=3)}, "StartTime must be less"),
        ({"Statistics": ["Median"]}, "enum value set"),
    ],
)
def test_wrong_statistics_requests_are_refused(cloudwatch, changes, text):
    request = {
        "Namespace": "shop",
        "MetricName": "Errors",
        "StartTime": NOON - 5 * MINUTE,
        "EndTime": NOON,
        "Period": 60,
        "Statistics": ["Sum"],
    }
    asked = {k: v for k, v in (request | changes).items() if v is not None}
    with pytest.raises(ClientError, match=text):
        cloudwatch.get_metric_statistics(**asked)


def listed(reply):
    return [
        (m["MetricName"], {d["Name"]: d["Value"] for d in m["Dimensions"]})
        for m in reply["Metrics"]
    ]


def test_metrics_are_listed_by_namespace_name_and_subset_of_dimensions(cloudwatch):
    put(cloudwatch, name="A", dimensions={"Table": "a"})
    put(cloudwatch, name="A", dimensions={"Table": "a", "Index": "i"})
    put(cloudwatch, name="B", dimensions={"Table": "b"})

    assert listed(cloudwatch.list_metrics(Namespace="shop", MetricName="B")) == [
        ("B", {"Table": "b"})
    ]
    with_table = cloudwatch.list_metrics(Dimensions=[{"Name": "Table", "Value": "a"}])
    assert listed(with_table) == [
        ("A", {"Index": "i", "Table": "a"}), ("A", {"Table": "a"}),
    ]  # fmt: skip
    assert len(listed(cloudwatch.list_metrics(Dimensions=[{"Name": "Table"}]))) == 3
    assert listed(cloudwatch.list_metrics(Namespace="other")) == []


def test_metrics_are_listed_in_pages_of_five_hundred(cloudwatch):
    data = [{"MetricName": f"m{n:04}", "Value": 1.0} for n in range(1000)]
    cloudwatch.put_metric_data(Namespace="shop", MetricData=data)
    put(cloudwatch, name="one-more")

    pages = list(cloudwatch.get_paginator("list_metrics").paginate())

    assert [len(page["Metrics"]) for page in pages] == [500, 500, 1]


def test_metrics_without_recent_data_are_not_listed(emulator, cloudwatch):
    put(cloudwatch, name="old")
    emulator.clock.advance(4 * 3600)
    put(cloudwatch, name="new", at=emulator.clock.now())

    assert [name for name, _ in listed(cloudwatch.list_metrics(RecentlyActive="PT3H"))] == ["new"]
    emulator.clock.advance(14 * 86_400 - 3600)
    assert [name for name, _ in listed(cloudwatch.list_metrics())] == ["new"]


def test_a_thousand_and_one_data_are_too_many(cloudwatch):
    data = [{"MetricName": "m", "Value": 1.0}] * 1001
    with pytest.raises(ClientError, match="must not have a size greater than 1000"):
        cloudwatch.put_metric_data(Namespace="shop", MetricData=data)


def test_high_resolution_data_is_read_by_the_second(cloudwatch):
    for second in (1, 2, 14):
        put(cloudwatch, 1.0, NOON + timedelta(seconds=second), StorageResolution=1)

    (result,) = get(cloudwatch, query(period=10), start=NOON)["MetricDataResults"]

    assert points(result) == [(NOON + timedelta(seconds=10), 1.0), (NOON, 2.0)]
