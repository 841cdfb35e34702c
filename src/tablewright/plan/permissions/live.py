"""What the commands need that go by live tables, whatever is declared of their settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from . import calls
from .permission import Permission, permissions
from .places import AccountArns


def live_table(arn: str) -> Iterator[Permission]:
    """Reading a table as it is, with all that it may have."""
    yield from permissions("Tables", calls.LIVE_TABLE, arn)
    yield from permissions("Indexes", calls.INDEXES, f"{arn}/index/*")
    yield from permissions("Streams", calls.STREAM, f"{arn}/stream/*")


def _tables(account: AccountArns, names: Sequence[str]) -> Iterator[Permission]:
    """All settings of tables and what is part of them."""
    yield from permissions("Lists", "dynamodb:ListTables", "*")
    yield from permissions("Lists", calls.SCALING_LISTS, "*")
    for arn in map(account.table, names):
        yield from live_table(arn)
    yield from permissions("Keys", "kms:DescribeKey", account.arn("kms", "key/*"))


def _alarms(account: AccountArns) -> Iterator[Permission]:
    yield from permissions("Lists", "cloudwatch:DescribeAlarms", "*")
    every = account.arn("cloudwatch", "alarm:*")
    yield from permissions("Alarms", "cloudwatch:ListTagsForResource", every)


def _discover(account: AccountArns, _: Sequence[str]) -> Iterator[Permission]:
    yield from _tables(account, ["*"])


def _adopt(account: AccountArns, names: Sequence[str]) -> Iterator[Permission]:
    yield from _tables(account, names)
    yield from _alarms(account)
    yield from permissions("Lists", "iam:GetAccountAuthorizationDetails", "*")
    roles = "iam:GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies"
    yield from permissions("Roles", roles, account.role("*"))
    yield from permissions("Lists", "lambda:ListEventSourceMappings", "*")
    stacks = "cloudformation:DescribeStacks GetTemplate ListStackResources"
    yield from permissions("Stacks", stacks, account.arn("cloudformation", "stack/*"))
    yield from permissions("Lists", "cloudformation:ListExports", "*")


def _audit(account: AccountArns, names: Sequence[str]) -> Iterator[Permission]:
    yield from _tables(account, names)
    yield from permissions("Lists", "cloudwatch:DescribeAlarms", "*")
    yield from permissions("Lists", "backup:ListProtectedResources", "*")
    yield from permissions("Lists", "cloudwatch:GetMetricData", "*")
    yield from permissions("Lists", "dax:DescribeClusters", "*")
    yield from permissions("Lists", "dynamodb:DescribeLimits", "*")
    uses = "iam:GetAccountAuthorizationDetails GetServiceLastAccessedDetails"
    yield from permissions("Lists", uses, "*")
    report = "iam:GenerateServiceLastAccessedDetails"
    yield from permissions("Roles", report, account.role("*"))
    yield from permissions("Lists", "lambda:ListEventSourceMappings", "*")


def _collect(account: AccountArns, names: Sequence[str]) -> Iterator[Permission]:
    yield from _tables(account, names)
    yield from permissions("Lists", "cloudwatch:GetMetricData", "*")


def _hot_keys(account: AccountArns, names: Sequence[str]) -> Iterator[Permission]:
    yield from permissions("Lists", "dynamodb:ListContributorInsights", "*")
    rules = account.arn("cloudwatch", "insight-rule/DynamoDBContributorInsights-*")
    yield from permissions("Rules", "cloudwatch:GetInsightRuleReport", rules)
    for arn in map(account.table, names):
        yield from permissions("Tables", "dynamodb:DescribeTable", arn)
        yield from permissions("Tables", "dynamodb:DescribeContributorInsights", arn)
        yield from permissions("Indexes", "dynamodb:DescribeContributorInsights", f"{arn}/index/*")


def _migrate(account: AccountArns, names: Sequence[str]) -> Iterator[Permission]:
    """From the first of the tables to the second."""
    old, new = map(account.table, names)
    yield from permissions("Tables", "dynamodb:DescribeTable", old, new)
    yield from permissions("Old", "dynamodb:BatchGetItem GetItem Scan UpdateTable", old)
    reads = "dynamodb:DescribeStream GetRecords GetShardIterator"
    yield from permissions("OldStream", reads, f"{old}/stream/*")
    yield from permissions("New", "dynamodb:BatchGetItem DeleteItem GetItem PutItem Scan", new)


def _outputs(account: AccountArns, _: Sequence[str]) -> Iterator[Permission]:
    """With `--to-ssm`, whose prefix is chosen on the command line; else nothing is asked of AWS."""
    actions = "ssm:AddTagsToResource GetParameters ListTagsForResource PutParameter"
    yield from permissions("Parameters", actions, account.arn("ssm", "parameter/*"))


def _state_owner(account: AccountArns, names: Sequence[str]) -> Iterator[Permission]:
    yield from permissions("Tables", "dynamodb:ListTagsOfResource", *map(account.table, names))


def _prices_update(_: AccountArns, __: Sequence[str]) -> Iterator[Permission]:
    yield from permissions("Prices", "pricing:GetProducts", "*")


def _doctor(_: AccountArns, __: Sequence[str]) -> Iterator[Permission]:
    yield from permissions("Lists", "dynamodb:ListTables", "*")


LIVE_COMMANDS: Mapping[str, Callable[[AccountArns, Sequence[str]], Iterator[Permission]]] = {
    "discover": _discover,
    "adopt": _adopt,
    "audit": _audit,
    "usage collect": _collect,
    "migrate": _migrate,
    "hot-keys": _hot_keys,
    "outputs": _outputs,
    "state owner": _state_owner,
    "prices update": _prices_update,
    "doctor": _doctor,
}
