"""The role by which Application Auto Scaling changes tables.

AWS makes it with the first scalable target, or when asked for by its service (User Guide,
Service-linked roles for Application Auto Scaling). moto would give it another name.
"""

from __future__ import annotations

import json
from typing import Any

from tablewright_emulator.autoscaling.registry import Registry
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import AwsFault, Handler, Reply, Request

NAME = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
PRINCIPAL = "dynamodb.application-autoscaling.amazonaws.com"
_PATH = f"/aws-service-role/{PRINCIPAL}/"


def role_arn(partition: str, account: str) -> str:
    """ARN of the role in an account."""
    return f"arn:{partition}:iam::{account}:role{_PATH}{NAME}"


class ServiceLinkedRole:
    """The role as IAM shows it: made when it is first looked for in an account that scales."""

    def __init__(self, gateway: Gateway, registry: Registry) -> None:
        self._gateway, self._registry = gateway, registry

    def handlers(self) -> dict[str, Handler]:
        """Operations of IAM, in front of moto's."""
        return {
            "CreateServiceLinkedRole": self._create,
            "GetRole": self._shown,
            "ListRoles": self._shown,
        }

    def _shown(self, request: Request) -> dict[str, Any] | Reply:
        asked = request.params.get("RoleName", NAME)
        scales = any(
            account == request.account and region.targets
            for (account, _), region in self._registry.regions.items()
        )
        if asked == NAME and scales:
            self._make(request.account)
        return self._gateway.underneath(request)

    def _create(self, request: Request) -> dict[str, Any] | Reply:
        if request.params.get("AWSServiceName") != PRINCIPAL:
            return self._gateway.underneath(request)
        role = self._make(request.account)
        if role is None:
            raise AwsFault(
                "InvalidInput",
                f"Service role name {NAME} has been taken in this account, please try a different "
                "suffix.",
            )
        return {"Role": role}

    def _make(self, account: str) -> dict[str, Any] | None:
        """The role as it was made; None where it is there already."""
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": PRINCIPAL},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        request = {
            "RoleName": NAME,
            "Path": _PATH,
            "AssumeRolePolicyDocument": json.dumps(trust),
        }
        try:
            role: dict[str, Any] = self._gateway.call(
                "iam", "CreateRole", request, account=account
            )["Role"]
        except AwsFault as fault:
            if fault.code != "EntityAlreadyExists":
                raise
            return None
        return role
