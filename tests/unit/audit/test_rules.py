"""Every rule of the audit passes, fails and does not know."""

from dataclasses import replace

import pytest

from tablewright.audit.evidence import AuditedTable, DaxCluster, IdleGrant
from tablewright.audit.rule import AuditProblem
from tablewright.audit.rules import AUDIT_RULES
from tablewright.fleet.live import LiveKinesisDestination
from tablewright.fleet.reading import Unread
from tablewright.fleet.scaling import LiveScaling, LiveSchedule, TargetTracking
from tablewright.plan.declaration.declared import Insights
from tablewright.plan.scaling import Suspension
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

from .tables import (
    ACCOUNT,
    ALARM,
    ARN,
    GOOD,
    OTHER_REGION,
    USED,
    unread,
    with_copy,
    with_live,
    with_reading,
    with_region,
    with_table,
    with_use,
)

BY_ID = {rule.id: rule for rule in AUDIT_RULES}
NO = Unread("it is not allowed")
PROVISIONED = {"billing_mode": "PROVISIONED", "throughput": Throughput(5, 5)}
KEPT = {"TimeToLiveDeletedItemCount": 4.0}


def scaling(**facts) -> LiveScaling:
    usual = {
        "table": "orders",
        "index": None,
        "direction": "read",
        "minimum": 1,
        "maximum": 10,
        "policies": (TargetTracking("p", 70),),
    }
    return LiveScaling(**usual | facts)


def policy(principal, **condition) -> dict:
    statement = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": ARN, "Principal": principal}
    if condition:
        statement["Condition"] = {"StringEquals": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


def provisioned(*targets: LiveScaling) -> AuditedTable:
    return with_live(with_table(**PROVISIONED, on_demand_maximum=None), scaling=targets)


def granted(*grants: IdleGrant | Unread) -> AuditedTable:
    return replace(GOOD, grants=grants)


def indexed(*projections: Projection) -> AuditedTable:
    """Global indexes with the same keys."""
    key = Key(("user",), ("id",))
    indexes = (GlobalIndex(f"i{n}", key, projection) for n, projection in enumerate(projections))
    return with_table(global_indexes=tuple(indexes))


FAILING: dict[str, tuple[AuditedTable, ...]] = {
    "TW201": (with_table(recovery=Recovery(0)),),
    "TW202": (
        with_table(recovery=Recovery(7)),
        with_table(recovery=Recovery(0), tags={"env": "Production"}),
    ),
    "TW203": (with_table(deletion_protection=False),),
    "TW204": (with_region(backed_up=frozenset()),),
    "TW205": (with_table(encryption=Encryption("AWS_OWNED")),),
    "TW206": (
        with_table(encryption=Encryption("AWS_MANAGED")),
        with_table(encryption=Encryption("AWS_OWNED")),
    ),
    "TW207": tuple(
        with_reading(encryption_key_state=state)
        for state in ("Disabled", "PendingDeletion", "DELETED")
    ),
    "TW208": (with_table(tags={}), with_table(tags={"Team": "shop"})),
    "TW209": (
        with_region(dax=(DaxCluster("d", encrypted=False, tls=True, nodes=3),)),
        with_region(dax=(DaxCluster("d", encrypted=True, tls=False, nodes=3),)),
        with_region(dax=(DaxCluster("d", encrypted=True, tls=True, nodes=1),)),
    ),
    "TW221": (provisioned(), provisioned(scaling())),
    "TW222": (with_live(scaling=(scaling(),)),),
    "TW223": tuple(
        provisioned(scaling(suspended=Suspension(**{field: True})))
        for field in ("scale_in", "scale_out", "scheduled")
    ),
    "TW224": (provisioned(scaling(policies=())), provisioned(scaling(minimum=10))),
    "TW225": (
        with_reading(decreases_today={None: 27}),
        with_reading(decreases_today={None: 0, "by-user": 30}),
    ),
    "TW226": (with_table(billing_mode="PROVISIONED", throughput=Throughput(32_000, 1)),),
    "TW227": (
        with_table(on_demand_maximum=OnDemandMaximum()),
        with_table(on_demand_maximum=OnDemandMaximum(read=1)),
    ),
    "TW241": (with_use({}),),
    "TW242": (with_use({key: n for key, n in USED.items() if key[1] is None}),),
    "TW243": (with_use(USED),),
    "TW244": (replace(GOOD, stream_readers=()),),
    "TW245": (
        with_reading(insights=(Insights(None, "ACCESSED_AND_THROTTLED_KEYS"),)),
        with_reading(insights=(Insights("by-user", None),)),
    ),
    "TW246": (
        with_use({("ReadThrottleEvents", None): 1.0}),
        with_use({("WriteThrottleEvents", "by-user"): 1.0}),
    ),
    "TW247": (
        indexed(Projection("ALL"), Projection("ALL")),
        indexed(Projection("KEYS_ONLY"), Projection("INCLUDE", frozenset("a"))),
        indexed(Projection("INCLUDE", frozenset("ab")), Projection("INCLUDE", frozenset("a"))),
        with_table(
            indexed(Projection("KEYS_ONLY")),
            local_indexes=(LocalIndex("l", Key(("user",), ("id",)), Projection("KEYS_ONLY")),),
        ),
    ),
    "TW261": (replace(GOOD, alarms=()),),
    "TW262": (
        replace(
            GOOD,
            alarms=(
                replace(
                    ALARM,
                    alarm=replace(
                        ALARM.alarm, metric=replace(ALARM.alarm.metric, metric_name="UserErrors")
                    ),
                ),
            ),
        ),
    ),
    "TW263": (
        replace(GOOD, alarms=(replace(ALARM, actions_enabled=False),)),
        replace(GOOD, alarms=(replace(ALARM, alarm=replace(ALARM.alarm, alarm_actions=())),)),
    ),
    "TW281": (
        with_live(policy=policy("*")),
        with_live(policy=policy({"AWS": "210987654321"})),
        with_live(policy=policy({"AWS": "arn:aws:iam::210987654321:role/reader"})),
        with_live(stream_policy=policy({"AWS": "*"})),
        with_live(policy=policy("*", **{"dynamodb:LeadingKeys": "1"})),
    ),
    "TW282": (
        granted(IdleGrant("idle", 400, 90)),
        granted(IdleGrant("never", 400, None)),
        granted(IdleGrant("wide", 400, 0, ("CreateTable", "DeleteTable"))),
    ),
    "TW291": (
        with_copy(recovery=Recovery(0)),
        with_copy(deletion_protection=False),
        with_copy(encryption=Encryption("AWS_OWNED")),
    ),
    "TW292": (with_copy(tags={}),),
    "TW293": (
        with_copy(table_class="STANDARD_INFREQUENT_ACCESS"),
        with_reading(with_copy(), insights=(Insights(None, "THROTTLED_KEYS"),)),
        with_live(with_copy(), kinesis=(LiveKinesisDestination("arn", "ACTIVE"),)),
        with_live(with_copy(), policy=policy("*")),
    ),
    "TW296": (
        with_table(
            global_indexes=tuple(
                GlobalIndex(f"i{number}", Key(("id",)), Projection("ALL")) for number in range(18)
            )
        ),
        with_table(tags={f"t{number}": "" for number in range(45)}),
        with_region(tables=2_300),
    ),
    "TW297": (
        with_reading(
            with_table(local_indexes=(LocalIndex("l", Key(("id",), ("n",)), Projection("ALL")),)),
            size_bytes=10 * 1024**3,
        ),
    ),
    "TW298": (
        with_use({("WriteKeyRangeThroughputThrottleEvents", None): 1.0}),
        with_use({("ReadKeyRangeThroughputThrottleEvents", "by-user"): 1.0}),
    ),
}
"""Tables that each rule has something to say about."""

PASSING: dict[str, tuple[AuditedTable, ...]] = {
    "TW202": (with_table(recovery=Recovery(7), tags={"Environment": "dev"}),),
    "TW221": (provisioned(scaling(), scaling(direction="write")),),
    "TW223": (provisioned(scaling()),),
    "TW224": (provisioned(scaling(policies=(), schedules=(LiveSchedule("s", "cron(x)"),))),),
    "TW225": (with_reading(decreases_today={None: 26}),),
    "TW226": (provisioned(),),
    "TW241": (with_use({}, days=6),),
    "TW242": (with_use({}),),
    "TW243": (with_table(with_use(USED), time_to_live=TimeToLive(None)),),
    "TW244": (
        with_table(replace(GOOD, stream_readers=()), stream=Stream(None)),
        replace(with_use({("GetRecords", None): 1.0}), stream_readers=()),
    ),
    "TW245": (
        with_reading(insights=(Insights(None, "THROTTLED_KEYS"),)),
        with_reading(
            with_use({("ReadThrottleEvents", None): 1.0}),
            insights=(Insights(None, "ACCESSED_AND_THROTTLED_KEYS"),),
        ),
    ),
    "TW247": (
        indexed(Projection("INCLUDE", frozenset("b")), Projection("INCLUDE", frozenset("a"))),
        with_table(
            global_indexes=(
                GlobalIndex("a", Key(("user",)), Projection("ALL")),
                GlobalIndex("b", Key(("user",), ("id",)), Projection("ALL")),
            )
        ),
    ),
    "TW281": (
        with_live(policy=policy({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})),
        with_live(policy=policy({"Service": "redshift.amazonaws.com"})),
        with_live(policy=policy("*", **{"aws:PrincipalOrgID": "o-1"})),
    ),
    "TW282": (
        granted(),
        granted(IdleGrant("new", 6, None, ("CreateTable",))),
        granted(IdleGrant("young", 60, None)),
        granted(IdleGrant("used", 400, 89)),
    ),
    "TW291": (with_copy(),),
    "TW292": (with_copy(),),
    "TW293": (with_copy(),),
    "TW298": (with_use({("WriteThrottleEvents", None): 1.0}),),
}
"""Besides the good table, near misses."""

UNREAD: dict[str, AuditedTable] = {
    "TW201": unread("recovery"),
    "TW202": unread("tags"),
    "TW204": with_region(backed_up=NO),
    "TW205": unread("encryption"),
    "TW206": unread("encryption"),
    "TW207": unread("encryption"),
    "TW208": unread("tags"),
    "TW209": with_region(dax=NO),
    "TW221": with_live(provisioned(), unread={"scaling": "no"}),
    "TW222": unread("scaling"),
    "TW223": unread("scaling"),
    "TW224": unread("scaling"),
    "TW226": replace(provisioned(), region=replace(GOOD.region, limits=NO)),
    "TW241": replace(GOOD, activity=NO),
    "TW242": replace(GOOD, activity=NO),
    "TW243": replace(GOOD, activity=NO),
    "TW244": replace(GOOD, stream_readers=NO),
    "TW245": unread("insights"),
    "TW246": replace(GOOD, activity=NO),
    "TW261": replace(GOOD, alarms=NO),
    "TW262": replace(GOOD, alarms=NO),
    "TW263": replace(GOOD, alarms=NO),
    "TW281": unread("policy"),
    "TW282": granted(NO),
    "TW291": replace(GOOD, replicas={OTHER_REGION: NO}),
    "TW292": replace(GOOD, replicas={OTHER_REGION: NO}),
    "TW293": replace(GOOD, replicas={OTHER_REGION: NO}),
    "TW296": with_region(tables=NO),
    "TW298": replace(GOOD, activity=NO),
}
DESCRIBED = {"TW203", "TW225", "TW227", "TW247", "TW297"}
"""What these ask stands in DescribeTable, without which there is no table to ask about."""


def outcomes(rule: str, table: AuditedTable) -> list[AuditProblem | Unread]:
    return list(BY_ID[rule].check(table))


def test_every_rule_has_its_cases():
    ids = [rule.id for rule in AUDIT_RULES]
    assert ids == sorted(set(ids))
    assert FAILING.keys() == BY_ID.keys()
    assert UNREAD.keys() == BY_ID.keys() - DESCRIBED


@pytest.mark.parametrize("rule", sorted(BY_ID))
def test_a_good_table_passes(rule: str):
    for table in (GOOD, *PASSING.get(rule, ())):
        assert outcomes(rule, table) == []


@pytest.mark.parametrize("rule", sorted(FAILING))
def test_a_problem_is_told_with_its_fix(rule: str):
    for table in FAILING[rule]:
        problems = [answer for answer in outcomes(rule, table) if isinstance(answer, AuditProblem)]
        assert problems
        for problem in problems:
            assert problem.what.endswith(".")
            assert problem.fix


@pytest.mark.parametrize("rule", sorted(UNREAD))
def test_what_could_not_be_read_is_unknown(rule: str):
    answers = outcomes(rule, UNREAD[rule])
    assert any(isinstance(answer, Unread) for answer in answers)
    assert not any(isinstance(answer, AuditProblem) for answer in answers)


@pytest.mark.parametrize("facet", ["kinesis", "policy", "insights[by-user]", "table_class"])
@pytest.mark.parametrize("of", ["copy", "table"])
def test_what_is_unread_of_a_replica_is_no_difference(facet: str, of: str):
    differing = with_live(with_copy(), kinesis=(LiveKinesisDestination("arn", "ACTIVE"),))
    differing = with_reading(differing, insights=(Insights(None, "THROTTLED_KEYS"),))
    differing = with_live(differing, policy=policy("*"))
    copy = differing.replicas[OTHER_REGION]
    assert not isinstance(copy, Unread)
    refused = {"unread": {facet: "it is not allowed"}}
    if of == "copy":
        differing = replace(differing, replicas={OTHER_REGION: replace(copy, **refused)})
    else:
        differing = with_live(differing, **refused)
    answers = outcomes("TW293", differing)
    words = {"kinesis": "Kinesis", "policy": "policy", "insights[by-user]": "insights"}
    named = words.get(facet, "table class")
    about = [answer for answer in answers if named in str(answer)]
    assert [type(answer) for answer in about] == [Unread]
    assert len(answers) == (4 if facet == "table_class" else 3)


def test_tags_that_are_unread_are_not_counted_as_none():
    assert [*map(type, outcomes("TW296", unread("tags")))] == [Unread]


def test_rules_say_why_and_what_they_need():
    for rule in AUDIT_RULES:
        assert len(rule.why) > len(rule.title) / 2
        assert rule.iam
        assert all(":" in action for action in rule.iam)


@pytest.mark.parametrize(
    "reference",
    [
        *(f"Security Hub DynamoDB.{number}" for number in range(1, 8)),
        *("Checkov CKV_AWS_28", "Checkov CKV_AWS_119", "Checkov CKV_AWS_165"),
        *("Checkov CKV_AWS_271", "Checkov CKV_AWS_47", "Checkov CKV_AWS_239"),
        "Checkov CKV2_AWS_16",
        "Prowler dynamodb_tables_pitr_enabled",
        "Prowler dynamodb_tables_kms_cmk_encryption_enabled",
        "Prowler dynamodb_table_autoscaling_enabled",
        "Prowler dynamodb_table_deletion_protection_enabled",
        "Prowler dynamodb_table_protected_by_backup_plan",
        "Prowler dynamodb_table_cross_account_access",
        "Config dynamodb-throughput-limit-check",
        *("Trusted Advisor c18d2gz138", "Trusted Advisor c18d2gz107"),
        *("Trusted Advisor 6gtQddfEw6", "Trusted Advisor c5ftjdfkMr"),
        "Trusted Advisor Hs4Ma3G323",
    ],
)
def test_the_rules_of_others_are_covered(reference: str):
    assert any(reference in rule.references for rule in AUDIT_RULES)
