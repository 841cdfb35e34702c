"""What hangs on a table, on its replicas, and on the stack as a whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tablewright.aws.reading import LiveReplica, TableReading
from tablewright.checks.verdict import CheckFinding, Verdict
from tablewright.checks.verify import verify
from tablewright.fleet.live import LiveKinesisDestination as LiveDestination
from tablewright.fleet.reading import Unread
from tablewright.fleet.scaling import LiveScaling, LiveSchedule, TargetTracking
from tablewright.plan.declaration.declared import Dashboard, Insights, KinesisDestination
from tablewright.plan.owner import OWNER_TAG
from tablewright.plan.replica import GlobalTable, Replica, ReplicaIndex
from tablewright.plan.scaling import Scaling as DeclaredScaling
from tablewright.plan.scaling import Schedule as DeclaredSchedule
from tablewright.plan.scaling import Suspension
from tablewright.plan.table import Encryption, OnDemandMaximum, Recovery, Throughput

Judge = Callable[..., list[CheckFinding]]

SAID = DeclaredScaling(
    "read",
    5,
    50,
    target=Decimal(60),
    scale_in_cooldown_seconds=30,
    schedules=(
        DeclaredSchedule(
            "night", "cron(0 20 * * ? *)", "UTC", "2026-12-01T00:00:00", None, 1, None
        ),
    ),
)
POLICY = TargetTracking("policy", 60.0, 30, None)
NIGHT = LiveSchedule(
    "night", "cron(0 20 * * ? *)", "UTC", datetime(2026, 12, 1, tzinfo=UTC), None, 1, None
)
TAGS = {"Environment": "dev", "Team": "data"}
LIVES = LiveScaling("events", None, "read", 5, 50, (POLICY,), (NIGHT,), tags=TAGS)


def test_scaling_as_declared_passes(judge: Judge):
    assert judge(said={"scaling": (SAID,)}, live_table={"scaling": (LIVES,)}) == []


@pytest.mark.parametrize(
    "lives",
    [
        (),
        (replace(LIVES, minimum=6),),
        (replace(LIVES, maximum=51),),
        (replace(LIVES, policies=(replace(POLICY, target=60.5),)),),
        (replace(LIVES, policies=(replace(POLICY, scale_in_cooldown_seconds=0),)),),
        (replace(LIVES, policies=(replace(POLICY, disable_scale_in=True),)),),
        (replace(LIVES, policies=()),),
        (replace(LIVES, policies=(POLICY, POLICY)),),
        (replace(LIVES, schedules=()),),
        (replace(LIVES, schedules=(replace(NIGHT, minimum=2),)),),
        (replace(LIVES, schedules=(replace(NIGHT, start=None),)),),
        (replace(LIVES, suspended=Suspension(scale_in=True)),),
        (replace(LIVES, beyond=("policy x",)),),
    ],
)
def test_scaling_that_differs_fails(judge: Judge, lives: tuple[LiveScaling, ...]):
    [finding] = judge(said={"scaling": (SAID,)}, live_table={"scaling": lives})
    assert (finding.rule, finding.fact) == ("TW118", "scaling of reads")


@pytest.mark.parametrize(
    "change",
    [
        {"suspended": Suspension(scale_out=True)},
        {"suspended": Suspension(scale_in=True, scheduled=True)},
    ],
)
def test_what_is_declared_to_be_suspended_passes(judge: Judge, change: dict[str, Any]):
    said, lives = replace(SAID, **change), replace(LIVES, **change)
    assert judge(said={"scaling": (said,)}, live_table={"scaling": (lives,)}) == []
    [finding] = judge(said={"scaling": (said,)}, live_table={"scaling": (LIVES,)})
    assert "suspended" in finding.expected


@pytest.mark.parametrize("schedules", [True, False])
def test_a_target_without_a_policy_passes_where_it_is_declared_so(judge: Judge, schedules: bool):  # noqa: FBT001
    said = DeclaredScaling("read", 5, 50, target=None, schedules=SAID.schedules * schedules)
    lives = replace(LIVES, policies=(), schedules=LIVES.schedules * schedules)
    assert judge(said={"scaling": (said,)}, live_table={"scaling": (lives,)}) == []


def test_bounds_that_a_schedule_has_set_pass_and_others_do_not(judge: Judge):
    night = replace(SAID.schedules[0], minimum=1, maximum=7)
    said = replace(SAID, schedules=(night,))
    lives = replace(LIVES, schedules=(replace(NIGHT, maximum=7),))
    by_schedule = replace(lives, minimum=1, maximum=7)
    assert judge(said={"scaling": (said,)}, live_table={"scaling": (by_schedule,)}) == []
    by_hand = replace(lives, minimum=2)
    [finding] = judge(said={"scaling": (said,)}, live_table={"scaling": (by_hand,)})
    assert finding.fact == "scaling of reads"


def test_scaling_that_nobody_declared_fails(judge: Judge):
    of_index = replace(LIVES, index="by-user", direction="write")
    [finding] = judge(live_table={"scaling": (of_index,)})
    assert (finding.fact, finding.expected) == ("scaling of writes of index by-user", "none")


def test_what_up_never_made_is_not_promised_to_be_taken_away_by_it(judge: Judge):
    extra = replace(LIVES, schedules=(NIGHT, replace(NIGHT, name="day")))
    [of_a_side] = judge(live_table={"scaling": (LIVES,)})
    [of_a_schedule] = judge(said={"scaling": (SAID,)}, live_table={"scaling": (extra,)})
    changed = replace(LIVES, schedules=(replace(NIGHT, minimum=2),))
    [of_a_bound] = judge(said={"scaling": (SAID,)}, live_table={"scaling": (changed,)})
    assert "by hand" in of_a_side.fix
    assert "by hand" in of_a_schedule.fix
    assert "by hand" not in of_a_bound.fix


@pytest.mark.parametrize(
    ("tags", "verdict"),
    [({"Environment": "dev"}, Verdict.FAILED), (Unread("no"), Verdict.UNKNOWN)],
)
def test_what_scales_carries_the_tags_of_what_is_part_of_its_table(judge: Judge, tags, verdict):
    lives = replace(LIVES, tags=tags)
    said = {"scaling": (SAID,), "tags": {"Environment": "prod"}}
    [finding] = judge(said=said, live_table={"scaling": (lives,)})
    assert (finding.rule, finding.verdict) == ("TW120", verdict)
    assert finding.fact == "tags of the scaling of reads"


@pytest.mark.parametrize(
    ("owner", "advice"),
    [("a/dev", "run `tablewright up"), ("b/dev", "belongs to the stack b/dev: release it there")],
)
def test_nobody_is_sent_to_change_what_another_stack_has(judge: Judge, owner, advice):
    said = {"scaling": (SAID,), "tags": {"Team": "data", OWNER_TAG: "a/dev"}}
    live = {"scaling": (replace(LIVES, tags={OWNER_TAG: owner}),)}
    [finding] = judge(said=said, live_table=live)
    assert advice in finding.fix


def test_what_scales_with_the_declared_tags_passes(judge: Judge):
    tags = {"Environment": "prod"}
    said = {"scaling": (SAID,), "tags": tags}
    assert judge(said=said, live_table={"scaling": (replace(LIVES, tags=tags),)}) == []


def test_where_no_tags_are_declared_what_scales_may_carry_any(judge: Judge):
    lives = replace(LIVES, tags={"made": "by hand"})
    assert judge(said={"scaling": (SAID,)}, live_table={"scaling": (lives,)}) == []


def test_scaling_that_could_not_be_read_is_unknown(judge: Judge):
    [finding] = judge(said={"scaling": (SAID,)}, live_table={"unread": {"scaling": "no"}})
    assert (finding.rule, finding.verdict) == ("TW118", Verdict.UNKNOWN)


STREAM = "arn:aws:kinesis:ap-southeast-2:123456789012:stream/s"
DESTINATION = LiveDestination(STREAM, "ACTIVE", "MICROSECOND")


def test_a_kinesis_destination_as_declared_passes(judge: Judge):
    said = {"kinesis": KinesisDestination(STREAM, "MICROSECOND")}
    assert judge(said=said, live_table={"kinesis": (DESTINATION,)}) == []


@pytest.mark.parametrize(
    ("said", "lives"),
    [
        (KinesisDestination(STREAM), ()),
        (None, (DESTINATION,)),
        (KinesisDestination(STREAM), (DESTINATION,)),
        (
            KinesisDestination(STREAM, "MICROSECOND"),
            (replace(DESTINATION, status="DISABLING"),),
        ),
        (
            KinesisDestination(STREAM, "MICROSECOND"),
            (DESTINATION, replace(DESTINATION, stream_arn=f"{STREAM}2")),
        ),
    ],
)
def test_a_kinesis_destination_that_differs_fails(judge: Judge, said: Any, lives: Any):
    [finding] = judge(said={"kinesis": said}, live_table={"kinesis": lives})
    assert finding.rule == "TW119"


def test_destinations_that_could_not_be_read_are_unknown(judge: Judge):
    [finding] = judge(live_table={"unread": {"kinesis": "no"}})
    assert (finding.rule, finding.verdict) == ("TW119", Verdict.UNKNOWN)


def opening(principal: str = "210987654321") -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": principal},
            "Action": "dynamodb:GetItem",
            "Resource": "*",
        },
    }


@pytest.mark.parametrize(
    ("field", "facet", "rule_id"),
    [
        ("resource_policy", "policy", "TW141"),
        ("stream_policy", "stream_policy", "TW142"),
    ],
)
def test_resource_policies_are_compared_by_what_they_do(judge: Judge, field, facet, rule_id):
    root = opening("arn:aws:iam::210987654321:root")
    assert judge(said={field: opening()}, live_table={facet: root}) == []
    for said, lives in ((opening(), None), (None, opening()), (opening(), opening("*"))):
        [finding] = judge(said={field: said}, live_table={facet: lives})
        assert (finding.rule, finding.verdict) == (rule_id, Verdict.FAILED)
    [unread] = judge(said={field: opening()}, live_table={"unread": {facet: "no"}})
    assert (unread.rule, unread.verdict) == (rule_id, Verdict.UNKNOWN)


HERE, THERE, FAR = "ap-southeast-2", "us-east-1", "eu-west-1"
LIVE_REPLICA = LiveReplica(THERE, "ACTIVE")


def copies(*replicas: Replica, **more: Any) -> dict[str, Any]:
    return {"global_table": GlobalTable(replicas or (Replica(THERE),), **more)}


@pytest.fixture
def copy(live) -> TableReading:
    """The table in the other region, as it lives."""
    reading = live.tables["events"].reading
    table = replace(reading.table, recovery=Recovery(0), tags={})
    return replace(reading, table=table, insights=())


@pytest.fixture
def of_copy(judge: Judge, copy: TableReading) -> Judge:
    """What does not pass of a replica once it, or its declaration, is changed."""

    def run(said: Replica | None = None, table: Any = None, **changes: Any) -> list[CheckFinding]:
        there = replace(copy, table=replace(copy.table, **(table or {})), **changes)
        return judge(
            said=copies(said or Replica(THERE)),
            reading={"replicas": (LIVE_REPLICA,)},
            stack={"replicas": {("events", THERE): there}},
        )

    return run


def test_a_replica_as_declared_passes(of_copy: Judge):
    assert of_copy() == []


@pytest.mark.parametrize(
    ("said", "lives", "fact"),
    [
        (copies(), (), f"replica in {THERE}"),
        (copies(), (LiveReplica(THERE, "CREATING"),), f"replica in {THERE}"),
        (copies(), (LIVE_REPLICA, LiveReplica(FAR, "ACTIVE")), f"replica in {FAR}"),
        (
            copies(consistency="EVENTUAL", witness_region=FAR),
            (LIVE_REPLICA, LiveReplica(FAR, "ACTIVE")),
            f"witness in {FAR}",
        ),
        (copies(consistency="STRONG"), (LIVE_REPLICA,), "consistency of regions"),
    ],
)
def test_regions_that_differ_fail(judge: Judge, copy: TableReading, said, lives, fact):
    findings = judge(
        said=said,
        reading={"replicas": lives},
        stack={"replicas": {("events", THERE): copy}},
    )
    assert [(finding.rule, finding.fact) for finding in findings][:1] == [("TW143", fact)]


def test_a_replica_that_nobody_declared_fails(judge: Judge):
    [finding] = judge(reading={"replicas": (LIVE_REPLICA, LiveReplica(HERE, "ACTIVE"))})
    assert (finding.fact, finding.expected) == (f"replica in {THERE}", "not declared")


@pytest.mark.parametrize(
    ("said", "changes", "rule_id", "fact"),
    [
        (Replica(THERE, deletion_protection=True), {}, "TW145", "deletion protection"),
        (Replica(THERE, recovery=Recovery(7)), {}, "TW145", "recovery window"),
        (
            Replica(THERE, table_class="STANDARD_INFREQUENT_ACCESS"),
            {},
            "TW145",
            "table class",
        ),
        (
            Replica(THERE, kms_key="arn:k"),
            {"encryption_key": "arn:o", "encryption_key_state": "Enabled"},
            "TW145",
            "encryption key",
        ),
        (
            Replica(THERE, read_capacity=5),
            {"table": {"throughput": Throughput(6, 6)}},
            "TW146",
            "read capacity",
        ),
        (Replica(THERE, read_ceiling=5), {}, "TW146", "maximum of reads"),
        (Replica(THERE, insights="THROTTLED_KEYS"), {}, "TW147", "insights"),
        (
            Replica(THERE, indexes=(ReplicaIndex("by-user", insights="THROTTLED_KEYS"),)),
            {},
            "TW147",
            "insights on index by-user",
        ),
        (
            None,
            {"insights": (Insights(None, "THROTTLED_KEYS"),)},
            "TW147",
            "insights",
        ),
        (Replica(THERE, tags={"Team": "a"}), {}, "TW148", "tags"),
    ],
)
def test_what_is_a_replicas_own_is_proved_there(of_copy, said, changes, rule_id, fact):
    [finding] = of_copy(said, **changes)
    assert (finding.kind, finding.subject) == ("replica", f"events in {THERE}")
    assert (finding.rule, finding.fact) == (rule_id, fact)


def test_capacity_of_a_replica_that_scales_is_not_compared(judge: Judge, copy: TableReading):
    there = replace(copy, table=replace(copy.table, throughput=Throughput(9, 9)))
    scaling = {"scaling": (SAID,)}
    findings = judge(
        said={**copies(Replica(THERE, read_capacity=5)), **scaling},
        reading={"replicas": (LIVE_REPLICA,)},
        live_table={"scaling": (LIVES,)},
        stack={"replicas": {("events", THERE): there}},
    )
    assert findings == []


def test_a_ceiling_as_declared_passes(of_copy: Judge):
    said = Replica(THERE, read_ceiling=5)
    assert of_copy(said, table={"on_demand_maximum": OnDemandMaximum(read=5)}) == []


def test_an_encryption_key_as_declared_passes(of_copy: Judge):
    table = {"encryption": Encryption("CUSTOMER", "arn:k")}
    key = {"encryption_key": "arn:k", "encryption_key_state": "Enabled"}
    assert of_copy(Replica(THERE, kms_key="arn:k"), table, **key) == []


def test_a_replica_whose_key_cannot_be_used_is_told(of_copy: Judge):
    table = {"encryption": Encryption("CUSTOMER", "arn:k")}
    key = {"encryption_key": "arn:k", "encryption_key_state": "PendingDeletion"}
    [finding] = of_copy(Replica(THERE, kms_key="arn:k"), table, **key)
    assert (finding.rule, finding.fact) == ("TW145", "encryption: state of the key")


@pytest.mark.parametrize(
    ("there", "verdict"), [(None, Verdict.FAILED), (Unread("no"), Verdict.UNKNOWN)]
)
def test_a_replica_that_cannot_be_asked_is_judged_once(judge: Judge, there, verdict):
    [finding] = judge(
        said=copies(),
        reading={"replicas": (LIVE_REPLICA,)},
        stack={"replicas": {("events", THERE): there}},
    )
    assert (finding.rule, finding.verdict) == ("TW144", verdict)


@pytest.mark.parametrize(
    ("facet", "table", "rule_id"),
    [
        ("recovery", {"recovery": None}, "TW145"),
        ("insights", {}, "TW147"),
        ("tags", {"tags": None}, "TW148"),
    ],
)
def test_a_facet_of_a_replica_that_could_not_be_read_is_unknown(
    of_copy: Judge, facet: str, table: dict[str, Any], rule_id: str
):
    [finding] = of_copy(table=table, unread={facet: "no"})
    assert (finding.rule, finding.verdict) == (rule_id, Verdict.UNKNOWN)


BODY = {"widgets": [{"type": "metric", "x": 1}]}


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ({"widgets": [{"x": 1, "type": "metric"}]}, Verdict.PASSED),
        ({"widgets": []}, Verdict.FAILED),
        (None, Verdict.FAILED),
        (Unread("no"), Verdict.UNKNOWN),
    ],
)
def test_a_dashboard_is_compared_by_its_body(declared, live, body, verdict):
    said = replace(declared, tables=(), dashboard=Dashboard("overview", BODY))
    [finding] = verify(said, replace(live, dashboard=body)).findings
    assert (finding.kind, finding.subject, finding.verdict) == ("dashboard", "overview", verdict)


def test_a_grant_on_further_resources_is_expected_there(declared, live):
    key = "arn:aws:kms:ap-southeast-2:123456789012:key/1"
    [table] = declared.tables
    [role] = table.roles
    first, *others = role.grants
    wider = replace(role, grants=(replace(first, resources=(key,)), *others))
    said = replace(declared, tables=(replace(table, roles=(wider,)),))
    [finding] = verify(said, live).failed
    assert finding.rule == "TW134"
    assert f"lacks: Allow dynamodb:GetItem on {key}" in finding.actual
