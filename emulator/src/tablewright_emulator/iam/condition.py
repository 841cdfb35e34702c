"""The Condition element: operators, sets, IfExists.

Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Set operators for
multivalued context keys".
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from tablewright_emulator.iam.pattern import (
    UnfilledError,
    Values,
    arn_matches,
    compiled,
    filled,
    matches,
)

Quantifier = Literal["ForAllValues", "ForAnyValue", ""]
Test = Callable[[str, str, Values | None], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator with one key and the values the policy gives; `negated` ones are contraries."""

    operator: str
    quantifier: Quantifier
    if_exists: bool
    key: str
    values: tuple[str, ...]

    def holds(self, context: Values, *, variables: bool) -> bool:
        """Whether it is true of a request; `variables` are known in version 2012-10-17 only."""
        given = context.get(self.key.lower())
        if self.operator == "null":
            absent = given is None or not given
            return any((value.lower() == "true") == absent for value in self.values)
        if given is None or not given:
            return self._without_value()
        test, negated = _OPERATORS[self.operator]
        known = context if variables else None
        if negated and not all(_is_fillable(value, known) for value in self.values):
            return False
        fits = [self._fits(test, value, known) for value in given]
        good = [fit != negated for fit in fits]
        if self.quantifier == "ForAllValues":
            return all(good)
        if self.quantifier == "ForAnyValue" or not negated:
            return any(good)
        return all(good)

    def _without_value(self) -> bool:
        if self.if_exists or self.quantifier == "ForAllValues":
            return True
        return _OPERATORS[self.operator][1] and self.quantifier != "ForAnyValue"

    def _fits(self, test: Test, value: str, known: Values | None) -> bool:
        """Whether a value of the request fits any of the policy's."""
        return any(_safely(test, wanted, value, known) for wanted in self.values)


def _is_fillable(value: str, known: Values | None) -> bool:
    try:
        filled(value, known)
    except UnfilledError:
        return False
    return True


def _safely(test: Test, wanted: str, value: str, known: Values | None) -> bool:
    """A value that is not of the operator's type, or a variable without value, fits nothing."""
    try:
        return test(wanted, value, known)
    except (UnfilledError, InvalidOperation, ValueError, binascii.Error, OverflowError):
        return False


def _equal(wanted: str, value: str, known: Values | None) -> bool:
    return filled(wanted, known) == value


def _equal_ignoring_case(wanted: str, value: str, known: Values | None) -> bool:
    return filled(wanted, known).lower() == value.lower()


def _like(wanted: str, value: str, known: Values | None) -> bool:
    return matches(compiled(wanted, known), value)


def _arn_like(wanted: str, value: str, known: Values | None) -> bool:
    return arn_matches(compiled(wanted, known), value)


def _boolean(wanted: str, value: str, _: Values | None) -> bool:
    return wanted.lower() == value.lower()


def _binary(wanted: str, value: str, _: Values | None) -> bool:
    return base64.b64decode(wanted, validate=True) == base64.b64decode(value, validate=True)


def _address(wanted: str, value: str, _: Values | None) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)


def _numeric(compare: Callable[[Decimal, Decimal], bool]) -> Test:
    def test(wanted: str, value: str, _: Values | None) -> bool:
        return compare(Decimal(value), Decimal(wanted))

    return test


def _dated(compare: Callable[[datetime, datetime], bool]) -> Test:
    def test(wanted: str, value: str, _: Values | None) -> bool:
        return compare(_moment(value), _moment(wanted))

    return test


def _moment(text: str) -> datetime:
    """A date as ISO 8601 or as seconds since the epoch."""
    if text.replace(".", "", 1).lstrip("-").isdigit():
        return datetime.fromtimestamp(float(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# Name in lower case to the test and whether the operator is its contrary.
_OPERATORS: Mapping[str, tuple[Test, bool]] = {
    "stringequals": (_equal, False),
    "stringnotequals": (_equal, True),
    "stringequalsignorecase": (_equal_ignoring_case, False),
    "stringnotequalsignorecase": (_equal_ignoring_case, True),
    "stringlike": (_like, False),
    "stringnotlike": (_like, True),
    "arnequals": (_arn_like, False),
    "arnnotequals": (_arn_like, True),
    "arnlike": (_arn_like, False),
    "arnnotlike": (_arn_like, True),
    "numericequals": (_numeric(lambda a, b: a == b), False),
    "numericnotequals": (_numeric(lambda a, b: a == b), True),
    "numericlessthan": (_numeric(lambda a, b: a < b), False),
    "numericlessthanequals": (_numeric(lambda a, b: a <= b), False),
    "numericgreaterthan": (_numeric(lambda a, b: a > b), False),
    "numericgreaterthanequals": (_numeric(lambda a, b: a >= b), False),
    "dateequals": (_dated(lambda a, b: a == b), False),
    "datenotequals": (_dated(lambda a, b: a == b), True),
    "datelessthan": (_dated(lambda a, b: a < b), False),
    "datelessthanequals": (_dated(lambda a, b: a <= b), False),
    "dategreaterthan": (_dated(lambda a, b: a > b), False),
    "dategreaterthanequals": (_dated(lambda a, b: a >= b), False),
    "bool": (_boolean, False),
    "binaryequals": (_binary, False),
    "ipaddress": (_address, False),
    "notipaddress": (_address, True),
}


def parse_condition(operator: str, key: str, values: Sequence[str]) -> Condition | None:
    """Read an operator as written (`ForAnyValue:StringLikeIfExists`); None when there is none."""
    prefix, colon, rest = operator.rpartition(":")
    quantifier: Quantifier = ""
    if colon:
        known = {"forallvalues": "ForAllValues", "foranyvalue": "ForAnyValue"}
        if prefix.lower() not in known:
            return None
        quantifier = "ForAllValues" if prefix.lower() == "forallvalues" else "ForAnyValue"
    name = rest.lower()
    if_exists = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    if name == "null" and not if_exists and not quantifier:
        return Condition(name, "", if_exists=False, key=key, values=tuple(values))
    if name not in _OPERATORS:
        return None
    return Condition(name, quantifier, if_exists, key, tuple(values))
