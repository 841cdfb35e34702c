"""What `verify` needs for what it proves besides, because it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.plan.partitions import dns_suffix

from . import calls
from .permission import Permission, permissions
from .places import AccountArns

_LONGEST_DRILLED = 216
"""So much of a table's name is in that of its drill, behind which stand 39 characters."""


def _access(declared: DeclaredStack, account: AccountArns) -> Iterator[Permission]:
    """Of whatever policies a role has by now, the declared ones or not."""
    for role in (role for table in declared.tables for role in table.roles):
        arn = account.role(role.name)
        yield from permissions("Simulations", "iam:SimulatePrincipalPolicy", arn)
        every = account.policy("*"), account.policy_of_aws("*")
        yield from permissions("Policies", "iam:GetPolicy GetPolicyVersion", *every)


def _alarms(declared: DeclaredStack, _: AccountArns) -> Iterator[Permission]:
    for alarm in declared.all_alarms:
        for arn in (*alarm.alarm_actions, *alarm.ok_actions, *alarm.insufficient_data_actions):
            if ":sns:" in arn:
                yield from permissions("Topics", "sns:GetTopicAttributes", arn)


def _fire(_: DeclaredStack, __: AccountArns) -> Iterator[Permission]:
    """Alarms are fired in a copy of a sandbox, in which everything is allowed."""
    yield from ()


def _restore_drill(declared: DeclaredStack, account: AccountArns) -> Iterator[Permission]:
    """Of each table, and of the one that it is restored to for a while."""
    for table in declared.tables:
        if not table.is_restorable:
            continue
        name = table.table.name
        source, target = account.table(name), account.table(_drill_pattern(name))
        restore = "dynamodb:RestoreTableToPointInTime"
        yield from permissions("Drill", restore, source, target)
        yield from permissions("Drill", "dynamodb:BatchGetItem DescribeTable Scan", source)
        removes = f"{calls.GRANTED_TO_RESTORE} DeleteTable DescribeTable"
        yield from permissions("Drilled", removes, target)
        yield from permissions("Lists", "cloudwatch:GetMetricStatistics", "*")
        encryption = table.table.encryption
        if encryption is not None and encryption.kms_key is not None:
            yield from encrypting(account, encryption.kms_key)


def encrypting(account: AccountArns, key: str) -> Iterator[Permission]:
    """What DynamoDB does with a customer's key in the caller's name."""
    service = f"dynamodb.{account.region}.{dns_suffix(account.partition)}"
    by_dynamodb = (("StringEquals", "kms:ViaService", service),)
    yield from permissions("Keys", calls.GRANTED_TO_ENCRYPT, key, condition=by_dynamodb)


def _drill_pattern(name: str) -> str:
    """The names that a table is restored under, whose ends nobody knows beforehand."""
    return f"{name[:_LONGEST_DRILLED]}-drill-*"


PROOFS: Mapping[str, Callable[[DeclaredStack, AccountArns], Iterator[Permission]]] = {
    "verify --access": _access,
    "verify --alarms": _alarms,
    "verify --fire": _fire,
    "verify --restore-drill": _restore_drill,
}
