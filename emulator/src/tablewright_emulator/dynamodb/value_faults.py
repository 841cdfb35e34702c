"""What AWS says of a value: in the words of its current layer, or of the older one.

AWS checks the values of a request in one of two layers, which differ in what they say of numbers,
of sets with a repeated member, and in how far an exponent is read:

- current: PutItem, UpdateItem, DeleteItem, GetItem, BatchGetItem, Query, and the transactions in
  one region of four;
- older: BatchWriteItem, Scan, PartiQL, and the transactions in the other three.

Source: dynamodb-conformance, captures of four regions of 9 October 2026 (valueLayers,
partiqlParameterNumbers).
"""

from __future__ import annotations

from tablewright_emulator.request import AwsFault

_INVALID = "One or more parameter values were invalid: "
_NOT_NUMERIC = "The parameter cannot be converted to a numeric value"
_TOO_LARGE, _TOO_SMALL = ("overflow", "larger"), ("underflow", "smaller")
_INT = 2**31
LARGEST_EXPONENT, SMALLEST_EXPONENT = 125, -130


class ValueFault(AwsFault):
    """A ValidationException of a value.

    Args:
        text: in the words of the current layer.
        older: in those of the older one, where they differ.
    """

    def __init__(self, text: str, older: str | None = None) -> None:
        super().__init__("ValidationException", text)
        self.older = text if older is None else older


class EmptyName(ValueFault):
    """A name of an attribute, or of a member of a map, of no letters."""

    def __init__(self) -> None:
        super().__init__("Empty attribute name")


class OlderLayer:
    """Has what is wrong with values told in the words of the older layer."""

    def __enter__(self) -> None:
        """Before the values are read."""

    def __exit__(self, _: object, fault: BaseException | None, __: object) -> None:
        if isinstance(fault, ValueFault):
            fault.message = fault.older


older_layer = OlderLayer()


class Enveloped:
    """Counts what is wrong with a request, as AWS does of PutItem, UpdateItem and DeleteItem.

    Since June 2026, and not of what needs the table (dynamodb-conformance, captures of June 2026).
    """

    def __enter__(self) -> None:
        """Before the request is read."""

    def __exit__(self, _: object, fault: BaseException | None, __: object) -> None:
        if (
            isinstance(fault, AwsFault)
            and fault.code == "ValidationException"
            and "detected: " not in fault.message
        ):
            fault.message = f"1 validation error detected: {fault.message}"


enveloped = Enveloped()


def not_numeric(text: str) -> ValueFault:
    """A text that is no number; the older layer says no more of an empty one."""
    return ValueFault(f"{_NOT_NUMERIC}: {text}", _older_not_numeric(text))


def _older_not_numeric(text: str) -> str:
    return f"{_NOT_NUMERIC}: {text}" if text else _NOT_NUMERIC


def out_of_range(digits: int, exponent: int, text: str) -> ValueFault:
    """A number beyond what DynamoDB stores.

    The older layer reads a number as Java's BigDecimal does, whose scale has 32 bits, and so has
    the sum of scale and precision, which wraps.

    Args:
        digits: how many the number has.
        exponent: of its last digit.
        text: as it was written.
    """
    current = _range_text(digits - 1 + exponent)
    if not -_INT < exponent < _INT:
        return ValueFault(current, _older_not_numeric(text))
    wrapped = (digits + exponent + _INT) % (2 * _INT) - _INT
    return ValueFault(current, _range_text(wrapped - 1))


def _range_text(magnitude: int) -> str:
    what, than = _TOO_LARGE if magnitude > LARGEST_EXPONENT else _TOO_SMALL
    return f"Number {what}. Attempting to store a number with magnitude {than} than supported range"


def too_many_digits() -> ValueFault:
    """A number of more digits than DynamoDB stores."""
    return ValueFault("Attempting to store more than 38 significant digits in a Number")


def repeated(kind: str, sent: list[str], before: list[str]) -> ValueFault:
    """A set that has a member twice.

    The current layer lists the members before the first repetition as it keeps them, and the rest
    as it was sent; of numbers it lists none.

    Args:
        kind: SS, NS or BS.
        sent: the members as they were sent.
        before: those before the first repetition, in DynamoDB's order.
    """
    if kind == "NS":
        text = "Input collection contains duplicates"
        return ValueFault(f"{_INVALID}{text}.", text)
    quoted = [f'"{member}"' for member in (*before, *sent[len(before) :])]
    of_kind, comma = ("of type BS", ",") if kind == "BS" else ("", ", ")
    return ValueFault(
        f"{_INVALID}Input collection [{comma.join(quoted)}]{of_kind} contains duplicates.",
        f"{_INVALID}Input collection [{', '.join(sent)}]{of_kind} contains duplicates.",
    )


def nested_too_deep() -> ValueFault:
    """What AWS says of a value that has more levels than it takes."""
    return ValueFault(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested "
        "levels beyond supported limit",
    )
