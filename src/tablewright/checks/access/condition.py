"""The Condition element, three-valued: true, false, or for each request to decide.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Multivalued context keys".
"""

from __future__ import annotations

import base64
import ipaddress
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .context import UNDECIDED, RequestContext, Values
from .pattern import (
    AbsentVariableError,
    UndecidedVariableError,
    filled,
    resource_fits,
    text_fits,
)

Test = Callable[[str, str, RequestContext | None], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator, one key, and the values that a policy gives.

    Args:
        operator: in lower case, without its set prefix and `IfExists`.
        quantifier: `forallvalues`, `foranyvalue`, or empty.
    """

    operator: str
    quantifier: str
    if_exists: bool
    key: str
    values: tuple[str, ...]

    @property
    def understood(self) -> bool:
        """Whether there is such an operator."""
        return self.quantifier in {"", "forallvalues", "foranyvalue"} and (
            self.operator in _TESTS or (self.operator == "null" and not self.quantifier)
        )

    def __str__(self) -> str:
        prefix = {"forallvalues": "all of ", "foranyvalue": "any of "}.get(self.quantifier, "")
        return f"{prefix}{self.key} {self.operator} {', '.join(self.values)}"

    def holds(self, context: RequestContext, *, variables: bool) -> bool | None:
        """Whether it is true of a request; None when the request decides."""
        given = context.get(self.key)
        if given is UNDECIDED or not self.understood:
            return None
        if self.operator == "null":
            return any((value.lower() == "true") == (not given) for value in self.values)
        negated = _TESTS[self.operator][1]
        if not given:
            return (
                self.if_exists
                or self.quantifier == "forallvalues"
                or (negated and not self.quantifier)
            )
        try:
            return self._compared(given, context if variables else None, negated=negated)
        except UndecidedVariableError:
            return None

    def _compared(self, given: Values, context: RequestContext | None, *, negated: bool) -> bool:
        if negated and any(_lacks_value(value, context) for value in self.values):
            return False
        test = _TESTS[self.operator][0]
        results = [
            any(_safely(test, wanted, value, context) for wanted in self.values) != negated
            for value in given
        ]
        every = self.quantifier == "forallvalues" or (negated and not self.quantifier)
        return all(results) if every else any(results)


def parse_conditions(blocks: Mapping[str, Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions of a statement; all of them must hold."""
    conditions = []
    for written, keys in blocks.items():
        quantifier, _, name = written.lower().rpartition(":")
        for key, values in keys.items():
            listed = values if isinstance(values, list | tuple) else (values,)
            conditions.append(
                Condition(
                    name.removesuffix("ifexists"),
                    quantifier,
                    name.endswith("ifexists"),
                    key,
                    tuple(
                        str(value).lower() if isinstance(value, bool) else str(value)
                        for value in listed
                    ),
                )
            )
    return tuple(conditions)


def _lacks_value(text: str, context: RequestContext | None) -> bool:
    try:
        filled(text, context)
    except AbsentVariableError:
        return True
    return False


def _safely(test: Test, wanted: str, value: str, context: RequestContext | None) -> bool:
    """A value that is not of the operator's type equals nothing."""
    try:
        return test(wanted, value, context)
    except (AbsentVariableError, ArithmeticError, ValueError):
        return False


def _equal(wanted: str, value: str, context: RequestContext | None) -> bool:
    return filled(wanted, context) == value


def _equal_in_any_case(wanted: str, value: str, context: RequestContext | None) -> bool:
    return filled(wanted, context).lower() == value.lower()


def _arn(wanted: str, value: str, context: RequestContext | None) -> bool:
    fits = resource_fits(wanted, value, context)
    if fits is None:
        raise UndecidedVariableError(wanted)
    return fits


def _boolean(wanted: str, value: str, _: RequestContext | None) -> bool:
    return wanted.lower() == value.lower()


def _binary(wanted: str, value: str, _: RequestContext | None) -> bool:
    return base64.b64decode(wanted, validate=True) == base64.b64decode(value, validate=True)


def _address(wanted: str, value: str, _: RequestContext | None) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)


def _ordered(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Test:
    return lambda wanted, value, _: compare(read(value), read(wanted))


def _moment(text: str) -> datetime:
    """ISO 8601, or seconds since the epoch."""
    if text.replace(".", "", 1).lstrip("-").isdigit():
        return datetime.fromtimestamp(float(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": operator.eq,
    "lessthan": operator.lt,
    "lessthanequals": operator.le,
    "greaterthan": operator.gt,
    "greaterthanequals": operator.ge,
}
_TESTS: Mapping[str, tuple[Test, bool]] = {
    "stringequals": (_equal, False),
    "stringnotequals": (_equal, True),
    "stringequalsignorecase": (_equal_in_any_case, False),
    "stringnotequalsignorecase": (_equal_in_any_case, True),
    "stringlike": (text_fits, False),
    "stringnotlike": (text_fits, True),
    "arnequals": (_arn, False),
    "arnlike": (_arn, False),
    "arnnotequals": (_arn, True),
    "arnnotlike": (_arn, True),
    "bool": (_boolean, False),
    "binaryequals": (_binary, False),
    "ipaddress": (_address, False),
    "notipaddress": (_address, True),
    **{
        f"{kind}{name}": (_ordered(read, compare), False)
        for kind, read in (("numeric", Decimal), ("date", _moment))
        for name, compare in _COMPARISONS.items()
    },
    "numericnotequals": (_ordered(Decimal, operator.eq), True),
    "datenotequals": (_ordered(_moment, operator.eq), True),
}
"""By name: the test of one value, and whether the operator is its contrary."""
