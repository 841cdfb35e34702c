"""What is found of live tables, and whether they match what is declared."""

from __future__ import annotations

from typing import TypedDict


class FindingDocument(TypedDict):
    """One fact about one resource."""

    rule: str
    """The rule, see `tablewright explain RULE`; empty of a stack of which nothing was read."""
    kind: str
    """`table`, `replica`, `alarm`, `role` or `dashboard`; `stack` where nothing of it was read."""
    subject: str
    """Which one."""
    fact: str
    """What is compared: `billing mode`."""
    verdict: str
    """`passed`, `failed` or `unknown`."""
    expected: str
    """What is declared."""
    actual: str
    """What is live; of an unknown fact, why it could not be read."""
    fix: str
    """What to do about it; empty when it passed."""


class AccessCellDocument(TypedDict):
    """Whether a role may do one action on one thing."""

    action: str
    """An action of DynamoDB, `GetItem`."""
    on: str
    """`table`, `index`, `stream`, `export`, `import`, `backup`, `global`, `account` or
    `another table`."""
    resource: str
    """The ARN it was tried on; `*` where the action names none."""
    declared: str
    """`allowed`, `conditional`, `denied` or `unread`."""
    actual: str
    """Likewise, as the policies are."""
    conditions: list[str]
    """Of a conditional one: `if ...`, one of which a request must meet, and `unless ...`."""
    reason: str
    """Why it is denied or unread."""


class RoleAccessDocument(TypedDict):
    """What a role may do."""

    role: str
    """Its name."""
    table: str
    """The table it is for."""
    simulator: str
    """Whether IAM's policy simulator was asked too, in words."""
    cells: list[AccessCellDocument]
    """Every action on everything that it can be allowed on."""


class VerificationDocument(TypedDict):
    """What `verify` found."""

    stack: str
    """The stack's name."""
    environment: str
    """Its environment."""
    region: str
    """Its region."""
    accountId: str
    """The account that was read."""
    findings: list[FindingDocument]
    """Every fact, in the order of the declaration."""
    verdict: str
    """`failed` if anything failed, else `unknown` if anything is, else `passed`."""
    counts: dict[str, int]
    """How many facts `passed`, `failed` and are `unknown`."""
    access: list[RoleAccessDocument] | None
    """What each role may do; null without `--access`."""


class UnreadDocument(TypedDict):
    """What could not be read."""

    account: str
    """In which account."""
    region: str
    """In which region; empty where it is the whole account."""
    table: str
    """Which table; empty where it is the whole region."""
    reason: str
    """Why."""


class DiscoveredTableDocument(TypedDict):
    """A live table; what could not be read of it is null, and why is in `unread`."""

    account: str
    """Its account."""
    region: str
    """Its region."""
    name: str
    """Its name."""
    arn: str
    """Its ARN."""
    status: str
    """As DescribeTable has it."""
    billingMode: str | None
    """`PAY_PER_REQUEST` or `PROVISIONED`."""
    readCapacityUnits: int | None
    """Null on demand."""
    writeCapacityUnits: int | None
    """Null on demand."""
    autoScaling: bool | None
    """Application Auto Scaling moves its capacity."""
    tableClass: str | None
    """`STANDARD` or `STANDARD_INFREQUENT_ACCESS`."""
    globalIndexes: list[str]
    """Names of its global secondary indexes."""
    localIndexes: list[str]
    """Names of its local secondary indexes."""
    items: int
    """As AWS counts them, every six hours."""
    sizeBytes: int
    """Likewise."""
    stream: str | None
    """The stream's view type; `NONE` is without a stream."""
    recoveryDays: int | None
    """Days of point-in-time recovery; 0 is off."""
    encryption: str | None
    """Which key."""
    deletionProtection: bool | None
    """AWS refuses to delete it."""
    replicas: list[str]
    """Regions of its replicas."""
    tags: dict[str, str] | None
    """All tags."""
    owner: str | None
    """The stack it belongs to by its tag."""
    unread: dict[str, str]
    """Why a field above is null, by part."""


class ReadDocument(TypedDict):
    """When a region was read."""

    account: str
    """Of which account."""
    region: str
    """Which one."""
    since: str
    """When the first was answered that is told of it, ISO 8601; the rest later."""


class DiscoveryDocument(TypedDict):
    """What `discover` found."""

    tables: list[DiscoveredTableDocument]
    """The tables."""
    unread: list[UnreadDocument]
    """What could not be read at all."""
    missing: list[str]
    """Names that were asked for and are nowhere."""
    regions: int
    """How many were looked into."""
    complete: bool
    """Nothing is unread."""
    read: list[ReadDocument]
    """When each region was read."""


class DiagnosisDocument(TypedDict):
    """One thing that a run needs."""

    name: str
    """`engine`, `credentials`, ..."""
    verdict: str
    """`passed`, `failed` or `unknown`."""
    detail: str
    """What there is."""
    fix: str
    """What to do about it; empty when it passed."""


class DoctorDocument(TypedDict):
    """What `doctor` found."""

    checks: list[DiagnosisDocument]
    """Each, after what it rests on."""
