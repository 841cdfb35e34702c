"""The report's page: what its data says, how small it stays, and that nothing breaks out of it."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from tablewright.fleet.live import LiveTable
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable, Grant, Role, Trust
from tablewright.report.page.access import kind_of
from tablewright.report.page.content import ReportSource
from tablewright.report.page.document import document_of
from tablewright.report.page.packing import ALPHABET, events, packed, runs
from tablewright.report.page.use import STEPS, step_minutes
from tablewright.report.page.writing import page
from tests.support import report_content
from tests.support.report_content import document, live

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\u2028&\"'"
NUMBERS = {chr(letter): number for number, letter in enumerate(ALPHABET)}


@pytest.fixture(scope="module")
def small():
    return document(3)


def unpacked(series):
    top, text = series
    parts = [NUMBERS[a] << 6 | NUMBERS[b] for a, b in zip(text[::2], text[1::2], strict=True)]
    return [None if part == 4095 else part / 4094 * top for part in parts]


def data_of(html: str):
    text = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    return json.loads(text[1])


def table(document_, name):
    return next(row for row in document_["tables"] if row["name"] == name)


@pytest.mark.parametrize("top", [0.001, 1.0, 40_000.0])
def test_a_packed_series_is_off_by_little_of_its_highest_value(top):
    values = np.append(np.random.default_rng(1).random(500) * top, top)
    values[7] = np.nan
    back = unpacked(packed(values))
    assert back[7] is None
    for value, shown in zip(values, back, strict=True):
        assert shown is None or abs(shown - value) <= top * 1.3e-4


def test_series_of_nothing_and_of_zeros_are_told_apart():
    assert unpacked(packed(np.full(2, np.nan))) == [None, None]
    assert unpacked(packed(np.zeros(2))) == [0, 0]


def test_levels_and_events_are_kept_where_they_change():
    assert runs(np.array([np.nan, 5, 5, 7.5])) == [[0, None], [1, 5.0], [3, 7.5]]
    assert events(np.array([0, 0, 3, np.nan, 1])) == [[2, 3], [4, 1]]


@pytest.mark.parametrize(("tables", "step"), [(3, 1), (300, 15), (2000, 60), (100_000, STEPS[-1])])
def test_more_tables_have_coarser_series(tables, step):
    assert step_minutes(tables, 14) == step


def test_use_is_told_with_what_was_provisioned_and_throttled(small):
    use = table(small, "table-0001")["use"]
    writes = use["resources"][0]["write"]
    assert writes["held"] == [[0, 200.0]]
    assert [count for _, count in writes["throttled"]] == [17]
    assert writes["causes"] == {"WriteProvisionedThroughputThrottleEvents": 17}
    assert use["resources"][0]["read"]["inUse"] == pytest.approx(2 * 45 / 400, rel=0.01)
    week = unpacked(use["week"]["write"])
    assert len(week) == 168
    assert np.mean(week) == pytest.approx(writes["mean"], rel=0.01)


def test_use_without_capacity_is_called_on_demand_only_where_the_table_is():
    """A file that was imported tells neither mode nor capacity."""
    made, text = report_content.content(2, 1)
    imported = {place: {**use, "mode": None} for place, use in made.use.items()}
    live = ["on demand", "provisioned, not measured"]
    for of_use, there, said in (
        (made.use, (), live),
        (imported, made.live, live),
        (imported, (), ["not measured"] * 2),
    ):
        shown = document_of(replace(made, use=of_use, live=there), text)
        assert [row["use"]["unheld"] for row in shown["tables"]] == said


def test_a_week_starts_on_monday():
    """15 November 2026 is a Sunday: of one day, the last 24 hours of the week are known."""
    week = unpacked(document(1, 7)["tables"][0]["use"]["week"]["read"])
    assert None not in week
    single = report_content.table_use(report_content.history(0, 1), 1)
    known = [value is not None for value in unpacked(single["week"]["read"])]
    assert known == [False] * 144 + [True] * 24


def test_money_is_that_of_the_decisions(small):
    decided = report_content.decision(0)
    shown = table(small, "table-0000")["money"]
    assert shown["now"][2] == float(round(decided.current.usd_per_month, 2))
    assert shown["best"][2] == float(round(decided.decision.usd_per_month, 2))
    assert small["texts"][shown["best"][0]] == decided.decision.name
    assert small["money"]["saving"] == pytest.approx(
        sum(row["money"]["now"][2] - row["money"]["best"][2] for row in small["tables"]), abs=0.02
    )
    reads = small["money"]["prices"]["eu-west-1"]["read"]
    assert reads[2] == pytest.approx(reads[0] * 1e6 / (reads[1] * 3600))


def test_findings_point_to_their_tables(small):
    numbers = {number for number, *_ in small["audit"]["findings"]}
    assert numbers == {0, 1, 2}
    failed = [finding for finding in small["audit"]["findings"] if finding[2] == 0]
    assert len(failed) == sum(small["audit"]["counts"].values())


def test_every_part_says_from_where_and_when_it_is_or_why_it_is_missing():
    sources = (
        ReportSource("live", "DynamoDB", report_content.WHEN, gaps=("orders, tags: not allowed",)),
        ReportSource("usage", "CloudWatch", missing="there is no usage in usage"),
    )
    shown = document(1, sources=sources)["sources"]
    assert shown[0]["when"] == int(report_content.WHEN.timestamp())
    assert shown[0]["gaps"] == ["orders, tags: not allowed"]
    assert shown[1]["missing"] == "there is no usage in usage"
    assert shown[1]["when"] is None


def test_a_stack_shows_tables_that_are_declared_and_not_live_and_no_others():
    there = live(0)
    missing = DeclaredTable(live(1).table)
    stack = DeclaredStack("shop", "dev", "eu-west-1", (DeclaredTable(there.table), missing))
    shown = document(3, declared=stack, live=(there,))
    assert [row["name"] for row in shown["tables"]] == ["table-0000", "table-0001"]
    assert "status" in shown["tables"][0]
    assert "status" not in shown["tables"][1]
    assert shown["tables"][1]["wanted"]
    assert shown["fleet"] is False


def test_access_is_by_kind_of_action_for_roles_and_resource_policies():
    role = Role(
        key="r",
        name="reader",
        policy_name="p",
        description="",
        trust=Trust(services=("lambda.amazonaws.com",)),
        grants=(
            Grant(
                "Read",
                ("dynamodb:GetItem", "dynamodb:Query"),
                ("table",),
                {"StringEquals": {"aws:SourceVpc": ["vpc-1"]}},
            ),
        ),
    )
    there = live(0)
    policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::1:root"]},
                "Action": "dynamodb:*",
            },
            {"Effect": "Deny", "Principal": "*", "Action": ["dynamodb:DeleteTable"]},
        ]
    }
    with_policy = LiveTable(there.reading, there.region, there.account_id, policy=policy)
    stack = DeclaredStack("s", "dev", "eu-west-1", (DeclaredTable(there.table, roles=(role,)),))
    declared, allowed, denied = document(1, declared=stack, live=(with_policy,))["access"]
    assert declared["allows"] == {"read": ["GetItem", "Query"]}
    assert declared["limits"] == ["only if aws:SourceVpc StringEquals"]
    assert allowed["who"] == "arn:aws:iam::1:root"
    assert set(allowed["allows"]) >= {"read", "write", "settings"}
    assert denied["allows"] == {}
    assert denied["limits"] == ["denies dynamodb:DeleteTable"]


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("dynamodb:GetItem", "read"),
        ("dynamodb:BatchWriteItem", "write"),
        ("dynamodb:DeleteItem", "write"),
        ("dynamodb:UpdateItem", "write"),
        ("dynamodb:DeleteTable", "settings"),
        ("dynamodb:UpdateTable", "settings"),
        ("dynamodb:GetRecords", "stream"),
        ("dynamodb:ListStreams", "stream"),
        ("dynamodb:ExportTableToPointInTime", "export"),
        ("dynamodb:PartiQLSelect", "read"),
        ("dynamodb:PartiQLDelete", "write"),
        ("kms:Decrypt", "key"),
        ("s3:PutObject", "other"),
    ],
)
def test_actions_have_a_kind(action, kind):
    assert kind_of(action) == kind


def test_no_credentials_of_the_backend_are_shown(small):
    status = {"stack": "s/dev", "backend": "postgres://me:hunter2@db/x?password=hunter2"}
    shown = document(1, status=status)
    assert shown["status"]["backend"] == "postgres://db/x"


def test_hostile_names_and_tags_stay_data():
    html = page(document(1, title=HOSTILE, name=HOSTILE, tags={HOSTILE: HOSTILE}))
    assert len(re.findall(r"<script\b", html)) == 2
    assert html.count("</script>") == 2
    assert "<img src=x" not in html
    data = data_of(html)
    assert data["tables"][0]["tags"] == [[HOSTILE, HOSTILE]]
    assert data["title"] == HOSTILE


def test_the_policy_allows_the_pages_own_script_and_style_and_no_address(small):
    html = page(small)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    script = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)[0]
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    for text in (script, style):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    assert "unsafe" not in policy
    assert "connect-src" not in policy
    assert "connect-src 'self'" in page({**small, "refresh": 2})


def test_the_chart_library_comes_with_its_licence(small):
    html = page(small)
    assert "Permission is hereby granted, free of charge" in html
    assert "leeoniya/uPlot (v1.6.32)" in html


def test_two_thousand_tables_over_two_weeks_stay_below_ten_megabytes():
    html = page(document(2000)).encode()
    assert len(html) < 10_000_000
    assert len(data_of(html.decode())["tables"]) == 2000


def test_what_follows_from_a_part_that_could_not_be_read_is_not_invented():
    shown = document(1, audit=None, money={}, fleet_money=None, use={}, hot_keys={})
    assert shown["audit"] is None
    assert shown["money"] is None
    assert shown["tables"][0]["use"] is None
    assert shown["tables"][0]["money"] is None
