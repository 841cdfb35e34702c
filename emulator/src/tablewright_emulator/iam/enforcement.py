"""Holds calls to the policies of who makes them; a gate of the gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tablewright_emulator.cloudwatch.alarms.store import AlarmStore
from tablewright_emulator.dynamodb import DynamoDb
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.iam.authorization import Need, needs_of
from tablewright_emulator.iam.document import PolicyDocument, PolicyError, parse_policy
from tablewright_emulator.iam.evaluation import Answer, Question, evaluate
from tablewright_emulator.iam.item_access import TableKeys
from tablewright_emulator.iam.pattern import Values
from tablewright_emulator.iam.principal import Principal, principal_of
from tablewright_emulator.request import AwsFault, Request

_KINDS = {
    "identity": "identity-based policy",
    "boundary": "permissions boundary",
    "session": "session policy",
    "resource": "resource-based policy",
}


class Enforcement:
    """Decides every call to DynamoDB and CloudWatch from outside while it is switched on."""

    def __init__(self, gateway: Gateway, dynamodb: DynamoDb, alarms: AlarmStore) -> None:
        self._gateway = gateway
        self._dynamodb = dynamodb
        self._alarms = alarms
        self.enabled = False
        self.user_boundaries: dict[tuple[str, str], str] = {}

    def check(self, request: Request) -> None:
        """Let a request pass.

        Raises:
            AwsFault: AccessDeniedException (AccessDenied of CloudWatch) with AWS's text.
        """
        if not self.enabled:
            return
        needs = needs_of(request, lambda name: self._table_keys(request, name))
        if not needs:
            return
        principal = principal_of(
            request.access_key, request.account, request.region, self.user_boundaries
        )
        shared = principal.context() | self._context(request)
        for need in needs:
            answer = self._decide(request, principal, need, shared)
            if not answer.allowed:
                raise denial(request, principal, need, answer)

    def _decide(self, request: Request, principal: Principal, need: Need, shared: Values) -> Answer:
        table = self._table(request, need.resource)
        context = dict(shared) | self._resource_context(request, need.resource, table) | need.keys
        owner = _owner(need.resource) or request.account
        question = Question(principal.caller, need.action, need.resource, owner, context)
        policies = principal.policies(_policies_of(table, need.resource))
        return evaluate(question, policies)

    def _context(self, request: Request) -> dict[str, tuple[str, ...]]:
        """Keys every call has. The loopback gateway counts as a secure one."""
        now = self._gateway.clock.now()
        context: dict[str, tuple[str, ...]] = {
            "aws:currenttime": (f"{now:%Y-%m-%dT%H:%M:%SZ}",),
            "aws:epochtime": (str(int(now.timestamp())),),
            "aws:requestedregion": (request.region,),
            "aws:securetransport": ("true",),
            "aws:sourceip": ("127.0.0.1",),
        }
        agent = request.headers.get("user-agent")
        return context | ({"aws:useragent": (agent,)} if agent else {})

    def _resource_context(
        self, request: Request, resource: str, table: Table | None
    ) -> dict[str, tuple[str, ...]]:
        tags: Mapping[str, str] = table.tags if table is not None else {}
        if ":alarm:" in resource:
            name = resource.split(":alarm:", 1)[1]
            alarm = self._alarms.get(request.account, request.region, name)
            tags = alarm.tags if alarm is not None else {}
        owner = _owner(resource) or request.account
        context: dict[str, tuple[str, ...]] = {"aws:resourceaccount": (owner,)}
        for key, value in tags.items():
            context[f"aws:resourcetag/{key.lower()}"] = (value,)
        return context

    def _table(self, request: Request, resource: str) -> Table | None:
        parts = resource.split(":", 5)
        if len(parts) < 6 or parts[2] != "dynamodb" or not parts[5].startswith("table/"):  # noqa: PLR2004 - an ARN's
            return None
        region, account = parts[3] or request.region, parts[4] or request.account
        name = parts[5].split("/")[1]
        now: datetime = self._gateway.clock.now()
        return self._dynamodb.catalog(account, region).get(name, now)

    def _table_keys(self, request: Request, name: str) -> TableKeys | None:
        if not name:
            return None
        table = self._dynamodb.of(request).get(name, self._gateway.clock.now())
        if table is None:
            return None
        holders: list[Any] = [*table.indexes.values(), *table.local_indexes.values()]
        indexes = {holder.name: _partition_key(holder.key_schema) for holder in holders}
        return TableKeys(_partition_key(table.key_schema), indexes)


def denial(request: Request, principal: Principal, need: Need, answer: Answer) -> AwsFault:
    """AWS's error for a call that is not allowed."""
    action, kind = need.action, _KINDS[answer.kind]
    text = (
        f"User: {principal.caller.arn} is not authorized to perform: {action} on resource: "
        f"{_shown(request, need.resource)} "
    )
    if answer.verdict == "explicitDeny":
        article = "an" if kind[0] in "aeiou" else "a"
        text += f"with an explicit deny in {article} {kind}"
    else:
        text += f"because no {kind} allows the {action} action"
    if request.service == "cloudwatch":
        return AwsFault("AccessDenied", text, 403)
    return AwsFault("AccessDeniedException", text)


def _shown(request: Request, resource: str) -> str:
    """DynamoDB shows a pattern of tables where an action knows no resource."""
    if resource != "*" or request.service == "cloudwatch":
        return resource
    return f"arn:aws:dynamodb:{request.region}:{request.account}:table/*"


def _owner(resource: str) -> str | None:
    parts = resource.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4] else None  # noqa: PLR2004 - an ARN's parts


def _partition_key(schema: list[dict[str, str]]) -> str:
    return next(element["AttributeName"] for element in schema if element["KeyType"] == "HASH")


def _policies_of(table: Table | None, resource: str) -> Iterator[PolicyDocument]:
    """The resource policies of a table or of its stream; an index is under its table's."""
    if table is None:
        return
    for arn, (text, _) in table.policies.items():
        if ("/stream/" in arn) == ("/stream/" in resource):
            try:
                yield parse_policy(text, arn)
            except PolicyError:
                continue
