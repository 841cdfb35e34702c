"""What the deploying commands print: previews, runs, the state of a stack."""

from __future__ import annotations

from typing import Any, TypedDict

from .error import FaultDocument


class StepDocument(TypedDict):
    """One call that changes a table."""

    title: str
    """What it does, in words."""
    operation: str
    """AWS's name of the call, `UpdateTable`."""
    risk: str
    """`in place`, `limited`, `slow`, `replaces`, `deletes` or `impossible`."""
    properties: list[str]
    """What it changes, as paths."""
    note: str
    """What a reader must know besides; may be empty."""
    before: str | None
    """The value now, in words; null where the title has it, or there is none."""
    after: str | None
    """The value then."""
    waitsFor: str | None
    """What is waited for before anything else happens to the table; null where nothing is."""


class RateDocument(TypedDict):
    """What something is charged by; money is text, so that no cent is rounded."""

    what: str
    """`capacity`, `writes`, ...; of a scalable target `at least` and `at most`."""
    per: str
    """`month`, `million units`, ..."""
    beforeUsd: str | None
    """Null where nothing was charged by it."""
    afterUsd: str | None
    """Null where nothing will be charged by it."""


MovedDocument = TypedDict("MovedDocument", {"from": str, "to": str})
"""Of a move: the names in the program before and after."""


class PropertyChangeDocument(TypedDict):
    """One property, before and after."""

    path: str
    """Of the property, `tags.Team`."""
    before: Any
    """Null where it was not set."""
    after: Any
    """Null where it will not be set; the text `unknown` where it is known only later."""


class ChangeDocument(TypedDict):
    """All that one run does to one resource."""

    urn: str
    """Pulumi's name of it."""
    type: str
    """Pulumi's type, `aws:dynamodb/table:Table`."""
    kind: str
    """The same in a word: `table`, `alarm`, ..."""
    name: str
    """The name in AWS where it is known, else the one in the program."""
    actions: list[str]
    """In order, of `move`, `create`, `import`, `update`, `replace`, `delete`, `keep`."""
    risk: str
    """The highest of its steps."""
    causes: list[str]
    """Of a replacement: the properties that force it."""
    gap: str
    """What is missing while it is replaced; empty where nothing is."""
    steps: list[StepDocument]
    """Of a table: the calls that are made, in order."""
    rates: list[RateDocument]
    """Of a table, an alarm, a scalable target: what it is charged by where that differs."""
    unpriced: list[str]
    """What it is charged by where that differs and no price is known, which is in no sum."""
    table: str | None
    """The table it belongs to; null where it belongs to none."""
    facts: list[str]
    """Of a creation: its key, policy, threshold and the like, in words."""
    moved: MovedDocument | None
    """Of a move: the names before and after."""
    properties: list[PropertyChangeDocument]
    """What differs."""


class LossDocument(TypedDict):
    """Something that holds data and would be deleted or replaced."""

    kind: str
    """`table`, `replica`, ..."""
    name: str
    """Its name in AWS."""
    action: str
    """`delete` or `replace`."""
    causes: list[str]
    """Of a replacement: the properties that force it."""


class MonthlyUsdDocument(TypedDict):
    """USD a month, before and after; money is text."""

    before: str
    """As it is."""
    after: str
    """As it would be."""


class PreviewDocument(TypedDict):
    """What `up` would do."""

    stack: str
    """The stack, `analytics/dev`."""
    target: str
    """`sandbox` or `aws`."""
    region: str
    """Its region."""
    changes: list[ChangeDocument]
    """Of each resource that changes."""
    unchanged: int
    """How many resources stay as they are."""
    counts: dict[str, int]
    """How many resources by what happens to them, `create`, `update`, `update and replace`."""
    summary: str
    """The same in a sentence."""
    capacityUsdPerMonth: MonthlyUsdDocument | None
    """Null where no capacity changes or no price is known; without the `unpriced` of `changes`."""
    alarmsUsdPerMonth: MonthlyUsdDocument | None
    """Likewise for the alarms, at the list price of us-east-1 in every region."""
    liveSettingsCompared: bool
    """The live settings were read, and not only the recorded state."""
    notes: list[str]
    """What a reader must know besides."""
    losses: list[LossDocument]
    """What would be lost, allowed or not."""
    refusals: list[FaultDocument]
    """Why `up` would refuse to do it; empty where it would not."""


class RunDocument(TypedDict):
    """What a run has done."""

    stack: str
    """The stack, `analytics/dev`."""
    target: str
    """`sandbox` or `aws`."""
    region: str
    """Its region."""
    changes: list[ChangeDocument]
    """Of each resource that changed; of a refresh, what differed from the recorded state."""
    unchanged: int
    """How many resources stayed as they were."""
    counts: dict[str, int]
    """How many resources by what happened to them."""
    seconds: float
    """How long it took."""
    summary: str
    """The same in a sentence."""
    notes: list[str]
    """What a reader must know besides."""


class UpDocument(RunDocument):
    """What `up` has done."""

    outputs: dict[str, Any]
    """The outputs of the stack, as `outputs` prints them."""


class StacksDocument(TypedDict):
    """What a command prints that runs several stacks."""

    stacks: dict[str, dict[str, Any]]
    """By stack, `analytics/dev`: what the command prints of it alone, or `errors`. A stack that was
    not begun, after an interruption, is left out."""


class ReleaseDocument(TypedDict):
    """What `release` has forgotten."""

    stack: str
    """The stack, `analytics/dev`."""
    target: str
    """`sandbox` or `aws`."""
    region: str
    """Its region."""
    released: list[str]
    """Tables that belong to no stack now."""
    forgotten: int
    """How many resources were dropped from the state."""


class LockHolderDocument(TypedDict):
    """A run that holds the stack."""

    user: str
    """Who started it."""
    host: str
    """On which machine."""
    pid: int
    """As which process there."""
    since: str
    """When, RFC 3339."""
    alive: bool | None
    """Whether that process runs; null where nobody here can know."""


class StatusDocument(TypedDict):
    """What is recorded of a stack."""

    stack: str
    """The stack, `analytics/dev`."""
    target: str
    """`sandbox` or `aws`."""
    region: str
    """Its region."""
    deployed: bool
    """There is a state of it."""
    backend: str
    """Where the state is."""
    resources: int
    """How many are recorded."""
    tables: dict[str, str]
    """Names in AWS by the names in the program."""
    unfinished: dict[str, str]
    """What a run has begun and not ended, with why."""
    runs: list[LockHolderDocument]
    """Who holds the stack."""


class SavedChangeDocument(TypedDict):
    """One change of a saved preview, to compare with."""

    urn: str
    """Pulumi's name of the resource."""
    operation: str
    """What happens to it."""
    properties: dict[str, str]
    """By path, how it differs: `add`, `update`, `delete`."""
    values: str
    """Digest of the inputs it gets; empty for a deletion."""
    before: str
    """Digest of the inputs it has until then; empty for a creation."""


class SavedPreviewDocument(TypedDict):
    """What was looked at."""

    format: str
    """Of this part."""
    stack: str
    """For which stack."""
    manifest: str
    """Digest of what was declared."""
    context: dict[str, str]
    """What else must be the same: target, account, region."""
    changes: list[SavedChangeDocument]
    """All that would change."""


class SavedPlanDocument(TypedDict):
    """What `preview --save FILE` writes and `up FILE` does."""

    format: str
    """Of the file."""
    refresh: bool
    """The live resources were read first."""
    allowReplace: list[str]
    """What may be replaced."""
    allowDelete: list[str]
    """What may be deleted."""
    preview: SavedPreviewDocument
    """What was looked at."""
    manifests: str
    """The manifests it was made from, as YAML."""
