"""`aws.dynamodb.TableReplica`: one further region of a table, as a resource of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.errors import NotFoundError
from tablewright.plan.changes.replicas import replica_steps
from tablewright.plan.replica import GlobalTable, Replica
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType, Timeouts
from tablewright.provider.resources.shape import InputFailure, Shape, flag, mapping, text
from tablewright.provider.resources.tags import own_tags, wanted_tags

from .execution import DYNAMODB, Execution
from .replicas import Own, bring_own, live_regions
from .table_reading import read_table

_IDENTIFIER: Final = re.compile(r"(?P<name>[\w.-]+)(?::(?P<main>[\w-]+))?")
_ARN: Final = re.compile(r"arn:[\w-]+:dynamodb:(?P<region>[\w-]+):\d*:table/(?P<name>[\w.-]+)")

_OVERRIDES: Final = {
    "kmsKeyArn": "KMSMasterKeyId",
    "tableClassOverride": "TableClassOverride",
}
"""Properties that UpdateReplicationGroupMemberAction changes in place (API reference)."""


class TableReplica(ResourceType):
    """A replica; its identifier is `table:main-region`, its region is its own."""

    tok: ClassVar[str] = "aws:dynamodb/tableReplica:TableReplica"
    word: ClassVar[str] = "replica"
    computed: ClassVar[tuple[str, ...]] = ("arn", "tagsAll", "kmsKeyArn")
    left_to_aws: ClassVar[tuple[str, ...]] = ("tableClassOverride",)  # it may be the table's own
    timeouts: ClassVar[Timeouts] = Timeouts(create=1800, update=1800, delete=1200)
    shape: ClassVar[Shape] = {
        "deletionProtectionEnabled": flag(default=False),
        "globalTableArn": text(required=True, replaces=True),
        "kmsKeyArn": text(keeps=True),
        "pointInTimeRecovery": flag(default=False),
        "region": text(replaces=True),
        "tableClassOverride": text("STANDARD", "STANDARD_INFREQUENT_ACCESS", keeps=True),
        "tags": mapping(),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return which table it belongs to, and where."""
        arn = bag.get("globalTableArn")
        name = str(arn).rpartition("/")[2] if isinstance(arn, str) else identifier.partition(":")[0]
        return f"{self.word} of table {name} in {bag.get('region')}"

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """The table is somewhere else."""
        failures = super().check(inputs, old_inputs)
        arn = inputs.get("globalTableArn")
        match = _ARN.fullmatch(arn) if isinstance(arn, str) else None
        if isinstance(arn, str) and match is None:
            failures.append(
                InputFailure("globalTableArn", f"must be the ARN of a table, not {arn!r}")
            )
        if match is not None and match["region"] == inputs.get("region"):
            reason = f"is {match['region']}, where the table itself is; name another region"
            failures.append(InputFailure("region", reason))
        return failures

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Add the region to the table, then give the replica what it has of its own."""
        main, name = _main_of(inputs)
        replica = Replica(
            region=inputs["region"],
            kms_key=inputs.get("kmsKeyArn") or None,
            table_class=inputs.get("tableClassOverride"),
        )
        identifier = f"{name}:{main}"
        execution = Execution(run, main, name, identifier)
        live = live_regions(execution.wait_active())
        others = tuple(Replica(region) for region in live if region != replica.region)
        group = GlobalTable((*others, replica))
        execution.carry_out(
            tuple(replica_steps(name, {sibling.region: None for sibling in others}, group))
        )
        run.record(identifier)
        tags = wanted_tags(run.configuration, {"tags": {}, **inputs}, {}, {})
        self._bring(run, inputs, name, tags)
        return identifier

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the replica in its region; an import may name it as `table:main-region@region`."""
        match = _IDENTIFIER.fullmatch(identifier)
        if match is None:
            return None
        name, main = match["name"], match["main"] or run.default_region
        region = run.region_of(recorded)
        try:
            described = run.call(DYNAMODB, main, "DescribeTable", TableName=name)["Table"]
        except NotFoundError:
            return None
        reading = read_table(run, region, name)
        regions = live_regions(described)
        if region not in regions or reading is None:
            return None
        table = reading.table
        outputs: dict[str, Any] = {
            "arn": reading.description["TableArn"],
            "deletionProtectionEnabled": bool(table.deletion_protection),
            "globalTableArn": described["TableArn"],
            "kmsKeyArn": regions[region] or "",
            "region": region,
            "tableClassOverride": table.table_class,
        }
        if table.recovery is not None:
            outputs["pointInTimeRecovery"] = table.recovery.days > 0
        if table.tags is not None:
            outputs["tags"] = own_tags(run.configuration, table.tags, recorded.get("tags"))
            outputs["tagsAll"] = dict(table.tags)
        return Live(f"{name}:{main}", outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Change what the replica has of its own."""
        del differing
        news = recorded.news
        main, name = _main_of(news)
        self._override(run, main, name, recorded, live)
        tags = wanted_tags(
            run.configuration, news, recorded.old_inputs, live.outputs.get("tagsAll") or {}
        )
        self._bring(run, news, name, tags)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Remove the region from the table; the copy there goes."""
        del identifier
        main, name = _main_of(recorded)
        execution = Execution(run, main, name)
        live = live_regions(execution.wait_active())
        if recorded["region"] not in live:
            return
        kept = tuple(Replica(region) for region in live if region != recorded["region"])
        execution.carry_out(tuple(replica_steps(name, live, GlobalTable(kept))))

    def _bring(
        self, run: OperationContext, inputs: Bag, name: str, tags: Mapping[str, str]
    ) -> None:
        own = Own(
            deletion_protection=bool(inputs.get("deletionProtectionEnabled", False)),
            recovery=bool(inputs.get("pointInTimeRecovery", False)),
            tags=tags,
        )
        bring_own(run, inputs["region"], name, own, f"{name}:{_main_of(inputs)[0]}")

    def _override(
        self, run: OperationContext, main: str, name: str, recorded: Recorded, live: Live
    ) -> None:
        """Change in place what the table says of its replica: key and class."""
        changed = {
            member: recorded.news[property_]
            for property_, member in _OVERRIDES.items()
            if recorded.news.get(property_) not in (None, "", live.outputs[property_])
        }
        if not changed:
            return
        run.call(
            DYNAMODB,
            main,
            "UpdateTable",
            retry=("ResourceInUseException",),
            TableName=name,
            ReplicaUpdates=[{"Update": {"RegionName": live.outputs["region"], **changed}}],
        )
        Execution(run, main, name).wait_active()


def _main_of(bag: Bag) -> tuple[str, str]:
    """Region and name of the table that is replicated."""
    match = _ARN.fullmatch(str(bag.get("globalTableArn")))
    if match is None:
        message = f"{bag.get('globalTableArn')} is not the ARN of a table"
        raise NotFoundError(message, "give the arn output of the table")
    return match["region"], match["name"]
