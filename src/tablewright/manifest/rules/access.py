"""Access roles: what they may do, and who may take them on."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.models import AccessRole, Trust
from tablewright.manifest.node import Path
from tablewright.manifest.rules.arns import parse_arn
from tablewright.manifest.rules.finding import Finding, Subject, at
from tablewright.manifest.vocabulary import nearest_word


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ACTIONS = frozenset(
    _words("""
    BatchGetItem BatchWriteItem ConditionCheckItem CreateBackup CreateGlobalTable CreateTable
    CreateTableReplica DeleteBackup DeleteItem DeleteResourcePolicy DeleteTable DeleteTableReplica
    DescribeBackup DescribeContinuousBackups DescribeContributorInsights DescribeExport
    DescribeGlobalTable DescribeGlobalTableSettings DescribeImport
    DescribeKinesisStreamingDestination DescribeLimits DescribeStream DescribeTable
    DescribeTableReplicaAutoScaling DescribeTimeToLive DisableKinesisStreamingDestination
    EnableKinesisStreamingDestination ExportTableToPointInTime GetItem GetRecords GetResourcePolicy
    GetShardIterator ImportTable ListBackups ListContributorInsights ListExports ListGlobalTables
    ListImports ListStreams ListTables ListTagsOfResource PartiQLDelete PartiQLInsert PartiQLSelect
    PartiQLUpdate PutItem PutResourcePolicy Query RestoreTableFromBackup RestoreTableToPointInTime
    Scan StartAwsBackupJob TagResource UntagResource UpdateContinuousBackups
    UpdateContributorInsights UpdateGlobalTable UpdateGlobalTableSettings UpdateItem
    UpdateKinesisStreamingDestination UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive
    """)
)
"""Actions of the service prefix `dynamodb` (Service Authorization Reference)."""

_OPERATORS = _words("""
    StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike
    StringNotLike NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals
    NumericGreaterThan NumericGreaterThanEquals DateEquals DateNotEquals DateLessThan
    DateLessThanEquals DateGreaterThan DateGreaterThanEquals Bool BinaryEquals IpAddress
    NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null
""")


def roles_make_sense(subject: Subject) -> Iterator[Finding]:
    """Each role has a name of its own and allows something."""
    seen: set[str] = set()
    for number, role in enumerate(subject.spec.access):
        path = at("access", number)
        if role.name in seen:
            message = f"two roles of the table are called `{role.name}`"
            yield Finding((*path, "name"), message, "give one of them another name")
        seen.add(role.name)
        yield from _role(path, role)
        if role.trust:
            yield from _trust((*path, "trust"), role.trust)
    yield from _trust(at("trust"), subject.spec.trust)


def _role(path: Path, role: AccessRole) -> Iterator[Finding]:
    if not role.grants and not role.actions:
        yield Finding(
            path,
            f"role `{role.name}` allows nothing",
            "add `grants: [read]`, or `actions`",
            reads=((*path, "grants"), (*path, "actions")),
        )
    for number, action in enumerate(role.actions):
        yield from _action((*path, "actions", number), action.removeprefix("dynamodb:"))
    for operator in role.conditions:
        yield from _operator((*path, "conditions", operator), operator)
    arns = [((*path, "managedPolicies", n), text) for n, text in enumerate(role.managed_policies)]
    if role.permissions_boundary is not None:
        arns.append(((*path, "permissionsBoundary"), role.permissions_boundary))
    for here, text in arns:
        arn = parse_arn(text)
        if arn is None or arn.service != "iam" or not arn.resource.startswith("policy/"):
            fix = "write arn:aws:iam::aws:policy/NAME, or arn:aws:iam::ACCOUNT:policy/NAME"
            yield Finding(here, "is not the ARN of a managed policy", fix)


def _action(path: Path, action: str) -> Iterator[Finding]:
    if action.endswith("*"):
        known = any(name.startswith(action[:-1]) for name in ACTIONS)
    else:
        known = action in ACTIONS
    if not known:
        meant = nearest_word(action, ACTIONS)
        fix = f"did you mean `dynamodb:{meant}`?" if meant else "remove it"
        yield Finding(path, f"DynamoDB has no action `{action}`", fix)


def _operator(path: Path, operator: str) -> Iterator[Finding]:
    bare = operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:")
    bare = bare.removesuffix("IfExists")
    if bare not in _OPERATORS:
        meant = nearest_word(bare, _OPERATORS)
        fix = f"did you mean `{meant}`?" if meant else "use StringEquals, Bool, IpAddress, ..."
        yield Finding(path, f"IAM has no condition operator `{operator}`", fix)


def _trust(path: Path, trust: Trust) -> Iterator[Finding]:
    if trust.external_id is not None and not trust.principals:
        yield Finding(
            (*path, "externalId"),
            "an external id binds principals, and there are none",
            "add `principals`, or remove it",
            reads=((*path, "principals"),),
        )


RULES = (roles_make_sense,)
