"""The schema of what is carried, made from the metadata of the installed `pulumi_aws`.

    schema_of(RESOURCES, {token: ("name",) for token in INVOKES})

`pulumi import` writes code by it, Pulumi YAML checks programs by it. It names no version: the
engine's loader refuses a schema of another version than the program's SDK asks for, and takes one
without a version for any.
"""

from __future__ import annotations

import importlib
import inspect
import json
import types
import typing
from collections.abc import Awaitable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from tablewright.extras import require

_SCALARS: Final = {str: "string", bool: "boolean", int: "integer", float: "number"}
_ANY: Final = {"$ref": "pulumi.json#/Any"}
_MODULE_FORMAT: Final = "(.*)(?:/[^/]*)"
"""Which part of `dynamodb/table` names the module of an SDK."""
_COMPATIBILITY: Final = "tfbridge20"
"""How the SDKs of the bridged provider are laid out, which generated code must follow."""

Properties = Mapping[str, Any]


def schema_of(resources: Collection[str], functions: Mapping[str, Collection[str]]) -> str:
    """The package schema, as JSON.

    Args:
        resources: tokens of the resource types.
        functions: tokens of the functions, each with the names of the arguments it insists on.
    """
    require("programs")
    sdk = importlib.import_module("pulumi_aws")
    writer = _Writer()
    layout = {"compatibility": _COMPATIBILITY}
    package = {
        "name": "aws",
        "displayName": "AWS",
        "description": "What tablewright's own aws provider carries of the AWS package.",
        "meta": {"moduleFormat": _MODULE_FORMAT},
        "language": {"nodejs": layout, "python": layout},
        "config": {"variables": writer.properties(_input_types(sdk.ProviderArgs))},
        "provider": {"inputProperties": writer.properties(_input_types(sdk.ProviderArgs))},
        "resources": {token: writer.resource(_found(token)) for token in sorted(resources)},
        "functions": {token: writer.function(token, functions[token]) for token in functions},
        "types": writer.types,
    }
    return json.dumps(package)


def sdk_name(token: str) -> tuple[str, str]:
    """Module and name that a token stands for in the SDK: `dynamodb`, `getTable`."""
    module, _, name = token.removeprefix("aws:").rpartition(":")
    return module.partition("/")[0], name


class _Writer:
    """Writes property types, and collects the object types that they mention."""

    def __init__(self) -> None:
        self.types: dict[str, Any] = {}

    def resource(self, kind: type) -> dict[str, Any]:
        """A resource type."""
        arguments = _arguments_of(kind)
        return {
            "inputProperties": self.properties(_input_types(arguments), arguments),
            "requiredInputs": _required(arguments),
            "properties": self.properties(_sdk_metadata().resource_types(kind), kind),
            "required": sorted(_always(kind)),
        }

    def function(self, token: str, required: Collection[str]) -> dict[str, Any]:
        """A function: what it is asked and what it answers."""
        module, name = sdk_name(token)
        sdk = importlib.import_module(f"pulumi_aws.{module}" if module != "index" else "pulumi_aws")
        asked = getattr(sdk, _snake(name))
        answered = getattr(sdk, f"{name[0].upper()}{name[1:]}Result")
        results = _sdk_metadata().output_type_types(answered)
        return {
            "inputs": {
                "properties": {
                    _camel(parameter): self.property_type(hint)
                    for parameter, hint in typing.get_type_hints(asked, _names_of(asked)).items()
                    if parameter not in ("return", "opts")
                },
                "required": sorted(required),
            },
            "outputs": {
                "properties": {name: self.property_type(hint) for name, hint in results.items()},
                "required": sorted(results),
            },
        }

    def properties(self, declared: Properties, owner: type | None = None) -> dict[str, Any]:
        """Properties by the engine's names, described as the SDK describes them."""
        descriptions = _descriptions(owner) if owner is not None else {}
        return {
            name: {
                **self.property_type(hint),
                **({"description": descriptions[name]} if descriptions.get(name) else {}),
            }
            for name, hint in declared.items()
        }

    def property_type(self, hint: Any) -> dict[str, Any]:
        """A property's type."""
        plain = next(iter(_plain(hint)), Any)
        origin = typing.get_origin(plain)
        if plain in _SCALARS:
            return {"type": _SCALARS[plain]}
        if origin is not None and issubclass(origin, Mapping):
            return {
                "type": "object",
                "additionalProperties": self.property_type(typing.get_args(plain)[1]),
            }
        if origin is not None and issubclass(origin, Sequence):
            return {"type": "array", "items": self.property_type(typing.get_args(plain)[0])}
        if isinstance(plain, type) and plain.__module__.startswith("pulumi_aws"):
            return {"$ref": f"#/types/{self._object(plain)}"}
        return dict(_ANY)

    def _object(self, kind: type) -> str:
        """The token of an object type, which is written where it is new."""
        token = _token_of(kind)
        metadata = _sdk_metadata()
        is_input = metadata.is_input_type(kind)
        if token in self.types and not (is_input and not self.types[token]["required"]):
            return token
        self.types.setdefault(token, {"type": "object", "properties": {}, "required": []})
        declared = _input_types(kind) if is_input else metadata.output_type_types(kind)
        self.types[token] = {
            "type": "object",
            "properties": {
                **self.types[token]["properties"],
                **self.properties(declared, kind),
            },
            "required": _required(kind) if is_input else [],
        }
        return token


def _found(token: str) -> type:
    module, name = sdk_name(token)
    return cast("type", getattr(importlib.import_module(f"pulumi_aws.{module}"), name))


def _arguments_of(kind: type) -> type:
    """The class of a resource's arguments; `RoleInitArgs` where `RoleArgs` is taken otherwise."""
    module = importlib.import_module(kind.__module__)
    names = (f"{kind.__name__}InitArgs", f"{kind.__name__}Args")
    return cast("type", next(getattr(module, name) for name in names if hasattr(module, name)))


def _sdk_metadata() -> Any:
    return importlib.import_module("pulumi._types")


def _input_types(arguments: type) -> Properties:
    return cast("Properties", _sdk_metadata().input_type_types(arguments))


def _required(arguments: type) -> list[str]:
    """Names of what the constructor of arguments insists on."""
    parameters = inspect.signature(arguments.__init__).parameters.values()  # type: ignore[misc]
    needed = {
        parameter.name
        for parameter in parameters
        if parameter.default is inspect.Parameter.empty and parameter.name != "__self__"
    }
    return sorted(name for name, own in _spelled(arguments).items() if own in needed)


def _spelled(kind: type) -> dict[str, str]:
    """The engine's name of each property to the SDK's: `hashKey` to `hash_key`."""
    properties = {}
    for own, value in vars(kind).items():
        if isinstance(value, property) and value.fget is not None:
            properties[getattr(value.fget, "_pulumi_name", None) or own] = own
    return properties


def _descriptions(kind: type) -> dict[str, str]:
    return {name: inspect.getdoc(getattr(kind, own)) or "" for name, own in _spelled(kind).items()}


def _always(kind: type) -> Iterator[str]:
    """Outputs that a resource always has."""
    for name, own in _spelled(kind).items():
        getter = getattr(kind, own).fget
        hint = inspect.get_annotations(getter).get("return")
        if not _may_lack(hint):
            yield name


def _may_lack(hint: Any) -> bool:
    """Whether None is among what an annotation takes, once an Input or Output is looked into."""
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [argument for argument in arguments if argument is not type(None)]
        awaited = [argument for argument in rest if typing.get_origin(argument) is Awaitable]
        if awaited:
            return _may_lack(typing.get_args(awaited[0])[0])
        return len(rest) < len(arguments)
    if arguments and typing.get_origin(hint) is importlib.import_module("pulumi").Output:
        return _may_lack(arguments[0])
    return False


def _plain(hint: Any) -> Iterator[Any]:
    """The plain types behind `Input[Optional[...]]`, texts before what may stand for them."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        for argument in arguments:
            yield from _plain(argument)
    elif origin is not Awaitable and hint is not type(None) and not _is_dict_or_output(hint):
        yield hint


def _is_dict_or_output(hint: Any) -> bool:
    output = importlib.import_module("pulumi").Output
    return typing.get_origin(hint) is output or typing.is_typeddict(hint)


def _token_of(kind: type) -> str:
    name = kind.__name__.removesuffix("Args").removesuffix("Result")
    if name.startswith("Get"):
        name = f"get{name[3:]}"
    package = kind.__module__.split(".")
    module = package[1] if package[1] not in ("_inputs", "outputs") else "index"
    return f"aws:{module}/{name}:{name}"


def _names_of(function: Any) -> dict[str, Any]:
    """What the annotations of a function mean: names of its module and of the SDK's core."""
    return {
        **vars(importlib.import_module("pulumi.output")),
        **vars(importlib.import_module(function.__module__)),
    }


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
