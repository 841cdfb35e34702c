"""`aws.iam.Policy`: a managed policy of the account."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import ClassVar, Final

from tablewright.errors import NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import (
    Shape,
    document,
    mapping,
    text,
    whole,
    without_empties,
)
from tablewright.provider.resources.tags import as_list, as_map, own_tags, wanted_tags

from .role import BUSY, IAM, policy_text

_MOST_VERSIONS: Final = 5


class ManagedPolicy(ResourceType):
    """A managed policy; its identifier is its ARN. A change is a new default version."""

    tok: ClassVar[str] = "aws:iam/policy:Policy"
    word: ClassVar[str] = "policy"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(
        longest=128, prefix_property="namePrefix"
    )
    write_only: ClassVar[tuple[str, ...]] = ("namePrefix", "delayAfterPolicyCreationInMs")
    computed: ClassVar[tuple[str, ...]] = ("arn", "attachmentCount", "policyId", "tagsAll")
    secret_with: ClassVar[Mapping[str, str]] = {"arn": "name"}
    shape: ClassVar[Shape] = {
        "delayAfterPolicyCreationInMs": whole(at_least=0, at_most=60_000),
        "description": text(replaces=True, longest=1000),
        "name": text(replaces=True, longest=128),
        "namePrefix": text(replaces=True, longest=102, keeps=True),
        "path": text(replaces=True, longest=512, default="/"),
        "policy": document(required=True),
        "tags": mapping(),
    }

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the policy."""
        request = {
            "PolicyName": inputs["name"],
            "Path": inputs.get("path"),
            "PolicyDocument": inputs["policy"],
            "Description": inputs.get("description"),
            "Tags": as_list(wanted_tags(run.configuration, {"tags": {}, **inputs}, {}, {})),
        }
        reply = run.call(
            IAM, run.default_region, "CreatePolicy", retry=BUSY, **without_empties(request)
        )
        arn = str(reply["Policy"]["Arn"])
        run.record(arn)
        time.sleep(inputs.get("delayAfterPolicyCreationInMs", 0) / 1000)
        return arn

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the policy and its default version."""
        region = run.default_region
        try:
            policy = run.call(IAM, region, "GetPolicy", PolicyArn=identifier)["Policy"]
            version = run.call(
                IAM,
                region,
                "GetPolicyVersion",
                PolicyArn=identifier,
                VersionId=policy["DefaultVersionId"],
            )["PolicyVersion"]
        except NotFoundError:
            return None
        live_tags = as_map(policy.get("Tags"))
        outputs = {
            "arn": policy["Arn"],
            "attachmentCount": policy.get("AttachmentCount", 0),
            "description": policy.get("Description", ""),
            "name": policy["PolicyName"],
            "namePrefix": recorded.get("namePrefix", ""),
            "path": policy.get("Path", "/"),
            "policy": policy_text(version["Document"]),
            "policyId": policy["PolicyId"],
            "tags": own_tags(run.configuration, live_tags, recorded.get("tags")),
            "tagsAll": live_tags,
        }
        return Live(policy["Arn"], outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Write a new default version where the document differs; then the tags."""
        arn, news, region = recorded.identifier, recorded.news, run.default_region
        if "policy" in differing:
            self._make_room(run, arn)
            run.call(
                IAM,
                region,
                "CreatePolicyVersion",
                retry=BUSY,
                PolicyArn=arn,
                PolicyDocument=news["policy"],
                SetAsDefault=True,
            )
        self.write_tags(run, recorded, live, arn)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the old versions, then the policy."""
        del recorded
        region = run.default_region
        for version in self._old_versions(run, identifier):
            run.discard(
                IAM,
                region,
                "DeletePolicyVersion",
                retry=BUSY,
                PolicyArn=identifier,
                VersionId=version,
            )
        # What it was attached to may be deleted beside it, and still count for a moment.
        run.call(
            IAM,
            region,
            "DeletePolicy",
            retry={*BUSY, "DeleteConflict"},
            patience_seconds=10,
            PolicyArn=identifier,
        )

    def _make_room(self, run: OperationContext, arn: str) -> None:
        """AWS keeps five versions: the oldest makes room for the next."""
        old = self._old_versions(run, arn)
        if len(old) + 1 >= _MOST_VERSIONS:
            run.discard(
                IAM,
                run.default_region,
                "DeletePolicyVersion",
                retry=BUSY,
                PolicyArn=arn,
                VersionId=old[0],
            )

    def _old_versions(self, run: OperationContext, arn: str) -> list[str]:
        versions = run.pages(
            IAM, run.default_region, "ListPolicyVersions", "Versions", PolicyArn=arn
        )
        dated = sorted(versions, key=lambda version: version["CreateDate"])
        return [version["VersionId"] for version in dated if not version["IsDefaultVersion"]]
