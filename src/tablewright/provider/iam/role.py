"""`aws.iam.Role`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import unquote

from tablewright.errors import NotFoundError
from tablewright.provider.configuration import Configuration
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.difference import Change, canonical_document
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType, Timeouts
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    blocks,
    document,
    flag,
    mapping,
    text,
    texts,
    whole,
    without_empties,
)
from tablewright.provider.resources.tags import as_list, as_map, own_tags, wanted_tags

IAM: Final = "iam"
BUSY: Final = frozenset({"EntityTemporarilyUnmodifiable", "ServiceFailure"})
UNSEEN: Final = frozenset({*BUSY, "NoSuchEntity"})
_SESSION_SECONDS: Final = 3600
_EXCLUSIVE: Final = ("inlinePolicies", "managedPolicyArns")
"""Read only where the program speaks of them; then the role has these and no others."""
PATIENCE_SECONDS: Final = 30.0
"""IAM is eventually consistent: what was made a second ago may not be seen everywhere."""


class IamRole(ResourceType):
    """A role: who may assume it, and what comes attached."""

    tok: ClassVar[str] = "aws:iam/role:Role"
    word: ClassVar[str] = "role"
    said_whole: ClassVar[bool] = True
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(
        longest=64, prefix_property="namePrefix"
    )
    timeouts: ClassVar[Timeouts] = Timeouts()
    write_only: ClassVar[tuple[str, ...]] = ("forceDetachPolicies", "namePrefix")
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "createDate",
        "uniqueId",
        "tagsAll",
        "inlinePolicies",
        "managedPolicyArns",
    )
    secret_with: ClassVar[Mapping[str, str]] = {"arn": "name"}
    parts: ClassVar[Mapping[str, str]] = {"inlinePolicies": "name", "managedPolicyArns": ""}
    shape: ClassVar[Shape] = {
        "assumeRolePolicy": document(required=True),
        "description": text(longest=1000),
        "forceDetachPolicies": flag(default=False),
        "inlinePolicies": blocks({"name": text(), "policy": document()}, keeps=True),
        "managedPolicyArns": texts(keeps=True),
        "maxSessionDuration": whole(at_least=3600, at_most=43200, default=_SESSION_SECONDS),
        "name": text(replaces=True, longest=64),
        "namePrefix": text(replaces=True, longest=38, keeps=True),
        "path": text(replaces=True, longest=512, default="/", keeps=True),
        "permissionsBoundary": text(),
        "tags": mapping(),
    }

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """A path begins and ends with a slash."""
        failures = super().check(inputs, old_inputs)
        path = inputs.get("path", "/")
        if isinstance(path, str) and not (path.startswith("/") and path.endswith("/")):
            failures.append(InputFailure("path", f"must begin and end with a slash: {path}"))
        return failures

    def diff(self, recorded: Recorded, configuration: Configuration) -> list[Change]:
        """A program that begins to speak of policies says which the role has, even if none."""
        changes = super().diff(recorded, configuration)
        begun = [
            Change(name, "add")
            for name in _EXCLUSIVE
            if recorded.news.get(name) is not None and recorded.outputs.get(name) is None
        ]
        return list({change.path: change for change in [*changes, *begun]}.values())

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Create the role, then give it its policies."""
        name = str(inputs["name"])
        request = {
            "RoleName": name,
            "Path": inputs.get("path"),
            "AssumeRolePolicyDocument": inputs["assumeRolePolicy"],
            "Description": inputs.get("description"),
            "MaxSessionDuration": inputs.get("maxSessionDuration"),
            "PermissionsBoundary": inputs.get("permissionsBoundary"),
            "Tags": as_list(wanted_tags(run.configuration, {"tags": {}, **inputs}, {}, {})),
        }
        run.call(
            IAM,
            run.default_region,
            "CreateRole",
            # A principal of the trust policy may have been made a second ago, too.
            retry={*BUSY, "MalformedPolicyDocument: Invalid principal"},
            patience_seconds=PATIENCE_SECONDS,
            **without_empties(request),
        )
        run.record(name)
        if inputs.get("inlinePolicies") is not None:
            self._put_inline(run, name, inputs["inlinePolicies"])
        if inputs.get("managedPolicyArns") is not None:
            self._attach(run, name, inputs["managedPolicyArns"])
        run.see(lambda: self._shows(run, name, inputs) or None)
        return name

    def _shows(self, run: OperationContext, name: str, inputs: Bag) -> bool:
        """Whether AWS shows already what a new role was given."""
        inline = {
            policy["name"] for policy in inputs.get("inlinePolicies") or () if policy.get("name")
        }
        managed = set(inputs.get("managedPolicyArns") or ())
        shown = {policy["name"] for policy in self._inline_policies(run, name)} if inline else set()
        return inline <= shown and managed <= set(managed and attached_policies(run, name))

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the role; its policies only where the program speaks of them, or for an import."""
        try:
            role = run.call(IAM, run.default_region, "GetRole", RoleName=identifier)["Role"]
        except NotFoundError:
            return None
        live_tags = as_map(role.get("Tags"))
        outputs = {
            "arn": role["Arn"],
            "assumeRolePolicy": policy_text(role["AssumeRolePolicyDocument"]),
            "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "description": role.get("Description", ""),
            "forceDetachPolicies": bool(recorded.get("forceDetachPolicies", False)),
            "maxSessionDuration": role.get("MaxSessionDuration", _SESSION_SECONDS),
            "name": role["RoleName"],
            "namePrefix": recorded.get("namePrefix", ""),
            "path": role.get("Path", "/"),
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get(
                "PermissionsBoundaryArn", ""
            ),
            "tags": own_tags(run.configuration, live_tags, recorded.get("tags")),
            "tagsAll": live_tags,
            "uniqueId": role["RoleId"],
        }
        if recorded.get("inlinePolicies") is not None:
            outputs["inlinePolicies"] = self._inline_policies(run, identifier)
        if recorded.get("managedPolicyArns") is not None:
            outputs["managedPolicyArns"] = attached_policies(run, identifier)
        return Live(role["RoleName"], outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Call only for what differs from the live role."""
        name, news, region = recorded.identifier, recorded.news, run.default_region
        if "assumeRolePolicy" in differing:
            run.call(
                IAM,
                region,
                "UpdateAssumeRolePolicy",
                retry=BUSY,
                RoleName=name,
                PolicyDocument=news["assumeRolePolicy"],
            )
        self._update_settings(run, name, live.outputs, recorded)
        self._update_boundary(run, name, live.outputs, recorded)
        self.write_tags(run, recorded, live, name)
        if news.get("inlinePolicies") is not None:
            known = _inline_names(recorded.outputs)
            self._put_inline(run, name, news["inlinePolicies"], known)
        if news.get("managedPolicyArns") is not None:
            known = recorded.outputs.get("managedPolicyArns")
            self._attach(run, name, news["managedPolicyArns"], known)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Detach what the role has of its own, then delete it; AWS keeps one that has more."""
        region = run.default_region
        forced = bool(recorded.get("forceDetachPolicies"))
        if forced or recorded.get("managedPolicyArns"):
            known = None if forced else recorded["managedPolicyArns"]
            self._attach(run, identifier, [], known)
        if forced or recorded.get("inlinePolicies"):
            self._put_inline(run, identifier, [], None if forced else _inline_names(recorded))
        # Policies that are deleted beside the role may still count for a moment.
        run.call(IAM, region, "DeleteRole", retry=BUSY, RoleName=identifier)

    def _update_settings(
        self, run: OperationContext, name: str, live: Bag, recorded: Recorded
    ) -> None:
        wanted = recorded.wanted(live)
        description = wanted.get("description") or ""
        duration = wanted.get("maxSessionDuration") or _SESSION_SECONDS
        if (description, duration) == (live["description"], live["maxSessionDuration"]):
            return
        run.call(
            IAM,
            run.default_region,
            "UpdateRole",
            retry=BUSY,
            RoleName=name,
            Description=description,
            MaxSessionDuration=duration,
        )

    def _update_boundary(
        self, run: OperationContext, name: str, live: Bag, recorded: Recorded
    ) -> None:
        boundary = recorded.wanted(live).get("permissionsBoundary") or ""
        if boundary == live["permissionsBoundary"]:
            return
        if boundary:
            run.call(
                IAM,
                run.default_region,
                "PutRolePermissionsBoundary",
                retry=BUSY,
                RoleName=name,
                PermissionsBoundary=boundary,
            )
        else:
            run.call(IAM, run.default_region, "DeleteRolePermissionsBoundary", RoleName=name)

    def _inline_policies(self, run: OperationContext, name: str) -> list[dict[str, Any]]:
        region = run.default_region
        names = run.pages(IAM, region, "ListRolePolicies", "PolicyNames", RoleName=name)
        policies = []
        for policy in names:
            reply = run.call(IAM, region, "GetRolePolicy", RoleName=name, PolicyName=policy)
            policies.append({"name": policy, "policy": policy_text(reply["PolicyDocument"])})
        return policies

    def _put_inline(
        self,
        run: OperationContext,
        name: str,
        wanted: list[Mapping[str, Any]],
        known: Collection[str] | None = None,
    ) -> None:
        """Exactly these inline policies; an empty one (`[{}]`) means none, as in the SDK.

        Args:
            run: the request.
            name: of the role.
            wanted: the policies.
            known: names of those on record; others, which somebody has added since and no preview
                has shown, stay. None: none stays.
        """
        region = run.default_region
        live = {
            inline_policy["name"]: inline_policy["policy"]
            for inline_policy in self._inline_policies(run, name)
        }
        named = {
            inline_policy["name"]: inline_policy["policy"]
            for inline_policy in wanted
            if inline_policy.get("name")
        }
        for policy, body in named.items():
            if canonical_document(live.get(policy)) != canonical_document(body):
                put_role_policy(run, name, policy, body)
        for policy in sorted(live.keys() - named.keys()):
            if known is not None and policy not in known:
                continue
            run.discard(
                IAM, region, "DeleteRolePolicy", retry=BUSY, RoleName=name, PolicyName=policy
            )

    def _attach(
        self,
        run: OperationContext,
        name: str,
        wanted: list[str],
        known: Collection[str] | None = None,
    ) -> None:
        """Exactly these managed policies; what is not `known` stays, as for inline ones."""
        live = attached_policies(run, name)
        for arn in sorted(set(wanted) - set(live)):
            attach(run, name, arn)
        for arn in sorted(set(live) - set(wanted)):
            if known is not None and arn not in known:
                continue
            run.discard(
                IAM,
                run.default_region,
                "DetachRolePolicy",
                retry=BUSY,
                RoleName=name,
                PolicyArn=arn,
            )


def _inline_names(recorded: Bag) -> Collection[str] | None:
    """Names of the inline policies on record; None where the program had no say in them."""
    policies = recorded.get("inlinePolicies")
    return (
        None if policies is None else {policy["name"] for policy in policies if policy.get("name")}
    )


def attached_policies(run: OperationContext, role: str) -> list[str]:
    """ARNs of the managed policies attached to a role."""
    listed = run.pages(
        IAM, run.default_region, "ListAttachedRolePolicies", "AttachedPolicies", RoleName=role
    )
    return sorted(policy["PolicyArn"] for policy in listed)


def put_role_policy(run: OperationContext, role: str, policy: str, body: str) -> None:
    """Write an inline policy."""
    run.call(
        IAM,
        run.default_region,
        "PutRolePolicy",
        retry=UNSEEN,
        patience_seconds=PATIENCE_SECONDS,
        RoleName=role,
        PolicyName=policy,
        PolicyDocument=body,
    )


def attach(run: OperationContext, role: str, arn: str) -> None:
    """Attach a managed policy to a role."""
    run.call(
        IAM,
        run.default_region,
        "AttachRolePolicy",
        retry=UNSEEN,
        patience_seconds=PATIENCE_SECONDS,
        RoleName=role,
        PolicyArn=arn,
    )


def policy_text(policy: Any) -> str:
    """A policy document as IAM gives it, which is text, quoted text or already an object."""
    if isinstance(policy, str):
        return unquote(policy) if policy.startswith("%") else policy
    return json.dumps(policy, separators=(",", ":"))
