"""IAM's eventual consistency: what was made a moment ago is not there yet for the next call.

AWS distributes changes of IAM over the world and says that "changes might not always be immediately
visible" (IAM User Guide, Troubleshooting IAM). Here that takes a fixed time, when one is set: until
then every call but the one that makes such a thing finds no role, user, group, instance profile or
customer managed policy, no inline policy in them and no policy attached to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from tablewright_emulator import protocol
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.iam.principal import identities
from tablewright_emulator.moto_backend.identity import Holder
from tablewright_emulator.request import AwsFault, Engine, Reply, Request

_MAKERS = {
    "roles": "CreateRole",
    "users": "CreateUser",
    "groups": "CreateGroup",
    "managed_policies": "CreatePolicy",
    "instance_profiles": "CreateInstanceProfile",
}

_Place = tuple[str, ...]
"""Where something is in the engine's backend: ("roles", ID), ("roles", ID, "policies", NAME)."""


class Propagation:
    """Hides what is young from the engine while it answers.

    Args:
        gateway: whose lock is held meanwhile, and whose clock says what is young.
        seconds: how long something is young; 0 for no delay at all.
    """

    def __init__(self, gateway: Gateway, seconds: Callable[[], float]) -> None:
        self._gateway = gateway
        self._seconds = seconds
        self._visible: dict[tuple[str, _Place], datetime] = {}

    def reset(self) -> None:
        """Forget everything."""
        self._visible.clear()

    def answer(self, request: Request, engine: Engine) -> Reply:
        """Let the engine answer as if what is young were not there.

        Raises:
            AwsFault: AccessDenied for the assumption of a young role.
        """
        if request.protocol == "internal" or not (self._seconds() or self._visible):
            return engine(request)
        with self._gateway.lock:
            now = self._gateway.clock.now()
            self._visible = {thing: at for thing, at in self._visible.items() if at > now}
            if request.service == "sts":
                self._refuse_young_role(request)
                return engine(request)
            return self._answer(request, engine, now)

    def _answer(self, request: Request, engine: Engine, now: datetime) -> Reply:
        before = {place for place, _ in _things(request)}
        hidden = self._hide(request)
        try:
            return engine(request)
        finally:
            for holder, key, value in hidden:
                holder.setdefault(key, value)
            visible = now + timedelta(seconds=self._seconds())
            for place, _ in _things(request):
                if place not in before and visible > now:
                    self._visible[request.account, place] = visible

    def _hide(self, request: Request) -> list[tuple[dict[str, Any], str, Any]]:
        young = [
            (place, holder)
            for place, holder in _things(request)
            if (request.account, place) in self._visible
            and (len(place) > 2 or _MAKERS[place[0]] != request.operation)  # noqa: PLR2004 - a part
        ]
        return [(holder, place[-1], holder.pop(place[-1])) for place, holder in young]

    def _refuse_young_role(self, request: Request) -> None:
        arn = protocol.form_of(request.http).get("RoleArn", "")
        path = identities(request.account, request.region).role_path(arn)
        if path is not None and (request.account, path) in self._visible:
            caller = f"arn:aws:iam::{request.account}:root"
            text = f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}"
            raise AwsFault("AccessDenied", text, 403)


def _things(request: Request) -> Iterator[Holder]:
    """Everything in an account that can be young, each with the dictionary that holds it."""
    return identities(request.account, request.region).entries()
