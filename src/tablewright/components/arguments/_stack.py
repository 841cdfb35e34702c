"""A stack, as arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pulumi
from tablewright.components.arguments._alarm import AlarmsArgs
from tablewright.components.arguments._document import Arguments
from tablewright.components.arguments._table import TableArgs
from tablewright.components.output_placeholders import OutputPlaceholders
from tablewright.components.tagging import MANDATORY_TAGS, TagInputs
from tablewright.manifest import models
from tablewright.manifest.models import Model


@dataclass(frozen=True)
class Naming(Arguments):
    """Templates of names; `{table}`, `{environment}`, `{alarm}`, `{access}`, `{stack}`, `{region}`.

    Args:
        table: of tables that say no `table_name`; `{name}`, which is what they are called here, if
            left out.
        alarm: of a table's alarms; `dynamodb-{table}-{alarm}-{environment}` if left out.
        stack_alarm: of the stack's; `dynamodb-{stack}-{alarm}-{environment}` if left out.
        role, policy: of roles and their policies; `dynamodb-{table}-{access}-role-{environment}`
            and `-policy-` if left out.
        dashboard: `dynamodb-{stack}-{environment}` if left out.
    """

    model: ClassVar[type[Model]] = models.Naming

    table: str | None = None
    alarm: str | None = None
    stack_alarm: str | None = None
    role: str | None = None
    policy: str | None = None
    dashboard: str | None = None


@dataclass(frozen=True)
class Dashboard(Arguments):
    """A CloudWatch dashboard over all tables.

    Args:
        name: `Naming.dashboard` if left out.
        period: seconds per point of its graphs, a multiple of 60; 300 if left out.
    """

    model: ClassVar[type[Model]] = models.Dashboard

    name: str | None = None
    period: int | None = None


@dataclass(frozen=True)
class Quotas(Arguments):
    """What the account may have, where AWS has raised one of its quotas.

    Args:
        throughput: read units, and write units, a second of one table or index; 40,000 if left out.
        global_secondary_indexes: of one table; 20 if left out.
    """

    model: ClassVar[type[Model]] = models.Quotas

    throughput: int | None = None
    global_secondary_indexes: int | None = None


@dataclass(frozen=True)
class StackArgs(Arguments):
    """Tables that are deployed together, and what they have in common.

    Args:
        environment: `{environment}` in names, and the tag Environment.
        region: given to every resource; None: the provider's, which `aws:region` or AWS_REGION set.
        tables: the tables by logical name, in the order in which outputs list them.
        tags: of everything; single values, or all together, may be outputs. A table's own win.
        enforced_tags: of everything; they win over all others but Environment.
        mandatory_tags: what nothing may lack.
        naming: templates of names.
        alarms: of the stack as a whole, on what AWS counts per account and region.
        dashboard: none if left out.
        quotas: those of AWS if left out.
    """

    model: ClassVar[type[Model]] = models.StackSpec

    environment: str
    region: str | None = None
    tables: Mapping[str, TableArgs] = field(default_factory=dict)
    tags: TagInputs | None = None
    enforced_tags: Mapping[str, pulumi.Input[str]] | None = None
    mandatory_tags: Sequence[str] = MANDATORY_TAGS
    naming: Naming | None = None
    alarms: AlarmsArgs | None = None
    dashboard: Dashboard | None = None
    quotas: Quotas | None = None

    def document(self, late: OutputPlaceholders) -> dict[str, Any]:
        """The stack without its tables, which are documents of their own, and without its tags."""
        document = Arguments.document(replace(self, tables={}, tags=None), late)
        del document["tables"]
        return document
