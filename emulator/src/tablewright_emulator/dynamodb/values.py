"""Attribute values: what DynamoDB accepts, how it writes numbers, how big everything is.

Values keep the form they have on the wire (`{"S": "a"}`, `{"N": "1"}`) and are never changed in
place, so that a stored item can be handed out, logged and compared without a copy.

Sizes and limits: Developer Guide, pages Constraints and CapacityUnitCalculations.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeAlias

from tablewright_emulator.dynamodb.value_faults import (
    LARGEST_EXPONENT,
    SMALLEST_EXPONENT,
    EmptyName,
    nested_too_deep,
    not_numeric,
    out_of_range,
    repeated,
    too_many_digits,
)
from tablewright_emulator.request import AwsFault

Attributes: TypeAlias = dict[str, dict[str, Any]]
KeyValue: TypeAlias = str | bytes | int | Decimal

MAX_ITEM_BYTES = 400 * 1024
MAX_DEPTH = 31  # of lists and maps inside each other (dynamodb-conformance, item nesting)
_MAX_DIGITS = 38
_MAX_NAME_BYTES = 65_535
_MAX_EXPONENT = 2**63 - 1  # beyond it nothing is read (dynamodb-conformance, numberExponent)
_MAX_EXPONENT_DIGITS = 20
_AS_WRITTEN = re.compile(
    r"0|-?[1-9]\d{0,37}|-?(?:0|[1-9]\d{0,17})\.\d{0,17}[1-9]", re.ASCII
)  # what most numbers are
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+))?", re.ASCII)
_INVALID = "One or more parameter values were invalid: "
# As AWS writes them; of numbers it says no more (dynalite's tests, held to AWS).
_EMPTY_SETS = {
    "SS": "An string set  may not be empty",
    "NS": "An number set  may not be empty",
    "BS": "Binary sets should not be empty",
}


def invalid(message: str) -> AwsFault:
    """A ValidationException with AWS's usual opening."""
    return AwsFault("ValidationException", _INVALID + message)


def check_attributes(attributes: Any) -> Attributes:
    """Check the attribute map of an item or key and write its numbers as DynamoDB does.

    Raises:
        AwsFault: ValidationException or SerializationException.
    """
    if not isinstance(attributes, dict):
        raise _not_a_structure()
    if (
        len("".join(attributes)) > _MAX_NAME_BYTES
        and len(max(attributes, key=len)) > _MAX_NAME_BYTES
    ):
        raise AwsFault(
            "ValidationException", "Attribute name is too large, must be less than 65536 bytes"
        )
    return {
        name: value
        if type(value) is dict and len(value) == 1 and type(value.get("S")) is str
        else check_value(value)
        for name, value in attributes.items()
    }


def check_new_item(attributes: Any) -> Attributes:
    """Check the attributes of an item that is put: they have names as well, and so have maps.

    Raises:
        AwsFault: ValidationException or SerializationException; a name of a map that is empty is
            told last (dynamodb-conformance, deepRequests).
    """
    if "" in attributes:
        raise EmptyName
    try:
        return check_attributes(attributes)
    except EmptyName:
        for value in attributes.values():
            with suppress(EmptyName):
                check_value(value)
        raise


def check_value(value: Any, depth: int = 1) -> dict[str, Any]:
    """Check one value and give it back in DynamoDB's writing.

    Of a value of two types what is wrong with either comes first (dynalite's tests).
    """
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise _not_a_structure()
    if len(value) == 1:
        if type(value.get("S")) is str:
            return value
        number = value.get("N")
        if type(number) is str and _AS_WRITTEN.fullmatch(number):
            return value
    checked = {
        kind: check(kind, value[kind], depth)
        for kind in value
        if (check := _CHECKS.get(kind)) is not None
    }
    if len(checked) == 1:
        return checked
    fault = "has more than one datatypes set" if checked else "is empty"
    raise AwsFault(
        "ValidationException",
        f"Supplied AttributeValue {fault}, must contain exactly one of the supported datatypes",
    )


def _text(kind: str, content: Any, depth: int) -> str:
    del kind, depth
    if not isinstance(content, str):
        raise _cannot_be_converted(content, "String")
    return content


def _number(kind: str, content: Any, depth: int) -> str:
    del kind, depth
    if not isinstance(content, str):
        raise _cannot_be_converted(content, "String")
    return canonical_number(content)


def _binary(kind: str, content: Any, depth: int) -> str:
    del kind, depth
    if isinstance(content, bytes):
        return base64.b64encode(content).decode()
    if not isinstance(content, str):
        raise _cannot_be_converted(content, "Blob")
    try:
        base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise AwsFault(
            "SerializationException", "Base64 encoded length is expected a multiple of 4 bytes"
        ) from error
    return content


def _boolean(kind: str, content: Any, depth: int) -> bool:
    del depth
    if not isinstance(content, bool):
        raise _cannot_be_converted(content, "Boolean")
    if kind == "NULL" and not content:
        raise invalid("Null attribute value types must have the value of true")
    return content


def _list(kind: str, content: Any, depth: int) -> list[Any]:
    del kind
    if not isinstance(content, list):
        raise _not_a_structure()
    _check_depth(depth)
    return [check_value(item, depth + 1) for item in content]


def _map(kind: str, content: Any, depth: int) -> dict[str, Any]:
    del kind
    if not isinstance(content, dict):
        raise _not_a_structure()
    _check_depth(depth)
    if "" in content:
        raise EmptyName
    return {name: check_value(item, depth + 1) for name, item in content.items()}


def _set(kind: str, content: Any, depth: int) -> list[str]:
    if not isinstance(content, list):
        raise _not_a_structure()
    if not content:
        raise invalid(_EMPTY_SETS[kind])
    checked = [str(_CHECKS[kind[0]](kind[0], item, depth)) for item in content]
    if len(set(checked)) < len(checked):
        first = next(at for at, member in enumerate(checked) if member in checked[:at])
        raise repeated(kind, checked, ordered(kind, checked[:first]))
    return ordered(kind, checked)


def ordered(kind: str, elements: Iterable[str]) -> list[str]:
    """The elements of a set as DynamoDB gives them back: texts and binaries by their bytes."""
    keys: Mapping[str, Callable[[str], Any]] = {
        "SS": str, "NS": Decimal, "BS": base64.b64decode,
    }  # fmt: skip
    return sorted(elements, key=keys[kind])


_CHECKS = {
    "S": _text,
    "N": _number,
    "B": _binary,
    "BOOL": _boolean,
    "NULL": _boolean,
    "L": _list,
    "M": _map,
    "SS": _set,
    "NS": _set,
    "BS": _set,
}


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise nested_too_deep()


def _not_a_structure() -> AwsFault:
    return AwsFault("SerializationException", "Unexpected value type in payload")


def _cannot_be_converted(content: Any, to: str) -> AwsFault:
    kinds = {bool: "TRUE_VALUE" if content is True else "FALSE_VALUE", str: "STRING_VALUE"}
    kind = kinds.get(type(content), "NUMBER_VALUE")
    if content is None or isinstance(content, list | dict):
        return _not_a_structure()
    return AwsFault("SerializationException", f"{kind} cannot be converted to {to}")


def canonical_number(text: str) -> str:
    """A number as DynamoDB writes it: no exponent, no leading or trailing zeros.

    Raises:
        AwsFault: it is no number, or beyond 38 digits or the range of DynamoDB.
    """
    if _AS_WRITTEN.fullmatch(text):
        return text
    match = _NUMBER.fullmatch(text)
    shift = "0" if match is None else match[2] or "0"
    if match is None or len(shift) > _MAX_EXPONENT_DIGITS or abs(int(shift)) > _MAX_EXPONENT:
        raise not_numeric(text)
    sign, digits, exponent = Decimal(match[1]).as_tuple()
    return _written(sign, digits, int(exponent) + int(shift), text)


def _written(sign: int, digits: tuple[int, ...], exponent: int, text: str) -> str:
    """A number in DynamoDB's writing; also a zero has to be in the range."""
    if not SMALLEST_EXPONENT <= len(digits) - 1 + exponent <= LARGEST_EXPONENT:
        raise out_of_range(len(digits), exponent, text)
    significant = "".join(map(str, digits)).rstrip("0")
    if not significant:
        return "0"
    if len(significant) > _MAX_DIGITS:
        raise too_many_digits()
    exponent += len(digits) - len(significant)
    return format(Decimal((sign, tuple(map(int, significant)), exponent)), "f")


def key_value(value: Mapping[str, Any]) -> KeyValue:
    """The value of a key attribute as something that hashes and sorts as DynamoDB sorts it."""
    ((kind, content),) = value.items()
    if kind == "S":
        return str(content)
    if kind == "N":  # whole numbers are hashed and compared in a fraction of the time
        return int(content) if content.isdigit() else Decimal(content)
    if kind == "B":
        return base64.b64decode(content)
    return str(content)


def item_size(attributes: Mapping[str, Mapping[str, Any]]) -> int:
    """Bytes of an item: names and values."""
    values = attributes.values()
    texts = [value["S"] for value in values if "S" in value]
    size = _bytes_of("".join(attributes)) + _bytes_of("".join(texts))
    if len(texts) < len(attributes):
        size += sum([value_size(value) for value in values if "S" not in value])
    return size


def _bytes_of(text: str) -> int:
    """In UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of one value."""
    ((kind, content),) = value.items()
    size: int = _SIZES[kind](content)
    return size


def _number_size(text: str) -> int:
    """A byte, one for two digits before the point and one for two behind it, one for a minus.

    Measured to the byte at the limit of an item, numberByteSize of dynamodb-conformance; the
    Developer Guide's sentence has it otherwise.
    """
    digits, _, fraction = text.lstrip("-").partition(".")
    if not fraction:
        digits = digits.rstrip("0")
    elif digits == "0":
        digits, fraction = "", fraction.lstrip("0")
    size = 1 + (len(digits) + 1) // 2 + (len(fraction) + 1) // 2
    return size + text.startswith("-")


def _binary_size(text: str) -> int:
    return len(text) * 3 // 4 - text.count("=", -2)


_SIZES: dict[str, Any] = {
    "S": _bytes_of,
    "N": _number_size,
    "B": _binary_size,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "L": lambda items: 3 + sum(1 + value_size(item) for item in items),
    "M": lambda items: 3 + sum(1 + _bytes_of(n) + value_size(v) for n, v in items.items()),
    "SS": lambda items: sum(map(_bytes_of, items)),
    "NS": lambda items: sum(map(_number_size, items)),
    "BS": lambda items: sum(map(_binary_size, items)),
}
