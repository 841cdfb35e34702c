"""`aws.cloudwatch.LogGroup`: a group of CloudWatch Logs."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from tablewright.provider.creation_id import with_creation_id
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    flag,
    mapping,
    text,
    whole,
    without_empties,
)

_LOGS: Final = "logs"
_DAYS: Final = (
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""What PutRetentionPolicy takes (API reference); 0 keeps events for ever."""
_BUSY: Final = ("OperationAbortedException",)


class LogGroup(ResourceType):
    """A log group; its identifier is its name."""

    tok: ClassVar[str] = "aws:cloudwatch/logGroup:LogGroup"
    word: ClassVar[str] = "log group"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(
        longest=512, prefix_property="namePrefix"
    )
    write_only: ClassVar[tuple[str, ...]] = ("namePrefix", "skipDestroy")
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "deletionProtectionEnabled",
        "logGroupClass",
        "tagsAll",
    )
    shape: ClassVar[Shape] = {
        "deletionProtectionEnabled": flag(default=False, keeps=True),
        "kmsKeyId": text(),
        "logGroupClass": text(
            "STANDARD",
            "INFREQUENT_ACCESS",
            "DELIVERY",
            replaces=True,
            keeps=True,
            default="STANDARD",
        ),
        "name": text(replaces=True, longest=512),
        "namePrefix": text(replaces=True, keeps=True),
        "region": text(replaces=True),
        "retentionInDays": whole(default=0),
        "skipDestroy": flag(default=False, keeps=True),
        "tags": mapping(),
    }

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """Only some numbers of days can be kept."""
        failures = super().check(inputs, old_inputs)
        days = inputs.get("retentionInDays")
        if isinstance(days, int) and days not in _DAYS:
            listed = ", ".join(map(str, _DAYS))
            failures.append(InputFailure("retentionInDays", f"must be one of {listed}, not {days}"))
        return failures

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the group, then say how long it keeps events."""
        name, region = str(inputs["name"]), run.region_of(inputs)
        request = {
            "logGroupName": name,
            "kmsKeyId": inputs.get("kmsKeyId"),
            "logGroupClass": inputs.get("logGroupClass"),
            "deletionProtectionEnabled": inputs.get("deletionProtectionEnabled"),
            "tags": self.new_tags(run, inputs),
        }
        run.call(_LOGS, region, "CreateLogGroup", retry=_BUSY, **without_empties(request))
        run.record(name)
        if inputs.get("retentionInDays"):
            self._keep(run, region, name, inputs["retentionInDays"])
        return name

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Find the group among those whose names begin like its own."""
        region = run.region_of(recorded)
        listed = run.pages(
            _LOGS, region, "DescribeLogGroups", "logGroups", logGroupNamePrefix=identifier
        )
        group = next((entry for entry in listed if entry["logGroupName"] == identifier), None)
        if group is None:
            return None
        arn = group["arn"].removesuffix(":*")
        tags = run.call(_LOGS, region, "ListTagsForResource", resourceArn=arn).get("tags") or {}
        outputs = {
            "arn": arn,
            "deletionProtectionEnabled": bool(group.get("deletionProtectionEnabled")),
            "kmsKeyId": group.get("kmsKeyId", ""),
            "logGroupClass": group.get("logGroupClass") or "STANDARD",
            "name": identifier,
            "namePrefix": recorded.get("namePrefix", ""),
            "region": region,
            "retentionInDays": group.get("retentionInDays", 0),
            "skipDestroy": bool(recorded.get("skipDestroy", False)),
            **self.tag_outputs(run, tags, recorded),
        }
        return Live(identifier, with_creation_id(outputs, group["creationTime"]))

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Change what differs."""
        news, name, region = recorded.news, recorded.identifier, live.outputs["region"]
        if "retentionInDays" in differing:
            self._keep(run, region, name, news.get("retentionInDays") or 0)
        if "kmsKeyId" in differing:
            key = without_empties({"kmsKeyId": news.get("kmsKeyId")})
            operation = "AssociateKmsKey" if key else "DisassociateKmsKey"
            run.call(_LOGS, region, operation, retry=_BUSY, logGroupName=name, **key)
        if "deletionProtectionEnabled" in differing:
            run.call(
                _LOGS,
                region,
                "PutLogGroupDeletionProtection",
                logGroupIdentifier=name,
                deletionProtectionEnabled=news["deletionProtectionEnabled"],
            )
        self.write_tags(run, recorded, live, live.outputs["arn"])

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the group, unless the program leaves it."""
        if recorded.get("skipDestroy"):
            return
        run.call(
            _LOGS,
            run.region_of(recorded),
            "DeleteLogGroup",
            retry=_BUSY,
            logGroupName=identifier,
        )

    def _keep(self, run: OperationContext, region: str, name: str, days: int) -> None:
        operation = "PutRetentionPolicy" if days else "DeleteRetentionPolicy"
        kept: dict[str, Any] = {"retentionInDays": days} if days else {}
        run.call(_LOGS, region, operation, retry=_BUSY, logGroupName=name, **kept)
