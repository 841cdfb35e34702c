"""`aws.kms.Alias`: a name of a key."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from tablewright.provider.configuration import Configuration
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.difference import Change
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import InputFailure, Shape, text

from .key import KMS

_BEGINNING: Final = "alias/"
_PATIENCE_SECONDS: Final = 10.0


class Alias(ResourceType):
    """An alias; its identifier is its name."""

    tok: ClassVar[str] = "aws:kms/alias:Alias"
    word: ClassVar[str] = "alias"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(256, "name", "namePrefix", _BEGINNING)
    write_only: ClassVar[tuple[str, ...]] = ("namePrefix",)
    computed: ClassVar[tuple[str, ...]] = ("arn", "targetKeyArn")
    shape: ClassVar[Shape] = {
        "name": text(replaces=True, longest=256),
        "namePrefix": text(replaces=True, keeps=True),
        "region": text(replaces=True),
        "targetKeyId": text(required=True),
    }

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """A name that KMS takes."""
        failures = super().check(inputs, old_inputs)
        for name in ("name", "namePrefix"):
            given = inputs.get(name)
            if isinstance(given, str) and given and not given.startswith(_BEGINNING):
                failures.append(InputFailure(name, f"must begin with {_BEGINNING}: {given}"))
        return failures

    def diff(self, recorded: Recorded, configuration: Configuration) -> list[Change]:
        """A key is the same by its id and by its ARN."""
        changes = super().diff(recorded, configuration)
        same = _key_id(recorded.news.get("targetKeyId")) == _key_id(
            recorded.outputs.get("targetKeyId")
        )
        return [change for change in changes if not (same and change.path == "targetKeyId")]

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the alias."""
        run.call(
            KMS,
            run.region_of(inputs),
            "CreateAlias",
            retry=("NotFoundException",),
            patience_seconds=_PATIENCE_SECONDS,
            AliasName=inputs["name"],
            TargetKeyId=inputs["targetKeyId"],
        )
        run.record(str(inputs["name"]))
        return str(inputs["name"])

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Find the alias among all."""
        region = run.region_of(recorded)
        listed = run.pages(KMS, region, "ListAliases", "Aliases")
        alias = next((entry for entry in listed if entry["AliasName"] == identifier), None)
        if alias is None:
            return None
        target = alias.get("TargetKeyId", "")
        given = recorded.get("targetKeyId")
        outputs = {
            "arn": alias["AliasArn"],
            "name": identifier,
            "namePrefix": recorded.get("namePrefix", ""),
            "region": region,
            "targetKeyArn": f"{alias['AliasArn'].rpartition(':')[0]}:key/{target}",
            "targetKeyId": given if _key_id(given) == target else target,
        }
        return Live(identifier, outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Point it at another key."""
        del differing
        run.call(
            KMS,
            live.outputs["region"],
            "UpdateAlias",
            AliasName=recorded.identifier,
            TargetKeyId=recorded.news["targetKeyId"],
        )

    def unsettled(self, recorded: Recorded, changes: Any) -> tuple[str, ...]:
        """The ARN of the other key."""
        del recorded, changes
        return ("targetKeyArn",)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the alias; the key stays."""
        run.call(KMS, run.region_of(recorded), "DeleteAlias", AliasName=identifier)


def _key_id(target: Any) -> Any:
    """The id in a key's ARN."""
    return target.rpartition("/")[2] if isinstance(target, str) else target
