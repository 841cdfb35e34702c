"""IAM as one thing: simulation always, enforcement when it is switched on."""

from __future__ import annotations

from typing import Any

from tablewright_emulator.cloudwatch import CloudWatch
from tablewright_emulator.constraints import checked
from tablewright_emulator.dynamodb import DynamoDb
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.iam.enforcement import Enforcement
from tablewright_emulator.iam.last_access import LastAccess
from tablewright_emulator.iam.names import creations, refuse_taken
from tablewright_emulator.iam.principal import identities
from tablewright_emulator.iam.propagation import Propagation
from tablewright_emulator.iam.simulation import Simulation
from tablewright_emulator.request import AwsFault, Request

SERVICE = "iam"


class Iam:
    """What IAM decides; entities and policies are kept by the engine underneath.

    `enforcing`: whether calls to DynamoDB and CloudWatch are held to the policies of who makes
    them. Keys that neither IAM nor STS made act for their account's root.
    """

    name = SERVICE

    def __init__(self, gateway: Gateway, dynamodb: DynamoDb, cloudwatch: CloudWatch) -> None:
        self._gateway = gateway
        self._enforcement = Enforcement(gateway, dynamodb, cloudwatch.alarms)
        gateway.gates.append(self._enforcement.check)
        self._propagation = Propagation(gateway, lambda: dynamodb.durations.iam)
        gateway.around |= dict.fromkeys((SERVICE, "sts"), self._propagation.answer)
        self._last_access = LastAccess(gateway.clock.now)
        gateway.observers.append(self._last_access.note)
        handlers = Simulation(self._enforcement.user_boundaries).handlers() | {
            **self._last_access.handlers(),
            "PutUserPermissionsBoundary": self._put_user_boundary,
            "DeleteUserPermissionsBoundary": self._delete_user_boundary,
            "CreateUser": self._create_user,
            "GetUser": self._get_user,
            "UpdateUser": self._update_user,
            "DeleteUser": self._delete_user,
            "UpdateGroup": self._update_group,
        }
        gateway.register(
            SERVICE,
            {name: checked(SERVICE, name, call) for name, call in handlers.items()}
            | creations(gateway),
        )

    @property
    def enforcing(self) -> bool:
        """Whether calls are held to policies."""
        return self._enforcement.enabled

    @enforcing.setter
    def enforcing(self, enforcing: bool) -> None:
        self._enforcement.enabled = enforcing

    def dump(self) -> Any:
        """What is set here, to be kept."""
        return dict(self._enforcement.user_boundaries), self.enforcing

    def load(self, state: Any) -> None:
        """Take over what `dump` gave."""
        boundaries, self.enforcing = state
        self._enforcement.user_boundaries.clear()
        self._enforcement.user_boundaries.update(boundaries)

    def resume(self) -> None:
        """Nothing here waits for the clock."""

    def reset(self) -> None:
        """Forget boundaries of users; whether policies are enforced stays."""
        self._enforcement.user_boundaries.clear()
        self._propagation.reset()
        self._last_access.reset()

    def _create_user(self, request: Request) -> dict[str, Any]:
        refuse_taken(request, "users", request.params.get("UserName"))
        boundary = request.params.get("PermissionsBoundary")
        if boundary is not None:
            _require_policy(request, boundary)
        user = self._gateway.ask(request)["User"]
        if boundary is not None:
            self._enforcement.user_boundaries[request.account, user["UserName"]] = boundary
        return {"User": self._bounded(request, user)}

    def _get_user(self, request: Request) -> dict[str, Any]:
        return {"User": self._bounded(request, self._gateway.ask(request)["User"])}

    def _bounded(self, request: Request, user: dict[str, Any]) -> dict[str, Any]:
        boundary = self._enforcement.user_boundaries.get((request.account, user["UserName"]))
        if boundary is None:
            return user
        boundary_member = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
        return {**user, "PermissionsBoundary": boundary_member}

    def _update_user(self, request: Request) -> dict[str, Any]:
        """The user with its boundary and its tags, which moto leaves at the former ARN."""
        name = request.params["UserName"]
        renamed = request.params.get("NewUserName") or name
        refuse_taken(request, "users", renamed, former=name)
        tags = self._gateway.ask(request, operation="ListUserTags", params={"UserName": name})[
            "Tags"
        ]
        if tags:
            keys = [tag["Key"] for tag in tags]
            untagging = {"UserName": name, "TagKeys": keys}
            self._gateway.ask(request, operation="UntagUser", params=untagging)
        holder = name
        try:
            reply = self._gateway.ask(request)
            holder = renamed
        finally:
            if tags:
                tagging = {"UserName": holder, "Tags": tags}
                self._gateway.ask(request, operation="TagUser", params=tagging)
        boundary = self._enforcement.user_boundaries.pop((request.account, name), None)
        if boundary is not None:
            self._enforcement.user_boundaries[request.account, renamed] = boundary
        return reply

    def _update_group(self, request: Request) -> dict[str, Any]:
        """A path alone as well, which moto ignores."""
        name, path = request.params["GroupName"], request.params.get("NewPath")
        if request.params.get("NewGroupName") not in (None, name):
            return self._gateway.ask(request)
        known = identities(request.account, request.region)
        if path and not known.move_group(name, path):
            text = f"The group with name {name} cannot be found."
            raise AwsFault("NoSuchEntity", text, 404)
        return {}

    def _delete_user(self, request: Request) -> dict[str, Any]:
        reply = self._gateway.ask(request)
        name = request.params["UserName"]
        self._enforcement.user_boundaries.pop((request.account, name), None)
        return reply

    def _put_user_boundary(self, request: Request) -> None:
        name, arn = request.params["UserName"], request.params["PermissionsBoundary"]
        _require_user(request, name)
        _require_policy(request, arn)
        self._enforcement.user_boundaries[request.account, name] = arn

    def _delete_user_boundary(self, request: Request) -> None:
        name = request.params["UserName"]
        _require_user(request, name)
        self._enforcement.user_boundaries.pop((request.account, name), None)


def _require_policy(request: Request, arn: str) -> None:
    if identities(request.account, request.region).policy(arn) is None:
        text = f"Policy {arn} does not exist or is not attachable."
        raise AwsFault("NoSuchEntity", text, 404)


def _require_user(request: Request, name: str) -> None:
    if not identities(request.account, request.region).has_user(name):
        text = f"The user with name {name} cannot be found."
        raise AwsFault("NoSuchEntity", text, 404)
