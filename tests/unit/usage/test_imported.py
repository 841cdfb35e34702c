"""Files of others: CSV and CloudWatch's JSON, gzip of both; what cannot be is told by line."""

import datetime as dt
import gzip
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.errors import InputError
from tablewright.report.cost.usage import chart, csv_lines, lines
from tablewright.usage.day import ResourceId
from tablewright.usage.history import table_history
from tablewright.usage.imported import imported
from tablewright.usage.metrics import CONSUMED_READ, CONSUMED_WRITE, PROVISIONED_READ

ORDERS = ResourceId("111111111111", "eu-west-1", "orders")
READS, WRITES = CONSUMED_READ.column, CONSUMED_WRITE.column


def read(tmp_path, text, period=None, name="usage.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return imported(path, ORDERS, period)


FIVE_MINUTES = """timestamp,read_units,write_units
2026-11-01T00:00:00Z,300,10
2026-11-01T00:05:00Z,0,5
2026-11-01T00:15:00Z,600,
"""


def test_a_longer_period_is_shared_out_and_told(tmp_path):
    content = read(tmp_path, FIVE_MINUTES)
    (day,) = content.days
    assert content.period_seconds == day.period_seconds == 300
    reads = day.column(READS)
    assert list(reads[:10]) == [60] * 5 + [0] * 5
    assert np.isnan(reads[10:15]).all()
    assert list(reads[15:20]) == [120] * 5
    assert list(day.column(WRITES)[:10]) == [2] * 5 + [1] * 5
    assert np.isnan(day.column(WRITES)[15:20]).all()
    assert any("shared out evenly" in assumption for assumption in content.assumptions)


def test_gzip_and_a_byte_order_mark_are_read(tmp_path):
    text = ("\ufeff" + FIVE_MINUTES).encode()
    assert read(tmp_path, gzip.compress(text)).days[0].column(READS)[0] == 60


def test_offsets_are_turned_into_utc_and_days_are_those_of_utc(tmp_path):
    content = read(
        tmp_path,
        "timestamp,read_units\n2026-11-01T23:59:00-01:00,60\n2026-11-02T00:00:00-01:00,120\n",
    )
    (day,) = content.days
    assert day.day == dt.date(2026, 11, 2)
    assert list(day.column(READS)[59:61]) == [60, 120]
    assert content.assumptions == ()


def test_times_without_an_offset_are_taken_as_utc_and_that_is_told(tmp_path):
    content = read(
        tmp_path, "timestamp,read_units\n2026-11-01 10:00:07,1.5\n2026-11-01 10:01:07,2\n"
    )
    assert content.days[0].column(READS)[600] == 1.5
    assert "times without an offset are taken as UTC" in content.assumptions
    assert "times are cut to whole minutes" in content.assumptions


def test_what_get_metric_data_prints_is_read(tmp_path):
    times = ["2026-11-01T00:01:00+00:00", "2026-11-01T00:00:00+00:00"]
    document = {
        "MetricDataResults": [
            {"Id": "r", "Label": "ConsumedReadCapacityUnits", "Timestamps": times,
             "Values": [120.0, 60.0], "StatusCode": "Complete"},
            {"Id": "p", "Label": "ProvisionedReadCapacityUnits", "Timestamps": times,
             "Values": [5.0, 5.0], "StatusCode": "Complete"},
        ]
    }  # fmt: skip
    (day,) = read(tmp_path, json.dumps(document)).days
    assert list(day.column(READS)[:2]) == [60, 120]
    assert list(day.column(PROVISIONED_READ.column)[:2]) == [5, 5]


def test_what_get_metric_statistics_prints_is_read(tmp_path):
    points = [
        {"Timestamp": f"2026-11-01T00:{minute:02}:00Z", "Sum": 300.0, "Unit": "Count"}
        for minute in (0, 5, 10)
    ]
    text = json.dumps({"Label": "ConsumedWriteCapacityUnits", "Datapoints": points})
    (day,) = read(tmp_path, text).days
    assert list(day.column(WRITES)[:15]) == [60] * 15


HEADER = "timestamp,read_units,write_units\n"
MINUTE = "2026-11-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "1: the first line is empty"),
        ("time,reads\n", "1: the first line is time,reads"),
        (HEADER, "has no datapoint"),
        (HEADER + "yesterday,1,1\n", ":2: 'yesterday' is not a time"),
        (HEADER + f"{MINUTE},-1,1\n", ":2: -1 units"),
        (HEADER + f"{MINUTE},nan,1\n", ":2: nan units"),
        (HEADER + f"{MINUTE},many,1\n", ":2: 'many' is not a number"),
        (HEADER + f"{MINUTE},1\n", ":2: 2 values, where the header has 3"),
        (HEADER + f"{MINUTE},1,1\n", "one datapoint"),
        (HEADER + f"{MINUTE},1,1\n{MINUTE},2,2\n2026-11-01T00:01:00Z,1,1\n", ":3: two datapoints"),
        (
            HEADER + f"{MINUTE},1,1\n2026-11-01T00:01:00,1,1\n",
            "with and without an offset",
        ),
        (
            HEADER + f"{MINUTE},1,1\n2026-11-01T00:05:00Z,1,1\n2026-11-01T00:10:00Z,1,1\n"
            "2026-11-01T00:11:00Z,1,1\n",
            "mixes periods",
        ),
        (
            HEADER + "".join(f"2026-11-01T00:{minute:02}:00Z,1,1\n" for minute in range(20))
            + "".join(f"2026-11-01T01:{minute:02}:00Z,5,5\n" for minute in range(0, 60, 5)),
            "60 and, running, 300 seconds apart, so it mixes periods",
        ),
        (
            HEADER + "".join(f"2026-11-01T00:{minute:02}:00Z,1,{'' if minute % 5 else 5}\n"
                             for minute in range(60)),
            "so it mixes periods",
        ),
        (HEADER + f"{MINUTE},1e15,1\n", ":2: 1e15 units"),
        (HEADER + f"{MINUTE},1,1\n2026-11-01T00:07:00Z,1,1\n", "every 420 seconds"),
        ("{", "is not JSON"),
        ('{"Datapoints": 3}', "is not what CloudWatch answers"),
        ('{"MetricDataResults": [{"Label": "Latency", "Timestamps": [], "Values": []}]}',
         "has a metric 'Latency'"),
        (('{"MetricDataResults": [{"Label": "ConsumedReadCapacityUnits", "Timestamps": [], '
         '"Values": [], "StatusCode": "PartialData"}]}'), "is PartialData"),
        (('{"MetricDataResults": [{"Label": "ConsumedReadCapacityUnits", "Timestamps": '
         '["2026-11-01T00:00:00Z"], "Values": [1, 2]}]}'), "has 1 times and 2 values"),
        (b"\x1f\x8b\x08cut", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(tmp_path, text, complaint):
    with pytest.raises(InputError) as error:
        read(tmp_path, text)
    assert complaint in error.value.message
    assert error.value.next_step


def test_a_stated_period_makes_regular_gaps_what_they_are(tmp_path):
    rows = "".join(f"2026-11-01T00:{minute:02}:00Z,1,{'' if minute % 5 else 5}\n"
                   for minute in range(60))  # fmt: skip
    (day,) = read(tmp_path, HEADER + rows, period=60).days
    assert np.nansum(day.column(WRITES)) == 60
    assert np.isnan(day.column(WRITES)[:60]).sum() == 48


@pytest.mark.parametrize("period", [0, -60, 7, 90, 86_460])
def test_a_stated_period_is_whole_minutes(tmp_path, period):
    with pytest.raises(InputError, match=f"cannot stand for {period} seconds"):
        read(tmp_path, HEADER + f"{MINUTE},600,60\n", period=period)


def test_gaps_and_parts_of_units_are_told(tmp_path):
    rows = "2026-11-01T00:01:00Z,1,1\n2026-11-01T00:02:00Z,0.5,\n2026-11-01T00:05:00Z,1,1\n"
    content = read(tmp_path, HEADER + f"{MINUTE},1,1\n" + rows)
    assert content.assumptions == (
        "3 of 6 minutes have no datapoint, and stay missing",
        "a part of a unit is kept, and counts as a unit where capacity is chosen",
    )


def test_a_stated_period_makes_one_datapoint_enough(tmp_path):
    (day,) = read(tmp_path, HEADER + f"{MINUTE},600,60\n", period=600).days
    assert list(day.column(READS)[:10]) == [60] * 10
    assert np.isnan(day.column(READS)[10])


@settings(max_examples=30)
@given(
    values=st.lists(st.one_of(st.none(), st.integers(0, 2**24)), min_size=3, max_size=40).filter(
        lambda values: values[0] is not None and values[-1] is not None
    )
)
def test_export_and_import_are_inverse(tmp_path_factory, values):
    start = dt.datetime(2026, 11, 1, 23, 30, tzinfo=dt.UTC)
    rows = [
        f"{start + dt.timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ},{units},{units}"
        for minute, units in enumerate(values)
        if units is not None
    ]
    folder = tmp_path_factory.mktemp("usage")
    first = read(folder, HEADER + "\n".join(rows), period=60)
    history = table_history(first.days).table
    again = read(folder, "\n".join(csv_lines(history)), period=60, name="again.csv")
    assert [day.day for day in again.days] == [day.day for day in first.days]
    for one, other in zip(first.days, again.days, strict=True):
        for column in (READS, WRITES):
            np.testing.assert_array_equal(one.column(column), other.column(column))


def test_a_chart_shows_peaks_gaps_and_its_scale(tmp_path):
    history = table_history(read(tmp_path, FIVE_MINUTES).days).table
    shown = list(lines(history, width=34, height=2))
    assert "orders (eu-west-1), 2026-11-01 00:00 to 2026-11-01 00:20 UTC" in shown[0]
    assert "at most 2.00 in a minute, 5 minutes missing" in shown[1]
    assert shown[2].strip().startswith("2.0 ┤")
    assert shown[2].endswith("█████")
    assert "·····" in shown[3]
    assert list(chart(np.zeros(4), 4, 1)) == ["      0.0 ┤"]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        *(("account", value) for value in ("", "abc", "../..", "12345678901", "1234567890123")),
        *(("region", value) for value in ("", "mars", "../x-1", "EU-west-1", "eu-west-1/..")),
        *(("table", value) for value in ("", "a b", "../orders", "ab", "x" * 256, "orders\n")),
        *(("index", value) for value in ("a b", "../by-user", "x" * 256)),
    ],
)
def test_a_name_that_aws_cannot_have_is_refused_and_never_a_path(tmp_path, part, value):
    path = tmp_path / "usage.csv"
    path.write_text(FIVE_MINUTES)
    with pytest.raises(InputError, match=f"there is no {part} "):
        imported(path, replace(ORDERS, **{part: value}))


@pytest.mark.parametrize("region", ["us-gov-west-1", "ap-southeast-2", "eusc-de-east-1"])
def test_regions_of_every_partition_are_taken(tmp_path, region):
    path = tmp_path / "usage.csv"
    path.write_text(FIVE_MINUTES)
    assert imported(path, replace(ORDERS, region=region)).days[0].resource.region == region
