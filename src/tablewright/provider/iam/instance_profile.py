"""`aws.iam.InstanceProfile`: the role of EC2 instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tablewright.errors import NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import Shape, mapping, text, without_empties
from tablewright.provider.resources.tags import as_list, as_map

from .role import IAM, PATIENCE_SECONDS, UNSEEN


class InstanceProfile(ResourceType):
    """An instance profile; its identifier is its name."""

    tok: ClassVar[str] = "aws:iam/instanceProfile:InstanceProfile"
    word: ClassVar[str] = "instance profile"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(
        longest=128, prefix_property="namePrefix"
    )
    write_only: ClassVar[tuple[str, ...]] = ("namePrefix",)
    computed: ClassVar[tuple[str, ...]] = ("arn", "createDate", "tagsAll", "uniqueId")
    secret_with: ClassVar[Mapping[str, str]] = {"arn": "name"}
    shape: ClassVar[Shape] = {
        "name": text(replaces=True, longest=128),
        "namePrefix": text(replaces=True, keeps=True),
        "path": text(replaces=True, longest=512, default="/"),
        "role": text(),
        "tags": mapping(),
    }

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the profile, then give it its role."""
        name = str(inputs["name"])
        request = {
            "InstanceProfileName": name,
            "Path": inputs.get("path"),
            "Tags": as_list(self.new_tags(run, inputs)),
        }
        run.call(IAM, run.default_region, "CreateInstanceProfile", **without_empties(request))
        run.record(name)
        if inputs.get("role"):
            self._add(run, name, inputs["role"])
        return name

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the profile."""
        try:
            reply = run.call(
                IAM, run.default_region, "GetInstanceProfile", InstanceProfileName=identifier
            )
        except NotFoundError:
            return None
        profile = reply["InstanceProfile"]
        roles = profile.get("Roles") or ()
        outputs = {
            "arn": profile["Arn"],
            "createDate": profile["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "name": profile["InstanceProfileName"],
            "namePrefix": recorded.get("namePrefix", ""),
            "path": profile.get("Path", "/"),
            "role": roles[0]["RoleName"] if roles else "",
            "uniqueId": profile["InstanceProfileId"],
            **self.tag_outputs(run, as_map(profile.get("Tags")), recorded),
        }
        return Live(profile["InstanceProfileName"], outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Another role: a profile holds one, so the old one leaves first; then the tags."""
        name = recorded.identifier
        if "role" in differing:
            if live.outputs["role"]:
                self._remove(run, name, live.outputs["role"])
            if recorded.news.get("role"):
                self._add(run, name, recorded.news["role"])
        self.write_tags(run, recorded, live, name)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Take its role out, then delete it."""
        live = self.read(run, identifier, recorded)
        if live is None:
            return
        if live.outputs["role"]:
            self._remove(run, identifier, live.outputs["role"])
        run.call(IAM, run.default_region, "DeleteInstanceProfile", InstanceProfileName=identifier)

    def _add(self, run: OperationContext, name: str, role: str) -> None:
        run.call(
            IAM,
            run.default_region,
            "AddRoleToInstanceProfile",
            retry=UNSEEN,
            patience_seconds=PATIENCE_SECONDS,
            InstanceProfileName=name,
            RoleName=role,
        )

    def _remove(self, run: OperationContext, name: str, role: str) -> None:
        run.discard(
            IAM,
            run.default_region,
            "RemoveRoleFromInstanceProfile",
            InstanceProfileName=name,
            RoleName=role,
        )
