"""Stacks of CloudFormation make tables, alarms and scaling through the gateway.

moto reads templates, keeps stacks and makes what is its own; `moto_backend` makes what is
ours. A stack that fails half-way takes back what of ours it had made, as CloudFormation rolls back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tablewright_emulator import protocol
from tablewright_emulator.dynamodb.durations import PRESETS
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.moto_backend import moment, outside
from tablewright_emulator.request import AwsFault, Engine, Reply, Request


class CloudFormation:
    """CloudFormation in front of moto's."""

    def __init__(self, gateway: Gateway, dynamodb: DynamoDb) -> None:
        self._gateway, self._dynamodb = gateway, dynamodb

    def answer(self, request: Request, engine: Engine) -> Reply:
        """Let moto read and keep stacks, with models that make what is ours here.

        A stack is complete at once, so its tables are as well: without durations.

        Raises:
            AwsFault: what made a resource fail; nothing of ours that the stack made is left.
        """
        moment.install()
        from tablewright_emulator.moto_backend import (  # noqa: PLC0415 - loads moto
            cloudformation_models as models,
        )

        models.install()
        stack = models.Current.stack = models.Stack(self._call)
        with self._gateway.lock:
            durations = self._dynamodb.durations
            self._dynamodb.durations = PRESETS["none"]
            try:
                reply = engine(request)
            except AwsFault:
                for undo in reversed(stack.undo):
                    undo()
                raise
            finally:
                self._dynamodb.durations = durations
        return reply

    def _call(
        self, place: tuple[str, str], service: str, operation: str, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Call an operation in an account and region.

        Templates write numbers and switches as text as well; they are sent as the operation has
        them.
        """
        model = protocol.operation_model(service, operation)
        shape = model.input_shape if model is not None else None
        account, region = place
        asked = _typed(dict(params), shape)
        reply: dict[str, Any] = outside.obtained(
            lambda: self._gateway.call(service, operation, asked, account=account, region=region)
        )
        return reply


def _typed(value: Any, shape: Any) -> Any:
    """A value of a template in the types of an operation's model."""
    kind = shape.type_name if shape is not None else ""
    match value:
        case dict() if kind == "structure":
            return {name: _typed(item, shape.members.get(name)) for name, item in value.items()}
        case list() if kind == "list":
            return [_typed(item, shape.member) for item in value]
        case str() if kind in _TYPES:
            try:
                return _TYPES[kind](value)
            except (KeyError, ValueError):
                return value  # the operation says what is wrong with it
        case _:
            return value


_TYPES: Mapping[str, Callable[[str], Any]] = {
    "boolean": lambda text: {"true": True, "false": False}[text.lower()],
    "double": float,
    "float": float,
    "integer": int,
    "long": int,
}
