import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.loaders import create_loader

from tablewright.aws.reading import IndexReading, LiveReplica
from tablewright.checks.rules import RULES
from tablewright.checks.verdict import CheckFinding, Verdict
from tablewright.checks.verify import verify
from tablewright.fleet.reading import Unread
from tablewright.fleet.scaling import LiveScaling, TargetTracking
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import DeclaredStack, Insights
from tablewright.plan.facets import FACETS, Facet
from tablewright.plan.scaling import Scaling as DeclaredScaling
from tablewright.plan.table import (
    Encryption,
    GlobalIndex,
    Key,
    LocalIndex,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Throughput,
    TimeToLive,
)

STREAM = "arn:aws:dynamodb:ap-southeast-2:123456789012:table/events/stream/2026-11-20T00:00:00.000"
Judge = Callable[..., list[CheckFinding]]

INDEX = GlobalIndex("by-user", Key(("userId",), ("timestamp",)), Projection("ALL"))


def test_what_lives_as_declared_passes_in_every_fact(declared: DeclaredStack, live: LiveStack):
    report = verify(declared, live)
    assert [finding for finding in report.findings if finding.verdict is not Verdict.PASSED] == []
    assert {finding.rule for finding in report.findings} >= {
        *("TW101", "TW102", "TW103", "TW105", "TW107", "TW108", "TW109", "TW110", "TW111"),
        *("TW112", "TW113", "TW114", "TW116", "TW117", "TW121", "TW122", "TW123", "TW124"),
        *("TW125", "TW131", "TW132", "TW133", "TW134", "TW135", "TW136", "TW137"),
    }
    assert (report.verdict, report.exit_status) == (Verdict.PASSED, 0)


@pytest.mark.parametrize(
    ("changes", "rule_id", "fact", "expected", "actual"),
    [
        ({"reading": {"status": "UPDATING"}}, "TW101", "table", "ACTIVE", "UPDATING"),
        (
            {"table": {"key": Key(("eventId",), ("at",))}},
            "TW102",
            "key",
            "eventId (S)",
            "eventId (S) + at (?)",
        ),
        (
            {"table": {"attributes": {"eventId": "N", "userId": "S", "timestamp": "N"}}},
            "TW102",
            "key",
            "eventId (S)",
            "eventId (N)",
        ),
        (
            {"table": {"billing_mode": "PROVISIONED"}},
            "TW103",
            "billing mode",
            "PAY_PER_REQUEST",
            "PROVISIONED",
        ),
        (
            {"table": {"stream": Stream("KEYS_ONLY")}},
            "TW107",
            "stream",
            "NEW_AND_OLD_IMAGES",
            "KEYS_ONLY",
        ),
        ({"table": {"stream": Stream(None)}}, "TW107", "stream", "NEW_AND_OLD_IMAGES", "off"),
        (
            {"live_table": {"stream_status": "DISABLING"}},
            "TW107",
            "stream: status",
            "ENABLED",
            "DISABLING",
        ),
        (
            {"reading": {"stream_arn": "arn:aws:kinesis:x:1:stream/s"}},
            "TW108",
            "stream: retention",
            "24 hours",
            "arn:aws:kinesis:x:1:stream/s is not a stream of the table",
        ),
        ({"table": {"recovery": Recovery(7)}}, "TW109", "recovery window", "35 days", "7 days"),
        ({"table": {"recovery": Recovery(0)}}, "TW109", "recovery window", "35 days", "off"),
        (
            {"table": {"encryption": Encryption("AWS_OWNED")}},
            "TW110",
            "encryption",
            "AWS_MANAGED",
            "AWS_OWNED",
        ),
        (
            {"table": {"encryption": Encryption("CUSTOMER", "arn:k")}},
            "TW110",
            "encryption",
            "AWS_MANAGED",
            "CUSTOMER arn:k",
        ),
        *(
            (
                {"reading": {"encryption_key": "arn:k", "encryption_key_state": state}},
                "TW110",
                "encryption: state of the key",
                "Enabled",
                state,
            )
            for state in ("Disabled", "PendingDeletion", "DELETED")
        ),
        ({"table": {"time_to_live": TimeToLive("x")}}, "TW111", "time to live", "off", "on x"),
        (
            {"table": {"table_class": "STANDARD_INFREQUENT_ACCESS"}},
            "TW112",
            "table class",
            "STANDARD",
            "STANDARD_INFREQUENT_ACCESS",
        ),
        ({"table": {"deletion_protection": True}}, "TW113", "deletion protection", "off", "on"),
        (
            {"table": {"on_demand_maximum": OnDemandMaximum(read=7)}},
            "TW114",
            "on-demand maximum",
            "none",
            "at most 7 reads/s",
        ),
        (
            {"reading": {"insights": ()}},
            "TW116",
            "insights",
            "ACCESSED_AND_THROTTLED_KEYS",
            "off",
        ),
        (
            {"reading": {"insights": (Insights(None, "THROTTLED_KEYS"),)}},
            "TW116",
            "insights",
            "ACCESSED_AND_THROTTLED_KEYS",
            "THROTTLED_KEYS",
        ),
        (
            {
                "reading": {
                    "insights": (
                        Insights(None, "ACCESSED_AND_THROTTLED_KEYS"),
                        Insights("by-user", "THROTTLED_KEYS"),
                    )
                }
            },
            "TW116",
            "insights on index by-user",
            "off",
            "THROTTLED_KEYS",
        ),
        (
            {"table": {"tags": {"Environment": "dev", "Team": "web"}}},
            "TW117",
            "tags",
            "Environment=dev, Team=data",
            "Environment=dev, Team=web",
        ),
        (
            {"table": {"tags": {"Environment": "dev", "Team": "data", "Extra": "1"}}},
            "TW117",
            "tags",
            "Environment=dev, Team=data",
            "Environment=dev, Extra=1, Team=data",
        ),
    ],
)
def test_a_facet_that_differs_fails_alone(
    judge: Judge, changes: Any, rule_id: str, fact: str, expected: str, actual: str
):
    [finding] = judge(**changes)
    assert (finding.rule, finding.fact) == (rule_id, fact)
    assert (finding.expected, finding.actual) == (expected, actual)
    assert finding.verdict is Verdict.FAILED
    assert finding.fix


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
def test_every_facet_has_a_check(judge: Judge, facet: Facet[Any]):
    """Two values that differ, declared and live: what is found is found of this facet alone."""
    declared, actual = {
        "deletion_protection": (True, False),
        "recovery": (Recovery(35), Recovery(7)),
        "time_to_live": (TimeToLive("expiresAt"), TimeToLive("ttl")),
        "stream": (Stream("NEW_IMAGE"), Stream("OLD_IMAGE")),
        "encryption": (Encryption("AWS_MANAGED"), Encryption("AWS_OWNED")),
        "table_class": ("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
        "on_demand_maximum": (OnDemandMaximum(5), OnDemandMaximum(6)),
        "warm_throughput": (Throughput(200, 200), Throughput(100, 100)),
    }[facet.name]
    [finding] = judge(declare={facet.name: declared}, table={facet.name: actual})
    assert (finding.fact, finding.verdict) == (facet.fact, Verdict.FAILED)
    assert facet.words(declared) in finding.expected
    assert finding.actual == facet.words(actual)


@pytest.mark.parametrize(
    ("facet", "rule_id"),
    [
        ("recovery", "TW109"),
        ("encryption", "TW110"),
        ("time_to_live", "TW111"),
        ("tags", "TW117"),
    ],
)
def test_a_facet_that_could_not_be_read_is_unknown(judge: Judge, facet: str, rule_id: str):
    [finding] = judge(table={facet: None}, live_table={"unread": {facet: "not allowed"}})
    assert (finding.rule, finding.verdict, finding.actual) == (
        rule_id,
        Verdict.UNKNOWN,
        "not allowed",
    )


def test_insights_that_could_not_be_read_are_unknown(judge: Judge):
    unread = {"insights": "not allowed", "insights[by-user]": "not allowed"}
    findings = judge(reading={"insights": ()}, live_table={"unread": unread})
    assert [finding.verdict for finding in findings] == [Verdict.UNKNOWN] * 2


def test_a_stream_whose_status_could_not_be_read_is_unknown(judge: Judge):
    unread = {"stream_status": "not allowed"}
    [finding] = judge(live_table={"stream_status": None, "unread": unread})
    assert (finding.rule, finding.verdict) == ("TW107", Verdict.UNKNOWN)


def test_what_was_not_declared_is_not_judged(judge: Judge):
    unsaid = {"recovery": None, "stream": None, "tags": None, "global_indexes": None}
    lives = {"recovery": Recovery(3), "stream": Stream(None), "tags": {"a": "b"}}
    assert judge(declare=unsaid, table={**lives, "global_indexes": ()}) == []


def test_a_missing_index_is_reported(judge: Judge):
    [finding] = judge(table={"global_indexes": ()})
    assert (finding.rule, finding.fact, finding.actual) == (
        "TW105",
        "index by-user",
        "no such index",
    )


def test_an_index_too_many_is_reported(judge: Judge):
    extra = replace(INDEX, name="extra")
    [finding] = judge(
        table={"global_indexes": (replace(INDEX, on_demand_maximum=OnDemandMaximum()), extra)},
    )
    assert (finding.fact, finding.expected) == ("global index extra", "not declared")


@pytest.mark.parametrize(
    ("index", "fact"),
    [
        (replace(INDEX, key=Key(("userId",))), "index by-user: key"),
        (replace(INDEX, projection=Projection("KEYS_ONLY")), "index by-user: projection"),
        (
            replace(INDEX, on_demand_maximum=OnDemandMaximum(write=3)),
            "index by-user: on-demand maximum",
        ),
    ],
)
def test_an_index_that_differs_is_reported(judge: Judge, index: GlobalIndex, fact: str):
    [finding] = judge(table={"global_indexes": (index,)})
    assert (finding.rule, finding.fact) == ("TW105", fact)


def test_the_order_of_projected_attributes_has_no_meaning(judge: Judge):
    said = replace(INDEX, projection=Projection("INCLUDE", frozenset(["b", "a"])))
    lives = replace(INDEX, projection=Projection("INCLUDE", frozenset(["a", "b"])))
    assert judge(declare={"global_indexes": (said,)}, table={"global_indexes": (lives,)}) == []


def test_an_index_that_is_being_built_is_not_there_yet(judge: Judge):
    building = IndexReading("by-user", "arn", "CREATING", backfilling=True)
    [finding] = judge(reading={"indexes": {"by-user": building}})
    assert (finding.fact, finding.actual) == ("index by-user: status", "CREATING")


def test_local_indexes_are_compared_and_extra_ones_reported(judge: Judge):
    local = LocalIndex("local", Key(("eventId",), ("timestamp",)), Projection("ALL"))
    assert judge(declare={"local_indexes": (local,)}, table={"local_indexes": (local,)}) == []
    [missing] = judge(declare={"local_indexes": (local,)})
    [extra] = judge(table={"local_indexes": (local,)})
    assert (missing.fact, extra.fact) == ("local index local", "local index local")


PROVISIONED = {"billing_mode": "PROVISIONED", "throughput": Throughput(5, 5)}
TAGS = {"Environment": "dev", "Team": "data"}
SCALED = LiveScaling("events", None, "read", 1, 100, (TargetTracking("p", 70.0),), tags=TAGS)
DECLARED_SCALING = {"scaling": (DeclaredScaling("read", 1, 100),)}


def test_capacity_that_differs_is_reported(judge: Judge):
    [finding] = judge(declare=PROVISIONED, table={**PROVISIONED, "throughput": Throughput(9, 5)})
    assert (finding.rule, finding.actual) == ("TW104", "9 reads/s, 5 writes/s")


def test_capacity_moved_by_its_scaling_is_no_difference(judge: Judge):
    scaled = {**PROVISIONED, "throughput": Throughput(9, 5)}
    there = {"scaling": (SCALED,)}
    assert judge(declare=PROVISIONED, table=scaled, live_table=there, said=DECLARED_SCALING) == []


@pytest.mark.parametrize("throughput", [Throughput(200, 5), Throughput(9, 9)])
def test_capacity_outside_what_scaling_may_do_is_reported(judge: Judge, throughput: Throughput):
    changed = {**PROVISIONED, "throughput": throughput}
    there = {"scaling": (SCALED,)}
    [finding] = judge(declare=PROVISIONED, table=changed, live_table=there, said=DECLARED_SCALING)
    assert finding.rule == "TW104"


def test_what_scales_is_not_promised_to_be_set_back(judge: Judge):
    [scales] = judge(
        declare=PROVISIONED,
        table={**PROVISIONED, "throughput": Throughput(101, 5)},
        live_table={"scaling": (SCALED,)},
        said=DECLARED_SCALING,
    )
    [stands] = judge(declare=PROVISIONED, table={**PROVISIONED, "throughput": Throughput(9, 5)})
    assert "by hand" in scales.fix
    assert "by hand" not in stands.fix


@pytest.mark.parametrize(
    ("replicas", "stream_arn", "word"),
    [
        (("us-east-1",), STREAM, "remove the replicas first"),
        (("us-east-1",), None, "--refresh"),
        ((), STREAM, "--refresh"),
    ],
)
def test_a_stream_that_replicates_is_not_promised_to_be_set_back(
    judge: Judge, replicas: tuple[str, ...], stream_arn: str | None, word: str
):
    there = tuple(LiveReplica(region, "ACTIVE") for region in replicas)
    found = judge(
        declare={"stream": Stream(None)}, reading={"replicas": there, "stream_arn": stream_arn}
    )
    [fix] = [each.fix for each in found if each.fact == "stream"]
    assert word in fix
    assert ("--refresh" in fix) is (word == "--refresh")


def test_capacity_that_differs_is_unknown_when_scaling_could_not_be_read(judge: Judge):
    changed = {**PROVISIONED, "throughput": Throughput(9, 5)}
    unread = {"unread": {"scaling": "not allowed"}}
    [finding] = judge(declare=PROVISIONED, table=changed, live_table=unread)
    assert (finding.rule, finding.verdict) == ("TW104", Verdict.UNKNOWN)


def test_an_index_has_capacity_of_its_own(judge: Judge):
    said = replace(INDEX, throughput=Throughput(2, 2))
    lives = replace(INDEX, throughput=Throughput(3, 2))
    findings = judge(
        declare={**PROVISIONED, "global_indexes": (said,)},
        table={**PROVISIONED, "global_indexes": (lives,)},
        live_table={"scaling": (SCALED,)},
        said=DECLARED_SCALING,
    )
    assert [finding.fact for finding in findings] == ["index by-user: capacity"]


def test_more_warm_throughput_than_declared_is_no_difference(judge: Judge):
    said = {"warm_throughput": Throughput(100, 100)}
    assert judge(declare=said, table={"warm_throughput": Throughput(200, 100)}) == []
    [less] = judge(declare=said, table={"warm_throughput": Throughput(99, 100)})
    [unread] = judge(declare=said)
    assert (less.verdict, unread.verdict) == (Verdict.FAILED, Verdict.UNKNOWN)


def test_an_index_has_warm_throughput_of_its_own(judge: Judge):
    said = {"global_indexes": (replace(INDEX, warm_throughput=Throughput(100, 100)),)}
    more = {"global_indexes": (replace(INDEX, warm_throughput=Throughput(200, 100)),)}
    less = {"global_indexes": (replace(INDEX, warm_throughput=Throughput(99, 100)),)}
    assert judge(declare=said, table=more) == []
    [finding] = judge(declare=said, table=less)
    assert (finding.rule, finding.fact) == ("TW115", "index by-user: warm throughput")


def test_what_does_not_exist_fails_once(declared: DeclaredStack, live: LiveStack):
    nothing = replace(live, tables={"events": None}, alarms={}, roles={})
    report = verify(declared, nothing)
    assert [(finding.rule, finding.verdict) for finding in report.findings] == [
        ("TW101", Verdict.FAILED),
        ("TW121", Verdict.FAILED),
        ("TW121", Verdict.FAILED),
        ("TW131", Verdict.FAILED),
    ]
    assert report.exit_status == 3


def test_what_was_refused_is_unknown_once(declared: DeclaredStack, live: LiveStack):
    refused = Unread("not allowed")
    report = verify(
        declared,
        replace(
            live,
            tables={"events": refused},
            alarms={"user-errors": refused, "system-errors": refused},
            roles={"read-role": refused},
        ),
    )
    assert {finding.verdict for finding in report.findings} == {Verdict.UNKNOWN}
    assert report.counts == {"passed": 0, "failed": 0, "unknown": 4}
    assert report.exit_status == 4


def test_a_difference_outweighs_what_is_unknown(declared: DeclaredStack, live: LiveStack):
    report = verify(declared, replace(live, tables={"events": Unread("x")}, roles={}))
    assert (report.exit_status, len(report.failed), len(report.unknown)) == (3, 1, 1)


def test_alarms_of_the_stack_as_a_whole_are_proved_too(declared: DeclaredStack, live: LiveStack):
    [table] = declared.tables
    report = verify(replace(declared, tables=(), alarms=table.alarms), live)
    assert {finding.subject for finding in report.findings} == {"user-errors", "system-errors"}
    assert report.exit_status == 0


def test_the_report_is_plain_json(declared: DeclaredStack, live: LiveStack):
    report = verify(declared, live)
    read_back = json.loads(json.dumps(report.to_json()))
    assert read_back["verdict"] == "passed"
    assert read_back["counts"]["passed"] == len(read_back["findings"])
    assert read_back["findings"][0] == {
        "rule": "TW101",
        "kind": "table",
        "subject": "events",
        "fact": "table",
        "verdict": "passed",
        "expected": "ACTIVE",
        "actual": "ACTIVE",
        "fix": "",
    }


def test_rules_have_unique_ids_titles_reasons_and_permissions():
    assert len({each.id for each in RULES}) == len({each.title for each in RULES}) == len(RULES)
    for each in RULES:
        assert each.why.endswith(".")
        assert not each.title.endswith(".")
        assert all(":" in action for action in each.iam)
    assert [each.id for each in RULES] == sorted(each.id for each in RULES)


def test_every_permission_of_a_rule_is_an_operation_of_its_service():
    services = {"dynamodb": ("dynamodb", "dynamodbstreams")}
    loader = create_loader()
    for each in RULES:
        for action in each.iam:
            prefix, operation = action.split(":")
            names = services.get(prefix, (prefix,))
            models = [loader.load_service_model(name, "service-2") for name in names]
            assert any(operation in model["operations"] for model in models), action
