"""On what a role is tried: its table with all that belongs to it, and tables that are not its."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from tablewright.fleet.live import LiveTable
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.stack import LiveStack
from tablewright.plan.table import Table

from .actions import ABSENT, ACTIONS, ON_ITEMS, PLACES, Place
from .context import RequestContext, Values
from .statement import Statement

Column = Literal[
    "table", "index", "stream", "export", "import", "backup", "global", "account", "another table"
]
COLUMNS: tuple[Column, ...] = get_args(Column)
ANOTHER: Column = "another table"

_OF_ITEMS = (
    *("attributes", "enclosingoperation", "fulltablescan", "leadingkeys"),
    *("returnconsumedcapacity", "returnvalues", "select"),
)
_TABLE_ARN = re.compile(r"arn:(aws[a-z-]*):dynamodb:([^:]*):([^:]*):table/([^/]*)")
_SPACE = re.compile(r"\$\{[^}]*\}|[*?]")
_ELSEWHERE = {True: "eu-west-1", False: "us-east-1"}


@dataclass(frozen=True, slots=True)
class AccessSubject:
    """One thing that is asked for.

    Args:
        column: where it stands in the matrix.
        table: name of the table that it is or belongs to; empty for the account.
    """

    column: Column
    place: Place
    resource: str
    table: str = ""

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions that can be allowed on it."""
        return tuple(action for action, places in ACTIONS.items() if self.place in places)

    @property
    def account(self) -> str:
        """The account in its ARN, empty where it has none."""
        return "" if self.resource == "*" else self.resource.split(":")[4]


def subjects(
    table: Table, stack: LiveStack, policies: Iterable[Statement]
) -> tuple[AccessSubject, ...]:
    """Everything that a role of `table` is tried on; `policies` are those it has."""
    arn = f"arn:{stack.partition}:dynamodb:{stack.region}:{stack.account_id}:table/{table.name}"
    own = {place: _of(arn, place, table, stack) for place in PLACES if place != "account"}
    others = {f"{arn}-another": None}
    others |= dict.fromkeys(arn.replace(f"/{table.name}", f"/{name}") for name in stack.tables)
    others |= dict.fromkeys(_named(policies, stack))
    others.pop(arn, None)
    return (
        *(AccessSubject(place, place, resource, table.name) for place, resource in own.items()),
        AccessSubject("account", "account", "*"),
        *(
            AccessSubject(ANOTHER, place, _of(other, place, None, stack), other.partition("/")[2])
            for other in others
            for place in PLACES
            if place != "account"
        ),
    )


def context(
    subject: AccessSubject, action: str, role: LiveRole, stack: LiveStack
) -> RequestContext:
    """What is known of every request for `action` on `subject`."""
    known = shared_context(subject, role, stack)
    name = action.partition(":")[2]
    if name not in ON_ITEMS:
        known |= dict.fromkeys((f"dynamodb:{key}" for key in _OF_ITEMS), ())
    known |= dict.fromkeys(ABSENT.get(name, ()), ())
    return RequestContext(known | {"aws:username": ()})


def shared_context(subject: AccessSubject, role: LiveRole, stack: LiveStack) -> dict[str, Values]:
    """Keys with the same value in all requests for a subject. Calls of AWS's SDKs use TLS."""
    region = stack.region if subject.resource == "*" else subject.resource.split(":")[3]
    live = stack.tables.get(subject.table)
    tags = live.table.tags if isinstance(live, LiveTable) and _is_at_home(subject, stack) else None
    return {
        "aws:principalaccount": (role.arn.split(":")[4],),
        "aws:principalarn": (role.arn,),
        "aws:principalisawsservice": ("false",),
        "aws:principaltype": ("AssumedRole",),
        "aws:requestedregion": (region or stack.region,),
        "aws:resourceaccount": (subject.account or stack.account_id,),
        "aws:securetransport": ("true",),
        **_tags("principal", role.tags),
        **_tags("resource", tags or {}),
    }


def _is_at_home(subject: AccessSubject, stack: LiveStack) -> bool:
    return subject.resource.startswith(
        f"arn:{stack.partition}:dynamodb:{stack.region}:{stack.account_id}:"
    )


def _tags(whose: str, tags: Mapping[str, str]) -> dict[str, Values]:
    return {f"aws:{whose}tag/{key.lower()}": (value,) for key, value in tags.items()}


def _of(arn: str, place: Place, table: Table | None, stack: LiveStack) -> str:
    """The ARN of something that belongs to a table; what there is of it, else a made-up one."""
    live = stack.tables.get(table.name) if table else None
    indexes = _indexes(table) if table else []
    stream = live.reading.stream_arn if isinstance(live, LiveTable) else None
    stamp = "01234567890123-00000000"
    match place:
        case "index":
            return f"{arn}/index/{indexes[0] if indexes else 'any-index'}"
        case "stream":
            return stream or f"{arn}/stream/2000-01-01T00:00:00.000"
        case "global":
            partition, service, _, account = arn.split(":")[1:5]
            return f"arn:{partition}:{service}::{account}:global-table/{arn.partition('/')[2]}"
        case "export" | "import" | "backup":
            return f"{arn}/{place}/{stamp}"
        case _:
            return arn


def _indexes(table: Table) -> list[str]:
    global_ones = [*table.index_names]
    return [*global_ones, *(index.name for index in table.local_indexes or ())]


def _named(policies: Iterable[Statement], stack: LiveStack) -> Iterator[str]:
    """A table that fits each pattern of what is allowed: in another region where any will do."""
    elsewhere = _ELSEWHERE[stack.region == "us-east-1"]
    for statement in policies:
        for pattern in statement.resources or () if statement.allows else ():
            matched = _TABLE_ARN.match(pattern)
            if matched:
                partition, region, account, name = matched.groups()
                yield (
                    f"arn:{partition}:dynamodb:{elsewhere if _SPACE.search(region) else region}:"
                    f"{stack.account_id if _SPACE.search(account) else account}:"
                    f"table/{_SPACE.sub('x', name)}"
                )
