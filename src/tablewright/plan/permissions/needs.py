"""What a command needs for a declared stack: each action with the ARN of what it is done to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from tablewright.plan.declaration.declared import Alarm, DeclaredStack, DeclaredTable, Role
from tablewright.plan.origin import Restore, S3Import
from tablewright.plan.replica import Replica

from . import calls
from .calls import Calls
from .live import LIVE_COMMANDS, live_table
from .permission import Permission, permissions
from .places import AccountArns
from .proofs import PROOFS, encrypting
from .state import STATE_COMMANDS

Stage = Callable[[Calls], str]


def _reads(made: Calls) -> str:
    return made.reads


def _verifies(made: Calls) -> str:
    return made.verifies


def _writes(made: Calls) -> str:
    return made.writes


def _deletes(made: Calls) -> str:
    return made.deletes


def _releases(made: Calls) -> str:
    return made.releases


_STAGES: Mapping[str, tuple[Stage, ...]] = {
    "preview": (_reads,),
    "up": (_reads, _writes),
    "refresh": (_reads,),
    "destroy": (_deletes,),
    "verify": (_verifies,),
    "drift": (_verifies,),
    "release": (_releases,),
}
_PARTS: Mapping[str, tuple[str, ...]] = {
    "drift --fix": ("drift", "up"),
    "report": ("drift", "verify --access", "audit", "hot-keys"),
}
"""Commands and options that do what others do."""
COMMANDS = (*_STAGES, *LIVE_COMMANDS, "report", *STATE_COMMANDS)
"""Those that call AWS, by the words they are typed with."""
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "verify": ("--access", "--alarms", "--fire", "--restore-drill"),
    "drift": ("--fix",),
}
"""With which a command needs more."""


def needs(
    command: str,
    declared: DeclaredStack,
    account_id: str,
    *,
    options: Collection[str] = (),
    official: bool = False,
) -> Iterator[Permission]:
    """What a command needs to do its whole work for a stack, the stack's state apart.

    Args:
        command: one of `COMMANDS`.
        declared: the stack.
        account_id: where it goes.
        options: with which of its `OPTIONS` it is run.
        official: whether Pulumi's own plug-in deploys it.
    """
    account = AccountArns(account_id, declared.region)
    for words in (command, *(f"{command} {option}" for option in options)):
        for part in _PARTS.get(words, (words,)):
            yield from _needs(part, declared, account, official=official)


def _needs(
    words: str, declared: DeclaredStack, account: AccountArns, *, official: bool
) -> Iterator[Permission]:
    """Of one command, or of what an option of it adds."""
    if words in _STAGES:
        yield from _Walk(account, _STAGES[words], official).stack(declared)
    elif words in LIVE_COMMANDS:
        names = [table.table.name for table in declared.tables]
        yield from LIVE_COMMANDS[words](account, names)
    elif words in PROOFS:
        yield from PROOFS[words](declared, account)
    if words == "drift":
        yield from permissions("Authors", calls.AUTHORS, "*")


@dataclass(frozen=True, slots=True)
class _Walk:
    """One command over one stack.

    Args:
        account: where the stack goes.
        stages: which of the calls the command makes.
        official: whether Pulumi's own plug-in makes them, as far as it is known of it.
    """

    account: AccountArns
    stages: tuple[Stage, ...]
    official: bool = False

    def does(self, sid: str, made: Calls, *resources: str) -> Iterator[Permission]:
        for stage in self.stages:
            if actions := stage(made):
                yield from permissions(sid, actions, *resources)

    @property
    def writes(self) -> bool:
        return _writes in self.stages

    def stack(self, declared: DeclaredStack) -> Iterator[Permission]:
        yield from chain.from_iterable(map(self.table, declared.tables))
        yield from chain.from_iterable(map(self.alarm, declared.all_alarms))
        if declared.dashboard:
            arn = self.account.dashboard(declared.dashboard.name)
            yield from self.does("Dashboard", calls.DASHBOARD, arn)
        yield from chain.from_iterable(self.role(r) for t in declared.tables for r in t.roles)

    def table(self, declared: DeclaredTable) -> Iterator[Permission]:
        arn = self.account.table(declared.table.name)
        yield from self.does("Tables", calls.TABLE, arn)
        adopts = declared.adopt and _reads in self.stages
        if adopts or _verifies in self.stages:
            yield from live_table(arn)
        if adopts:  # its present key may be another
            yield from permissions("Keys", "kms:DescribeKey", self.account.arn("kms", "key/*"))
        elif self.writes:
            yield from self.origin(declared, arn)
        yield from self.key(declared)
        yield from self.insights(declared, arn)
        yield from self.kinesis(declared, arn)
        if declared.resource_policy is not None:
            yield from self.does("ResourcePolicies", calls.RESOURCE_POLICY, arn)
        if declared.stream_policy is not None:
            yield from self.does("ResourcePolicies", calls.RESOURCE_POLICY, f"{arn}/stream/*")
        yield from self.scaling(declared)
        for replica in declared.global_table.replicas if declared.global_table else ():
            yield from self.replica(declared, replica)

    def origin(self, declared: DeclaredTable, arn: str) -> Iterator[Permission]:
        """What makes the table; without an origin it begins empty."""
        match declared.origin:
            case None:
                yield from self.does("Tables", calls.NEW_TABLE, arn)
            case S3Import():
                yield from self.importing(declared.origin, arn)
            case Restore():
                yield from self.restoring(declared.origin, arn)

    def importing(self, origin: S3Import, arn: str) -> Iterator[Permission]:
        bucket = f"arn:{self.account.partition}:s3:::{origin.bucket}"
        yield from permissions("Import", "dynamodb:ImportTable", arn)
        yield from permissions("Import", "dynamodb:DescribeImport", f"{arn}/import/*")
        yield from permissions("Import", "s3:GetObject", f"{bucket}/{origin.key_prefix}*")
        yield from permissions("Import", "s3:ListBucket", bucket)

    def restoring(self, origin: Restore, arn: str) -> Iterator[Permission]:
        yield from permissions("Restore", calls.GRANTED_TO_RESTORE, arn)
        if origin.backup_arn:
            actions = "dynamodb:DescribeBackup RestoreTableFromBackup"
            yield from permissions("Restore", actions, origin.backup_arn)
            yield from permissions("Restore", "dynamodb:RestoreTableFromBackup", arn)
            backed_up = origin.backup_arn.partition("/backup/")[0]
            yield from permissions("Restore", "dynamodb:DescribeTable", backed_up)
            return
        source = origin.source_table_arn or self.account.table(str(origin.source_table_name))
        reads = "dynamodb:DescribeContinuousBackups DescribeTable"
        yield from permissions("Restore", reads, source)
        yield from permissions("Restore", "dynamodb:RestoreTableToPointInTime", source, arn)

    def key(self, declared: DeclaredTable) -> Iterator[Permission]:
        encryption = declared.table.encryption
        if encryption is None or encryption.type == "AWS_OWNED":
            return
        if self.official:
            yield from self.does("KeyLists", calls.OFFICIAL_KEY, "*")
        if encryption.kms_key is None:
            is_managed = (("ForAnyValue:StringEquals", "kms:ResourceAliases", calls.MANAGED_ALIAS),)
            for stage in self.stages:
                if actions := stage(calls.KEY):
                    every = self.account.arn("kms", "key/*")
                    yield from permissions("ManagedKey", actions, every, condition=is_managed)
            return
        yield from self.customer_key(self.account, encryption.kms_key)

    def customer_key(self, account: AccountArns, key: str) -> Iterator[Permission]:
        yield from self.does("Keys", calls.KEY, key)
        if self.writes:
            yield from encrypting(account, key)

    def insights(self, declared: DeclaredTable, arn: str) -> Iterator[Permission]:
        for insights in declared.insights:
            of = arn if insights.index is None else f"{arn}/index/{insights.index}"
            yield from self.does("Insights", calls.INSIGHTS, of)
        if declared.insights:
            yield from self.service_role(calls.CONTRIBUTOR_INSIGHTS)

    def kinesis(self, declared: DeclaredTable, arn: str) -> Iterator[Permission]:
        if declared.kinesis is None:
            return
        yield from self.does("Kinesis", calls.KINESIS, arn)
        if self.writes:
            stream = declared.kinesis.stream_arn
            yield from permissions("Kinesis", calls.GRANTED_TO_STREAM, stream)
            yield from permissions("Kinesis", "kinesis:ListStreams", "*")
        yield from self.service_role(calls.KINESIS_REPLICATION)

    def scaling(self, declared: DeclaredTable) -> Iterator[Permission]:
        yield from self.does("ScalingLists", calls.ANY_SCALING, "*")
        if not declared.scaling:
            return
        targets = self.account.arn("application-autoscaling", "scalable-target/*")
        yield from self.does("ScalingLists", calls.SCALED, "*")
        yield from self.does("Scaling", calls.SCALING, targets)
        if any(side.schedules for side in declared.scaling):
            yield from self.does("Scaling", calls.SCHEDULES, targets)
        yield from self.service_role(calls.AUTO_SCALING)

    def replica(self, declared: DeclaredTable, replica: Replica) -> Iterator[Permission]:
        there = self.account.of_region(replica.region)
        arn = there.table(declared.table.name)
        yield from self.does("Replicas", calls.REPLICA, arn)
        yield from self.does("Tables", calls.REPLICATED, self.account.table(declared.table.name))
        if self.writes:
            yield from permissions("Replicas", calls.GRANTED_TO_REPLICATE, arn)
        if replica.insights:
            yield from self.does("Insights", calls.INSIGHTS, arn)
        for index in replica.indexes:
            if index.insights:
                yield from self.does("Insights", calls.INSIGHTS, f"{arn}/index/{index.name}")
        if replica.insights or any(index.insights for index in replica.indexes):
            yield from self.service_role(calls.CONTRIBUTOR_INSIGHTS)
        if replica.kms_key:
            yield from self.customer_key(there, replica.kms_key)
        yield from self.service_role(calls.REPLICATION)

    def alarm(self, alarm: Alarm) -> Iterator[Permission]:
        yield from self.does("AlarmLists", calls.ALARM_LISTS, "*")
        yield from self.does(
            "Alarms", calls.ALARM, self.account.arn("cloudwatch", f"alarm:{alarm.name}")
        )

    def role(self, role: Role) -> Iterator[Permission]:
        arn = self.account.role(role.name)
        yield from self.does("Roles", calls.ROLE, arn)
        if self.official:
            yield from self.does("Roles", calls.OFFICIAL_ROLE, arn)
        if role.permissions_boundary:
            yield from self.does("Roles", calls.BOUNDARY, arn)
        if role.managed_policies:
            yield from self.does("Roles", calls.ATTACHMENTS, arn)

    def service_role(self, of: tuple[str, str]) -> Iterator[Permission]:
        """AWS makes it in the caller's name where an account has none yet."""
        if self.writes:
            service, name = of
            arn = self.account.role(f"aws-service-role/{service}/{name}")
            yield from permissions("ServiceLinkedRoles", "iam:CreateServiceLinkedRole", arn)
