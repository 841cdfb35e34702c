"""A stack: tables that are deployed together, and what they have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tablewright.manifest.models.acceptance import AcceptedProblem
from tablewright.manifest.models.alarm import StackAlarms
from tablewright.manifest.models.base import (
    API_VERSION,
    AccountId,
    ApiVersion,
    Count,
    Flag,
    Label,
    Many,
    Model,
    Region,
    ResourceName,
    Tags,
    Template,
    Whole,
)
from tablewright.manifest.models.table import TableDefaults
from tablewright.stack_id import StackId

OutputValue = Literal[
    "tableName",
    "tableArn",
    "tableId",
    "streamArn",
    "streamLabel",
    "roleName",
    "roleArn",
    "alarmArn",
    "region",
]


MandatoryTags = Many[Annotated[str, StringConstraints(min_length=1, max_length=128)]]


class Naming(Model):
    """Templates of names. `{table}` is the table's physical name, `{stack}` the stack's."""

    table: Template = Field(
        default="{name}",
        description="Tables without a `tableName`, e.g. `{stack}-{name}-{environment}`; `{name}` "
        "is their `metadata.name`. A table that is deployed already would be replaced, which is "
        "refused: let it keep its name by `tableName`.",
    )
    alarm: Template = Field(
        default="dynamodb-{table}-{alarm}-{environment}",
        description="Alarms of a table; `{alarm}` is e.g. `user-errors`.",
    )
    stack_alarm: Template = Field(
        default="dynamodb-{stack}-{alarm}-{environment}", description="Alarms of the whole stack."
    )
    role: Template = Field(
        default="dynamodb-{table}-{access}-role-{environment}",
        description="Roles; `{access}` is e.g. `read`.",
    )
    policy: Template = Field(
        default="dynamodb-{table}-{access}-policy-{environment}",
        description="Their inline policies.",
    )
    dashboard: Template = Field(
        default="dynamodb-{stack}-{environment}", description="The dashboard."
    )


class Quotas(Model):
    """What the account may have, where AWS has raised one of its quotas."""

    throughput: Count = Field(
        default=40_000,
        description="Read units, and write units, a second of one table or index.",
    )
    global_secondary_indexes: Count = Field(default=20, description="Global indexes of one table.")


class Dashboard(Model):
    """A CloudWatch dashboard over all tables of the stack."""

    enabled: Flag = Field(default=True, description="`false` keeps the settings without it.")
    name: Template | None = Field(
        default=None, description="Its name; `naming.dashboard` if left out."
    )
    period: Annotated[Whole, Field(ge=60, multiple_of=60)] = Field(
        default=300, description="Seconds per point of its graphs, a multiple of 60."
    )
    adopt: Flag = Field(
        default=False, description="Take over a dashboard of that name that exists."
    )


class Ownership(Model):
    """How it is seen on a live resource which stack it belongs to."""

    tag: Flag = Field(
        default=True,
        description="Everything of the stack carries the tag `tablewright:stack`, which names it. "
        "`false`: nothing does, and nothing keeps another stack from adopting its tables; what a "
        "killed run has made is not taken for its own without a look by you.",
    )


class Output(Model):
    """A stack output under a name of your choice, besides the standard ones."""

    name: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=255)
    ] = Field(description="Name of the output.")
    value: OutputValue = Field(description="What it shows.")
    table: ResourceName | None = Field(
        default=None, description="`metadata.name` of the table it is about; not for `region`."
    )
    role: str | None = Field(
        default=None, description="Name of the table's role, for `roleName` and `roleArn`."
    )
    alarm: str | None = Field(
        default=None, description="`{alarm}` of the table's alarm, for `alarmArn`: `user-errors`."
    )


Address = Annotated[
    str,
    StringConstraints(
        pattern=r"^(table/[A-Za-z0-9_.-]{3,255}(/(alarm|role)/[a-z0-9][A-Za-z0-9_.-]*)?"
        r"|alarm/[a-z0-9][A-Za-z0-9_.-]*)$",
        max_length=600,
    ),
]
"""What is declared: `table/orders`, `table/orders/alarm/writes`, `table/orders/role/reader`."""


class Moved(Model):
    """Something that had another name in the manifests and is the same in AWS, where it stays.

    That is noticed without a note by its name in AWS. The note makes sure: a run that would make
    another one is refused, and told how to keep the name.
    """

    from_: Address = Field(
        alias="from",
        description="Its name before: `table/NAME`, `table/NAME/alarm/KEY`, "
        "`table/NAME/role/NAME`, or `alarm/KEY` for one of the stack.",
    )
    to: Address = Field(description="Its name now, likewise.")


class StackEnvironment(Model):
    """What differs in one environment; merged over the stack, field by field."""

    region: Region | None = Field(default=None, description="Another region.")
    account: AccountId | None = Field(
        default=None, description="The only AWS account that its stacks may be in."
    )
    tags: Tags = Field(default_factory=dict, description="Further or other tags.")
    enforced_tags: Tags = Field(
        default_factory=dict, description="Further or other tags that win over all."
    )
    naming: Naming = Field(default_factory=Naming, description="Other templates of names.")
    defaults: TableDefaults = Field(
        default_factory=TableDefaults, description="Merged over the stack's `defaults`."
    )
    alarms: StackAlarms = Field(
        default_factory=StackAlarms, description="Merged over the stack's alarms."
    )
    dashboard: Dashboard | None = Field(
        default=None, description="Merged over the stack's dashboard."
    )
    quotas: Quotas = Field(
        default_factory=Quotas, description="Quotas in that environment's account."
    )


class StackSpec(Model):
    """Where the tables live and what they share."""

    region: Region = Field(description="AWS region, e.g. `ap-southeast-2`.")
    account: AccountId | None = Field(
        default=None,
        description="The only AWS account that the stack may be in, twelve digits: with "
        "credentials of another one every command is refused. Any if left out.",
    )
    environment: Label = Field(
        description="Environment: `{environment}` in names, the tag Environment, the Pulumi stack."
    )
    environments: dict[Label, StackEnvironment] = Field(
        default_factory=dict,
        description="What differs by environment. `--environment` must name one of them, and "
        "those of the tables are among them.",
    )
    tags: Tags = Field(
        default_factory=dict,
        description="Tags of everything; a table's own tags win over them.",
    )
    enforced_tags: Tags = Field(
        default_factory=dict, description="Tags of everything that win over all other tags."
    )
    mandatory_tags: MandatoryTags = Field(
        default=("Environment", "Team", "CostCenter"),
        description="Tags that nothing may lack. While `Environment` is one of them it is set to "
        "the environment, and wins over all other tags.",
    )
    naming: Naming = Field(default_factory=Naming, description="Templates of names.")
    defaults: TableDefaults = Field(
        default_factory=TableDefaults, description="Merged under every table of the stack."
    )
    alarms: StackAlarms = Field(
        default_factory=StackAlarms, description="Alarms of the stack as a whole; none if left out."
    )
    dashboard: Dashboard | None = Field(
        default=None, description="A CloudWatch dashboard; none if left out."
    )
    ownership: Ownership = Field(
        default_factory=Ownership, description="How the stack's resources are known as its own."
    )
    quotas: Quotas = Field(
        default_factory=Quotas, description="Quotas that AWS has raised; its own if left out."
    )
    moved: Many[Moved] = Field(
        default=(),
        description="What had another name in the manifests; notes of old moves may stay.",
    )
    outputs: Many[Output] = Field(
        default=(), description="Outputs under names of your own, besides the standard ones."
    )


class StackMetadata(Model):
    """What the stack is called."""

    name: Label = Field(description="Name of the stack, also of the Pulumi project.")
    audit_exceptions: Many[AcceptedProblem] = Field(
        default=(),
        description="Problems that `audit` accepts of any of its tables; none if left out.",
    )


class Stack(Model):
    """Tables that are deployed together."""

    api_version: ApiVersion = Field(default=API_VERSION, description="Version of this format.")
    kind: Literal["Stack"] = Field(default="Stack", description="Kind of the document.")
    metadata: StackMetadata = Field(description="Name of the stack.")
    spec: StackSpec = Field(description="The stack.")

    @property
    def id(self) -> StackId:
        """What it is called."""
        return StackId(self.metadata.name, self.spec.environment)
