"""`aws.iam.User`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.errors import NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded
from tablewright.provider.resources.shape import Shape, flag, mapping, text, without_empties
from tablewright.provider.resources.tags import as_list, as_map

from .renamed import RenamedInPlace, moved
from .role import BUSY, IAM, PATIENCE_SECONDS

_MEMBERS: Final = {"name": "UserName", "path": "Path"}
_POSSESSIONS: Final = (
    ("ListAccessKeys", "AccessKeyMetadata", "AccessKeyId", "DeleteAccessKey"),
    ("ListSSHPublicKeys", "SSHPublicKeys", "SSHPublicKeyId", "DeleteSSHPublicKey"),
    ("ListSigningCertificates", "Certificates", "CertificateId", "DeleteSigningCertificate"),
    ("ListMFADevices", "MFADevices", "SerialNumber", "DeactivateMFADevice"),
    ("ListAttachedUserPolicies", "AttachedPolicies", "PolicyArn", "DetachUserPolicy"),
)
"""What forceDestroy takes from a user first: list, member, key, and the call that removes one."""


class IamUser(RenamedInPlace):
    """A user; its identifier is the name it was made with. IAM renames and moves in place."""

    tok: ClassVar[str] = "aws:iam/user:User"
    word: ClassVar[str] = "user"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(longest=64)
    write_only: ClassVar[tuple[str, ...]] = ("forceDestroy",)
    computed: ClassVar[tuple[str, ...]] = ("arn", "tagsAll", "uniqueId")
    secret_with: ClassVar[Mapping[str, str]] = {"arn": "name"}
    shape: ClassVar[Shape] = {
        "forceDestroy": flag(default=False, keeps=True),
        "name": text(longest=64),
        "path": text(longest=512, default="/"),
        "permissionsBoundary": text(),
        "tags": mapping(),
    }

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the user."""
        request = {
            "UserName": inputs["name"],
            "Path": inputs.get("path"),
            "PermissionsBoundary": inputs.get("permissionsBoundary"),
            "Tags": as_list(self.new_tags(run, inputs)),
        }
        run.call(
            IAM,
            run.default_region,
            "CreateUser",
            retry={*BUSY, "NoSuchEntity"},  # the boundary may have been made a second ago
            patience_seconds=PATIENCE_SECONDS,
            **without_empties(request),
        )
        return str(inputs["name"])

    def read_named(self, run: OperationContext, name: str, recorded: Bag) -> Live | None:
        """Read the user of a name."""
        try:
            user = run.call(IAM, run.default_region, "GetUser", UserName=name)["User"]
        except NotFoundError:
            return None
        live_tags = as_map(user.get("Tags"))
        boundary = user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
        outputs = {
            "arn": user["Arn"],
            "forceDestroy": bool(recorded.get("forceDestroy", False)),
            "name": user["UserName"],
            "path": user.get("Path", "/"),
            "permissionsBoundary": boundary,
            "uniqueId": user["UserId"],
            **self.tag_outputs(run, live_tags, recorded),
        }
        return Live(user["UserName"], outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Rename or move, then the boundary and the tags."""
        new, region = recorded.news["name"], run.default_region
        if place := moved(recorded, differing):
            request: dict[str, Any] = {
                f"New{_MEMBERS[name]}": value for name, value in place.items()
            }
            run.call(IAM, region, "UpdateUser", UserName=live.identifier, **request)
        if "permissionsBoundary" in differing:
            self._bound(run, new, recorded.news.get("permissionsBoundary"))
        self.write_tags(run, recorded, live, new)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Leave its groups, then delete it; forceDestroy takes first what it has."""
        live, region = self.read(run, identifier, recorded), run.default_region
        if live is None:
            return
        name = live.identifier
        for group in run.pages(IAM, region, "ListGroupsForUser", "Groups", UserName=name):
            run.discard(
                IAM,
                region,
                "RemoveUserFromGroup",
                UserName=name,
                GroupName=group["GroupName"],
            )
        if recorded.get("forceDestroy"):
            self._dispossess(run, name)
        run.call(
            IAM,
            region,
            "DeleteUser",
            # Policies that are deleted beside the user may still count for a moment.
            retry={*BUSY, "DeleteConflict"},
            patience_seconds=PATIENCE_SECONDS,
            UserName=name,
        )

    def _bound(self, run: OperationContext, name: str, boundary: str | None) -> None:
        if not boundary:
            run.call(IAM, run.default_region, "DeleteUserPermissionsBoundary", UserName=name)
            return
        run.call(
            IAM,
            run.default_region,
            "PutUserPermissionsBoundary",
            retry=BUSY,
            UserName=name,
            PermissionsBoundary=boundary,
        )

    def _dispossess(self, run: OperationContext, name: str) -> None:
        region, user = run.default_region, {"UserName": name}
        for listing, member, key, removal in _POSSESSIONS:
            for member_item in run.pages(IAM, region, listing, member, **user):
                run.discard(IAM, region, removal, **{**user, key: member_item[key]})
        for policy in run.pages(IAM, region, "ListUserPolicies", "PolicyNames", **user):
            run.discard(IAM, region, "DeleteUserPolicy", UserName=name, PolicyName=policy)
        run.discard(IAM, region, "DeleteLoginProfile", UserName=name)
