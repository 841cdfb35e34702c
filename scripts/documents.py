"""JSON Schemas of what commands print, and the page about them, from `tablewright.documents`."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

from tablewright.documents import (
    DOCUMENTS,
    DRIFT_EVENT,
    ERRORS,
    NAMES,
    SAVED_PLAN,
    STACKS,
    VERSION,
    WITHOUT,
    adoption,
    audit,
    conversion,
    cost,
    deployment,
    drift,
    error,
    explanation,
    fleet,
    hot_keys,
    migration,
    permissions,
    sandbox,
    state,
    usage,
)

FOLDER = Path(__file__).resolve().parent.parent / "src" / "tablewright" / "documents" / VERSION
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}

SHAPES: Mapping[str, Any] = {
    "written": adoption.WrittenDocument,
    "validation": error.ValidationDocument,
    "preview": deployment.PreviewDocument,
    "run": deployment.RunDocument,
    "up": deployment.UpDocument,
    "outputs": dict[str, Any],
    "status": deployment.StatusDocument,
    "state-list": state.StateListDocument,
    "state-rename": state.StateRenameDocument,
    "state-export": state.StateExportDocument,
    "state-import": state.StateImportDocument,
    "state-move": state.StateMoveDocument,
    "table-owner": state.TableOwnerDocument,
    "release": deployment.ReleaseDocument,
    "verification": fleet.VerificationDocument,
    "drift": drift.DriftDocument,
    "doctor": fleet.DoctorDocument,
    "permissions": permissions.PolicyDocument,
    "discovery": fleet.DiscoveryDocument,
    "conversion": conversion.ConversionDocument,
    "migration": migration.MigrationDocument,
    "adoption": adoption.AdoptionDocument,
    "report-file": adoption.ReportFileDocument,
    "audit": audit.AuditDocument,
    "hot-keys": hot_keys.HotKeysDocument,
    "collection": usage.CollectionDocument,
    "usage-import": usage.ImportedUseDocument,
    "table-use": usage.TableUseDocument,
    "prices-update": list[usage.UpdatedPricesDocument],
    "bill": cost.BillDocument,
    "prices": list[cost.PricesDocument],
    "optimization": cost.OptimizationDocument,
    "explanation": explanation.ExplanationDocument,
    "sandbox": sandbox.SandboxDocument,
    "sandbox-change": sandbox.SandboxChangeDocument,
    "sandbox-list": list[sandbox.ListedSandboxDocument],
    "sandbox-status": sandbox.SandboxStatusDocument,
    "sandbox-environment": dict[str, str | None],
    "sandbox-seed": list[sandbox.SeededDocument],
    "sandbox-clock": sandbox.ClockDocument,
    "sandbox-calls": sandbox.CallsDocument,
    "sandbox-faults": sandbox.FaultsDocument,
    DRIFT_EVENT: drift.DriftEventDocument,
    SAVED_PLAN: deployment.SavedPlanDocument,
    STACKS: deployment.StacksDocument,
    ERRORS: error.ErrorsDocument,
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a document; open, so that a later release may add a field."""
    definitions: dict[str, Any] = {}
    body = _type(SHAPES[name], definitions)
    return {
        "$schema": DIALECT,
        "$id": f"https://tablewright.dev/schemas/{VERSION}/{name}.json",
        "title": title(name),
        **body,
        "$defs": definitions,
    }


def _type(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """A type as a schema; what is referred to is entered in `definitions`."""
    if is_typeddict(hint):
        name = hint.__name__.removesuffix("Document")
        if name not in definitions:
            definitions[name] = {}
            definitions[name] |= _object(hint, definitions)
        return {"$ref": f"#/$defs/{name}"}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return {"anyOf": [_type(choice, definitions) for choice in arguments]}
    if origin is list:
        return {"type": "array", "items": _type(arguments[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _type(arguments[1], definitions)}
    return {} if hint is Any else {"type": _SCALARS[hint]}


def _object(shape: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    meanings = _meanings(inspect.getmodule(shape)).get(shape.__name__, {})
    fields = {
        field: _described(meanings.get(field)) | _type(hint, definitions)
        for field, hint in get_type_hints(shape).items()
    }
    return {
        "description": inspect.cleandoc(shape.__doc__ or ""),
        "type": "object",
        "required": sorted(shape.__required_keys__, key=list(fields).index),
        "properties": fields,
    }


def _described(meaning: str | None) -> dict[str, Any]:
    return {"description": meaning} if meaning else {}


@cache
def _meanings(module: Any) -> dict[str, dict[str, str]]:
    """The texts below the fields of each class of a module, its bases' included."""
    meanings: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            texts: dict[str, str] = {}
            for base in node.bases:
                texts |= meanings.get(getattr(base, "id", ""), {})
            for field, text in zip(node.body, node.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
                    texts[ast.unparse(field.target)] = str(ast.literal_eval(text.value))
            meanings[node.name] = texts
    return meanings


def title(name: str) -> str:
    """Who prints it."""
    match name:
        case "saved-plan":
            return "What `tablewright preview --save FILE` writes"
        case "stacks":
            return "What a command prints under `--output json` that runs several stacks"
        case "errors":
            return "What a command prints under `--output json` when it fails"
    commands = [command for command, document in DOCUMENTS.items() if document == name]
    return "What " + ", ".join(f"`tablewright {command}`" for command in commands) + " prints"


def files() -> dict[Path, str]:
    """Each schema file with its text."""
    return {
        FOLDER / f"{name}.json": json.dumps(schema(name), indent=1, ensure_ascii=False) + "\n"
        for name in NAMES
    }


_OPENING = """\
<!-- written by `make docs`; change the code, not this page -->

# JSON

What commands print with `--output json` goes to standard output: one document, whatever happens.
Each has a JSON Schema (draft 2020-12) that ships with the package; `tablewright schema --list`
names them, `tablewright schema --of preview` prints one.

- **Stable.** The version is in the schema's `$id` (`v1`). Within a version no field is renamed,
  removed or given another type; fields are added. Ignore the ones you do not know.
- **Spelling.** Names are camelCase. Money is text, so that no cent is rounded. Times are RFC 3339.
  What is not known or does not apply is null, not left out.
- **Errors.** A command that fails before it has a document prints one of
  [errors](#errors), also for a command line that cannot be understood; the same stands on standard
  error for people. The exit status is the one of the command ([errors.md](errors.md)).
- **Refusals and losses.** A preview that `up` would refuse exits 3 and says so in its own document:
  `refusals` says why, `losses` names what would be deleted or replaced.
- **Every command** has a document but these:
"""


def page() -> str:
    """Every document, field by field."""
    lines = [_OPENING.rstrip("\n")]
    lines += [f"    - `{command}`: {reason}" for command, reason in WITHOUT.items()]
    lines.append("")
    for name in NAMES:
        of = schema(name)
        lines += [f"## {name}\n", f"{of['title']}.\n"]
        if name in _MEANT:
            lines.append(f"{_MEANT[name]}\n")
        for title_, shape in of["$defs"].items():
            lines += [f"**{title_}**: {shape.get('description', '')}\n", *_table(shape), ""]
    return "\n".join(lines)


_MEANT: Mapping[str, str] = {
    "outputs": "One object whose keys are the output names; values are texts, lists or maps.",
    "sandbox-environment": "One object: variables with their values; null means unset.",
    "prices-update": "A list with an element for each region.",
    "prices": "A list with an element for each region.",
    "sandbox-list": "A list with an element for each sandbox.",
    "sandbox-seed": "A list with an element for each table.",
}


def _table(shape: Mapping[str, Any]) -> list[str]:
    rows = [
        f"| `{name}` | {_word(field)} | {field.get('description', '')} |"
        for name, field in shape["properties"].items()
    ]
    return ["| field | type | meaning |\n|---|---|---|", *rows]


def _word(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "anyOf" in field:
        return " or ".join(_word(choice) for choice in field["anyOf"])
    if "items" in field:
        return f"list of {_word(field['items'])}"
    if isinstance(of := field.get("additionalProperties"), Mapping):
        return f"map of {_word(of)}"
    return str(field.get("type", "any"))
