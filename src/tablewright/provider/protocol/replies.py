"""Answers in the engine's messages: differences, failures, and what is left of half a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

import grpc
from google.protobuf import any_pb2

from tablewright.errors import TablewrightError
from tablewright.provider.resources.difference import Change
from tablewright.provider.resources.resource import ResourceType
from tablewright.provider.resources.shape import InputFailure
from tablewright.pulumi_protocol import provider_pb2, status_pb2

from .wire import Secrets, encode

_KINDS: Final = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


def invoke_response(values: Mapping[str, Any]) -> Any:
    """The answer of a function."""
    response = provider_pb2.InvokeResponse()
    getattr(response, "return").CopyFrom(encode(values))  # a word of the language, too
    return response


def refuse(context: Any, code: grpc.StatusCode, text: str) -> NoReturn:
    """Fail with a text; nothing was changed."""
    context.abort(code, text)
    raise AssertionError  # abort raises


def sentence(error: TablewrightError) -> str:
    """An error in one line, its next step behind it."""
    text = " ".join(error.message.split())
    return f"{text}; {error.next_step}" if error.next_step else text


def check_failures(failures: list[InputFailure]) -> list[Any]:
    """Failures of a check; the reason names the property, which may lie deep in it."""
    return [
        provider_pb2.CheckFailure(property=failure.path, reason=f"{failure.path} {failure.reason}")
        for failure in failures
    ]


def diff_response(changes: list[Change], *, delete_first: bool) -> Any:
    """The answer of a diff.

    Args:
        changes: what differs.
        delete_first: whether a replacement cannot stand beside what it replaces; the engine may
            replace for reasons of its own (`replaceOnChanges`, `replacementTrigger`).
    """
    some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
    replaces = sorted({change.top for change in changes if change.replaces})
    return provider_pb2.DiffResponse(
        changes=some if changes else none,
        diffs=sorted({change.top for change in changes}),
        replaces=replaces,
        deleteBeforeReplace=delete_first,
        hasDetailedDiff=True,
        detailedDiff={
            change.path: provider_pb2.PropertyDiff(kind=_KINDS[change.kind, change.replaces])
            for change in changes
        },
    )


def joined_secrets(first: Secrets, other: Secrets) -> Secrets:
    """Secret in either."""
    if isinstance(first, Mapping) and isinstance(other, Mapping):
        return {**first, **other}
    return first or other


def sealed(kind: ResourceType, outputs: Mapping[str, Any], secrets: Secrets) -> Any:
    """Outputs with everything marked that was secret as an input, or gives one away."""
    if isinstance(secrets, Mapping) and secrets:
        derived = {
            output: True
            for output, source in {"tagsAll": "tags", **kind.secret_with}.items()
            if output in outputs and secrets.get(source)
        }
        secrets = {**secrets, **derived}
    return encode(outputs, secrets)


def abort_half_done(context: Any, identifier: str, properties: Any, text: str) -> NoReturn:
    """Fail, and tell the engine what is there nevertheless."""
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(id=identifier, properties=properties, reasons=[text])
    )
    status = status_pb2.Status(
        code=grpc.StatusCode.UNKNOWN.value[0], message=text, details=[detail]
    )
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, text)
    raise AssertionError  # abort raises
