"""What a service's published model says of a request: types, required members, sizes, patterns.

AWS checks a request against its model before any logic of the service sees it, and reports what it
finds in one sentence per violation ("2 validation errors detected: Value ... at ... failed to
satisfy constraint: ..."). `violations` yields those sentences for any request; `mistyped` finds
values whose type the protocol cannot carry, which AWS answers with a SerializationException.

    shape = operation_input("cloudwatch", "PutMetricAlarm")
    violations(shape, {"AlarmName": ""})
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from botocore.model import Shape

from tablewright_emulator.protocol import operation_model
from tablewright_emulator.request import AwsFault, Handler, Reply, Request

MAX_INTEGER = 2**31 - 1
MAX_LONG = 2**63 - 1
MAX_DOUBLE = int(sys.float_info.max)

_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
    "blob": (bytes, str),
    "list": (list, tuple),
}

_JAVA_CLASSES = (
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"),
    (r"\p{Print}", r"[^\x00-\x1f\x7f]"),
    (r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}", r"\x20-\U0010FFFF"),
    (r"\p{L}\p{Z}\p{N}", r"\w\s"),
)

_RULE = "failed to satisfy constraint: Member must"


def operation_input(service: str, operation: str) -> Shape | None:
    """The input shape of an operation, None where it takes nothing."""
    model = operation_model(service, operation)
    return None if model is None else model.input_shape


class Mistyped(NamedTuple):
    """A value whose type is not its shape's, and where it stands in the notation of AWS."""

    path: str
    shape: Shape
    value: Any


def mistyped(
    shape: Shape, value: Any, path: str = "", opaque: frozenset[str] = frozenset()
) -> Mistyped | None:
    """The first value whose type is not its shape's, None when all fit.

    A null is as good as absent; members the model does not know are ignored, as AWS does. Shapes
    named in `opaque` are not looked at.
    """
    if value is None:
        return None
    if not _type_fits(shape, value):
        return Mistyped(path or "request", shape, value)
    for member, inner, place in _children(shape, value, path, opaque):
        problem = mistyped(member, inner, place, opaque)
        if problem is not None:
            return problem
    return None


def _type_fits(shape: Shape, value: Any) -> bool:
    kind = shape.type_name
    if kind in {"integer", "long"}:
        limit = MAX_INTEGER if kind == "integer" else MAX_LONG
        return isinstance(value, int) and _is_number(value) and abs(value) <= limit
    if kind in {"double", "float"}:
        return _is_number(value)
    if kind == "timestamp":
        return isinstance(value, datetime | str) or _is_number(value)
    return isinstance(value, _PYTHON_TYPES.get(kind, Mapping))


def _is_number(value: Any) -> bool:
    """NaN and infinities are numbers; which of them a member takes is the service's business."""
    if isinstance(value, bool):
        return False
    return isinstance(value, float) or (isinstance(value, int) and abs(value) <= MAX_DOUBLE)


def _children(
    shape: Shape, value: Any, path: str, opaque: frozenset[str]
) -> Iterator[tuple[Shape, Any, str]]:
    """Members of a value with their shapes and paths in the notation of AWS's messages."""
    prefix = f"{path}." if path else ""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if value.get(name) is not None and member.name not in opaque:
                yield member, value[name], f"{prefix}{name[0].lower()}{name[1:]}"
    elif shape.type_name == "list" and shape.member.name not in opaque:
        for number, inner in enumerate(value, 1):
            yield shape.member, inner, f"{prefix}{number}.member"
    elif shape.type_name == "map" and shape.value.name not in opaque:
        for key, inner in value.items():
            yield shape.key, key, f"{prefix}key"
            yield shape.value, inner, f"{prefix}{key}.member"


def conformer(shape: Shape, opaque: frozenset[str] = frozenset()) -> Callable[[Any], bool]:
    """Tells, quicker than `violations`, whether a (well typed) value breaks any constraint."""
    return _conformer(shape, opaque) or (lambda _: True)


def _conformer(shape: Shape, opaque: frozenset[str]) -> Callable[[Any], bool] | None:
    """None where the model has no constraint."""
    if shape.name in opaque:
        return None
    if shape.type_name == "structure":
        return _structure_conforms(shape, opaque)
    if shape.type_name in {"list", "map"}:
        return _collection_conforms(shape, opaque)
    if not shape.metadata.keys() & {"enum", "min", "max", "pattern"}:
        return None
    if shape.type_name == "string":
        return _string_conforms(shape.metadata)
    return lambda value: not any(True for _ in _broken_rules(shape, value))


def _string_conforms(metadata: Mapping[str, Any]) -> Callable[[Any], bool]:
    """Says what `_broken_string_rules` says."""
    if enum := metadata.get("enum"):
        return frozenset(enum).__contains__
    least, most = metadata.get("min", 0), metadata.get("max", sys.maxsize)
    if "pattern" not in metadata:
        return lambda value: least <= len(value) <= most
    fits = _compiled(metadata["pattern"]).fullmatch
    return lambda value: least <= len(value) <= most and fits(value) is not None


def _structure_conforms(shape: Shape, opaque: frozenset[str]) -> Callable[[Any], bool]:
    required = tuple(shape.required_members)
    checks: dict[str, Callable[[Any], bool] | None] = {}

    def conforms(value: Mapping[str, Any]) -> bool:
        for name in required:
            if value.get(name) is None:
                return False
        for name, inner in value.items():
            if name not in checks:  # only now, as a structure may have itself as a member
                known = shape.members.get(name)
                checks[name] = None if known is None else _conformer(known, opaque)
            check = checks[name]
            if check is not None and inner is not None and not check(inner):
                return False
        return True

    return conforms


def _names_conform(shape: Shape) -> Callable[[Any], bool] | None:
    """Of all names of a map; where they have a greatest length alone, the longest tells."""
    check = _conformer(shape, frozenset())
    if check is not None and shape.metadata.keys() == {"max"}:
        most = shape.metadata["max"]
        return lambda names: len("".join(names)) <= most or len(max(names, key=len)) <= most
    return None if check is None else lambda names: all(map(check, names))


def _collection_conforms(shape: Shape, opaque: frozenset[str]) -> Callable[[Any], bool] | None:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", sys.maxsize)
    key = _names_conform(shape.key) if shape.type_name == "map" else None
    inside = shape.value if shape.type_name == "map" else shape.member
    element = None if inside.name in opaque else _conformer(inside, opaque) or (lambda _: True)
    if key is element is None and least == 0 and most == sys.maxsize:
        return None

    def conforms(value: Any) -> bool:
        if not least <= len(value) <= most or (key is not None and not key(value)):
            return False
        inner = value.values() if isinstance(value, dict) else value
        return element is None or all(member is not None and element(member) for member in inner)

    return conforms


def violations(
    shape: Shape, value: Any, path: str = "", opaque: frozenset[str] = frozenset()
) -> list[str]:
    """AWS's sentences for every constraint of the model that the (well typed) value breaks.

    Shapes named in `opaque` are not looked at.
    """
    if value is None:
        return [f"Value null at '{path}' {_RULE} not be null"]
    texts: list[str] = []
    if shape.type_name == "structure":
        prefix = f"{path}." if path else ""
        texts += [
            f"Value null at '{prefix}{name[0].lower()}{name[1:]}' {_RULE} not be null"
            for name in shape.required_members
            if value.get(name) is None
        ]
    texts += [
        f"Value '{shown(shape, value)}' at '{path}' {_RULE} {rule}"
        for rule in _broken_rules(shape, value)
    ]
    for member, inner, place in _children(shape, value, path, opaque):
        texts += violations(member, inner, place, opaque)
    return texts


def _broken_rules(shape: Shape, value: Any) -> Iterator[str]:
    if shape.type_name == "string":
        yield from _broken_string_rules(shape, value)
    elif shape.type_name in {"integer", "long", "double", "float"}:
        yield from _broken_range(shape.metadata, value, "value")
    elif shape.type_name in {"list", "map"}:
        yield from _broken_range(shape.metadata, len(value), "length")


def _broken_string_rules(shape: Shape, value: str) -> Iterator[str]:
    enum: Sequence[str] = shape.metadata.get("enum", ())
    if enum and value not in enum:
        yield f"satisfy enum value set: [{', '.join(enum)}]"
        return
    yield from _broken_range(shape.metadata, len(value), "length")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield f"satisfy regular expression pattern: {pattern}"


def _broken_range(metadata: Mapping[str, Any], size: float, what: str) -> Iterator[str]:
    if "min" in metadata and size < metadata["min"]:
        yield f"have {what} greater than or equal to {metadata['min']}"
    if "max" in metadata and size > metadata["max"]:
        yield f"have {what} less than or equal to {metadata['max']}"


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The models' patterns are Java's: surrogate pairs and classes that `re` has no word for."""
    for java, python in _JAVA_CLASSES:
        pattern = pattern.replace(java, python)
    return re.compile(pattern)


def shown(shape: Shape, value: Any) -> str:
    """A value as Java writes it, which is how AWS's sentences show it."""
    if value is None:
        return "null"
    if shape.type_name == "structure":
        members = (
            f"{name[0].lower()}{name[1:]}={shown(member, value.get(name))}"
            for name, member in shape.members.items()
        )
        return f"{shape.name}({', '.join(members)})"
    if shape.type_name == "list":
        return f"[{', '.join(shown(shape.member, item) for item in value)}]"
    if shape.type_name == "map":
        entries = (f"{key}={shown(shape.value, item)}" for key, item in value.items())
        return f"{{{', '.join(entries)}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def sentence(texts: Sequence[str]) -> str:
    """The text of the error that reports the violations."""
    plural = "" if len(texts) == 1 else "s"
    return f"{len(texts)} validation error{plural} detected: {'; '.join(texts)}"


def checked(
    service: str, operation: str, handler: Handler, code: str = "ValidationError"
) -> Handler:
    """The handler behind its model: it only ever sees well typed requests inside the constraints.

    `code` is the service's code for a request that breaks a constraint.
    """

    def guarded(request: Request) -> dict[str, Any] | Reply | None:
        shape = operation_input(service, operation)
        if shape is not None:
            wrong = mistyped(shape, request.params)
            if wrong is not None:
                text = f"The value of {wrong.path} has a wrong type."
                raise AwsFault("SerializationException", text)
            texts = violations(shape, request.params)
            if texts:
                raise AwsFault(code, sentence(texts))
        return handler(request)

    return guarded
