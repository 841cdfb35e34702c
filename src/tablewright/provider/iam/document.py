"""`aws.iam.getPolicyDocument`: a policy document from statements, and from other documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from tablewright.provider.resources.shape import InputFailure, Shape, blocks, conform, text, texts

if TYPE_CHECKING:
    from tablewright.provider.operation_context import OperationContext

_VERSION = "2012-10-17"
_PRINCIPAL: Final[Shape] = {"type": text(required=True), "identifiers": texts(required=True)}
_CONDITION: Final[Shape] = {
    "test": text(required=True),
    "variable": text(required=True),
    "values": texts(required=True),
}
_STATEMENT: Final[Shape] = {
    "sid": text(),
    "effect": text("Allow", "Deny"),
    "actions": texts(),
    "notActions": texts(),
    "resources": texts(),
    "notResources": texts(),
    "principals": blocks(_PRINCIPAL),
    "notPrincipals": blocks(_PRINCIPAL),
    "conditions": blocks(_CONDITION),
}


def get_policy_document(
    run: OperationContext, arguments: Mapping[str, Any]
) -> dict[str, Any] | list[InputFailure]:
    """Build the document: sources first, then the statements, then overrides by Sid."""
    del run
    try:
        sources = [_parsed(text) for text in _documents(arguments, "source")]
        overrides = [_parsed(text) for text in _documents(arguments, "override")]
    except ValueError:
        return [
            InputFailure("sourcePolicyDocuments", "holds something that is not a policy document")
        ]
    statements: list[dict[str, Any]] = []
    for source in sources:
        statements.extend(_statements_of(source))
    given, failures = conform(
        {"statements": blocks(_STATEMENT)}, {"statements": _camel(arguments.get("statements"))}
    )
    if failures:
        return failures
    own = [_statement(element) for element in given.get("statements", ())]
    if failures := [*_repeated(statements), *_repeated(own)]:
        return failures
    for statement in own:
        _override(statements, statement)
    for document in overrides:
        for statement in _statements_of(document):
            _override(statements, statement)
    result: dict[str, Any] = {"Version": arguments.get("version") or _version_of(sources)}
    policy_id = arguments.get("policyId") or _id_of([*sources, *overrides])
    if policy_id:
        result["Id"] = policy_id
    result["Statement"] = statements
    text = json.dumps(result, indent=2)
    minified = json.dumps(result, separators=(",", ":"))
    echoed = {name: value for name, value in arguments.items() if value is not None}
    return {"version": result["Version"], **echoed, "id": text_id(text), "json": text} | {
        "minifiedJson": minified
    }


def text_id(text: str) -> str:
    """A short stable identifier of a text, as the SDK wants one for its result."""
    number = 0
    for character in text.encode():
        number = (number * 31 + character) & 0xFFFFFFFF
    return str(number)


def _documents(arguments: Mapping[str, Any], word: str) -> list[str]:
    single = arguments.get(f"{word}Json")
    listed = arguments.get(f"{word}PolicyDocuments") or []
    return [text for text in [*([single] if single else []), *listed] if text]


def _parsed(text: str) -> dict[str, Any]:
    parsed = json.loads(text)
    if not isinstance(parsed, dict):
        raise ValueError  # noqa: TRY004 - the caller knows one kind of mistake
    return parsed


def _statements_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    statements = document.get("Statement") or []
    return [statements] if isinstance(statements, dict) else list(statements)


def _version_of(documents: list[dict[str, Any]]) -> str:
    return next(
        (str(document["Version"]) for document in reversed(documents) if "Version" in document),
        _VERSION,
    )


def _id_of(documents: list[dict[str, Any]]) -> str | None:
    return next((document["Id"] for document in reversed(documents) if document.get("Id")), None)


def _override(statements: list[dict[str, Any]], statement: dict[str, Any]) -> None:
    """Put a statement in the place of the one with its Sid, else at the end."""
    sid = statement.get("Sid")
    for index, old in enumerate(statements):
        if sid and old.get("Sid") == sid:
            statements[index] = statement
            return
    statements.append(statement)


def _repeated(statements: list[dict[str, Any]]) -> list[InputFailure]:
    sids = [statement["Sid"] for statement in statements if statement.get("Sid")]
    twice = sorted({sid for sid in sids if sids.count(sid) > 1})
    return [InputFailure("statements", f"has the sid {sid} more than once") for sid in twice]


def _camel(value: Any) -> Any:
    """Names as the schema spells them; Python's SDK sends the keys of plain dicts as they are.

    The official plug-in takes `not_actions` as well, since Terraform spells it so.
    """
    match value:
        case Mapping():
            return {
                re.sub("_([a-z])", _upper, key): _camel(element) for key, element in value.items()
            }
        case list():
            return [_camel(element) for element in value]
        case _:
            return value


def _upper(match: re.Match[str]) -> str:
    return match[1].upper()


def _statement(given: Mapping[str, Any]) -> dict[str, Any]:
    statement: dict[str, Any] = {}
    if given.get("sid"):
        statement["Sid"] = given["sid"]
    statement["Effect"] = given.get("effect") or "Allow"
    for name in ("actions", "notActions", "resources", "notResources"):
        if given.get(name):
            word = name[0].upper() + name[1:-1]
            statement[word] = _one_or_all(given[name])
    for name in ("principals", "notPrincipals"):
        if given.get(name):
            statement[name[0].upper() + name[1:-1]] = _principals(given[name])
    if given.get("conditions"):
        statement["Condition"] = _conditions(given["conditions"])
    return statement


def _one_or_all(values: list[str]) -> str | list[str]:
    written = [_variable(value) for value in values]
    return written[0] if len(written) == 1 else sorted(written)


def _variable(value: str) -> str:
    """`&{…}` stands for `${…}`, which Terraform and Pulumi YAML would read themselves."""
    return value.replace("&{", "${")


def _principals(given: list[Mapping[str, Any]]) -> str | dict[str, str | list[str]]:
    if any(block["type"] == "*" and "*" in block["identifiers"] for block in given):
        return "*"
    merged: dict[str, list[str]] = {}
    for block in given:
        merged.setdefault(block["type"], []).extend(block["identifiers"])
    return {kind: _one_or_all(identifiers) for kind, identifiers in merged.items()}


def _conditions(given: list[Mapping[str, Any]]) -> dict[str, dict[str, str | list[str]]]:
    merged: dict[str, dict[str, list[str]]] = {}
    for block in given:
        variables = merged.setdefault(block["test"], {})
        variables.setdefault(block["variable"], []).extend(map(str, block["values"]))
    return {
        test: {
            variable: [_variable(value) for value in values]
            if len(values) > 1
            else _variable(values[0])
            for variable, values in variables.items()
        }
        for test, variables in merged.items()
    }
