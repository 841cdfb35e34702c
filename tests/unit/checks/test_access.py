"""What a role may do, tried over all actions: `verify --access`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.loaders import create_loader
from rich.console import Console

from tablewright.checks.access.actions import ACTIONS
from tablewright.checks.access.matrix import managed_arns, questions
from tablewright.checks.verdict import Verdict, VerifyReport
from tablewright.checks.verify import verify
from tablewright.fleet.reading import Unread
from tablewright.fleet.role_access import RoleAccess, Simulated
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.stack import LiveStack
from tablewright.manifest.rules import iam
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.report.findings import access as access_report
from tablewright.report.findings import verification

ARN = "arn:aws:dynamodb:ap-southeast-2:123456789012:table/events"
FULL = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
NOTHING = {"Version": "2012-10-17", "Statement": []}
_STATEMENTS = ("PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete")
ALLOWED_BY_OTHERS = {
    "BatchExecuteStatement": _STATEMENTS,
    "ExecuteStatement": _STATEMENTS,
    "ExecuteTransaction": _STATEMENTS,
    "TransactGetItems": ("GetItem",),
    "TransactWriteItems": ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
}
"""Operations that are no action: who may do the parts may do them."""
Tried = Callable[..., VerifyReport]


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": statement}


@pytest.fixture
def tried(declared: DeclaredStack, live: LiveStack) -> Tried:
    """The report with the reader's access, the role and what bears on it being changed.

    `further` is a second inline policy, `managed` the attached policies with their documents,
    `simulated` the simulator's answers, `live_table` changes of the live table, `said` of the
    declared one.
    """

    def run(
        *,
        further: Any = None,
        managed: Any = None,
        boundary: Any = None,
        simulated: Any = None,
        role: Any = None,
        live_table: Any = None,
        said: Any = None,
    ) -> VerifyReport:
        found = live.roles["read-role"]
        assert isinstance(found, LiveRole)
        documents = dict(managed or {})
        changes: dict[str, Any] = {"attached": tuple(documents), **(role or {})}
        if further:
            changes["inline"] = {**(found.inline or {}), "further": further}
        if boundary:
            changes["boundary"] = BOUNDARY
            documents[BOUNDARY] = boundary
        found = replace(found, **changes)
        table = replace(live.tables["events"], **(live_table or {}))  # type: ignore[type-var]
        there = replace(
            live,
            tables={"events": table},
            roles={"read-role": found},
            access={"read-role": RoleAccess(documents, simulated)},
        )
        [only] = declared.tables
        return verify(replace(declared, tables=(replace(only, **(said or {})),)), there)

    return run


def access(report: VerifyReport) -> dict[str, tuple[Verdict, str]]:
    """The verdict and what is live, by column."""
    return {
        finding.fact.removeprefix("access: "): (finding.verdict, finding.actual)
        for finding in report.findings
        if finding.rule == "TW139"
    }


def test_a_role_that_may_what_it_is_for_and_nothing_else_passes(tried):
    assert access(tried()) == {
        "table": (Verdict.PASSED, "GetItem, Query"),
        "index": (Verdict.PASSED, "Query"),
        "stream": (Verdict.PASSED, "GetRecords"),
        "account": (Verdict.PASSED, "ListStreams"),
    }


def test_nothing_is_tried_that_nobody_asked_for(declared, live):
    report = verify(declared, live)
    assert access(report) == {}
    assert report.access is None


@pytest.mark.parametrize(
    ("changes", "column", "actual"),
    [
        ({"further": allow("dynamodb:PutItem", ARN)}, "table", "also: PutItem on table/events"),
        (
            {"further": allow(["dynamodb:geti?em", "dynamodb:GetResource*"], f"{ARN}*")},
            "another table",
            "also: GetItem on table/events-another, GetResourcePolicy on table/events-another",
        ),
        (
            {"further": allow("dynamodb:Scan", "arn:aws:dynamodb:*:*:table/o?ders*/index/*")},
            "another table",
            "also: Scan on table/oxdersx/index/any-index",
        ),
        (
            {"further": allow("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:999:table/t")},
            "another table",
            "also: GetItem on table/t if account 999 allows it too",
        ),
        (
            {"managed": {FULL: allow("dynamodb:Desc*")}},
            "index",
            "also: DescribeContributorInsights on table/events/index/by-user",
        ),
        (
            {"role": {"inline": {"p": allow(["dynamodb:GetItem", "dynamodb:Query"], ARN)}}},
            "index",
            "cannot: Query on table/events/index/by-user (no policy allows it)",
        ),
        (
            {"boundary": allow("dynamodb:Query")},
            "table",
            "cannot: GetItem on table/events (the permissions boundary does not allow it)",
        ),
        (
            {"live_table": {"policy": {**allow("*"), "Statement": [
                {"Effect": "Deny", "Principal": "*", "Action": "dynamodb:Query", "Resource": ARN}
            ]}}},
            "table",
            "cannot: Query on table/events (an explicit deny)",
        ),
        (
            {"further": {**NOTHING, "Statement": [{
                "Effect": "Deny", "NotAction": "dynamodb:Query", "Resource": ARN,
                "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
            }]}},
            "table",
            "also: GetItem on table/events unless aws:SourceVpce stringnotequals vpce-1",
        ),
        (
            {"simulated": {("dynamodb:Query", ARN): Simulated("implicitDeny")}},
            "table",
            "cannot: Query on table/events (IAM's simulator says implicitDeny)",
        ),
    ],
)  # fmt: skip
def test_what_a_role_may_beyond_or_cannot_is_a_failed_check(tried, changes, column, actual):
    assert access(tried(**changes))[column] == (Verdict.FAILED, actual)


def test_a_declared_resource_policy_that_takes_away_what_the_role_is_for_fails(tried):
    policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": ARN},
    }
    report = tried(said={"resource_policy": policy}, live_table={"policy": policy})
    assert access(report)["table"][0] is Verdict.FAILED


@pytest.mark.parametrize(
    "changes",
    [
        {"role": {"inline": None, "unread": {"inline": "not allowed"}}},
        {"managed": {FULL: Unread("not allowed")}},
        {"managed": {FULL: {"Statement": [{"Effect": "Allow", "Act": "*"}]}}},
        {"boundary": Unread("not allowed")},
        {"live_table": {"unread": {"policy": "not allowed"}}},
    ],
)
def test_what_cannot_be_read_is_unknown_where_it_decides(tried, changes):
    assert access(tried(**changes))["table"][0] is Verdict.UNKNOWN


def test_the_simulator_decides_what_could_not_be_read(tried):
    simulated = {
        (f"dynamodb:{action}", ARN): Simulated(
            "allowed" if action in {"GetItem", "Query"} else "implicitDeny"
        )
        for action in ACTIONS
    }
    report = tried(managed={FULL: Unread("not allowed")}, simulated=simulated)
    assert access(report)["table"] == (Verdict.PASSED, "GetItem, Query")


def test_each_operation_of_the_api_is_an_action_or_allowed_by_others():
    loader = create_loader()
    operations = {
        operation
        for service in ("dynamodb", "dynamodbstreams")
        for operation in loader.load_service_model(service, "service-2")["operations"]
    }
    assert operations - ACTIONS.keys() == ALLOWED_BY_OTHERS.keys()
    assert {part for parts in ALLOWED_BY_OTHERS.values() for part in parts} <= ACTIONS.keys()


def test_the_actions_are_those_that_a_manifest_may_name():
    assert ACTIONS.keys() == {*iam.ACTIONS}


def test_the_simulator_is_asked_three_times_for_a_role(declared, live):
    [table] = declared.tables
    found = live.roles["read-role"]
    read = replace(live, access={"read-role": RoleAccess({})})
    asked = list(questions(table, table.roles[0], found, read))
    assert len(asked) == 3
    assert {action for question in asked for action in question.actions} == {
        f"dynamodb:{action}" for action in ACTIONS
    }
    assert managed_arns(table.roles[0], replace(found, boundary=BOUNDARY)) == (BOUNDARY,)


def test_the_matrix_shows_what_is_allowed_and_what_differs(tried):
    report = tried(further=allow("dynamodb:PutItem", ARN))
    console = Console(width=100, record=True)
    assert report.access is not None
    access_report.render(report.access[0], console)
    text = console.export_text()
    assert "PutItem      yes, declared: -" in text
    assert "79 further actions: denied everywhere" in text
    narrow = Console(width=46, record=True, force_terminal=True, no_color=True)
    access_report.render(report.access[0], narrow)
    lines = narrow.export_text().splitlines()
    assert max(map(len, lines)) <= 46
    assert "yes, declared: -" in "\n".join(lines)  # nothing is cut: what has no room stands below
    assert "| GetItem | yes |" in verification.markdown(report)
