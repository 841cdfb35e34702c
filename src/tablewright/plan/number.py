"""Exact numbers for those who know only floats."""

from decimal import Decimal


def number(value: Decimal) -> float | int:
    """The engine and YAML know only floats; a whole number is kept whole for the eye.

    >>> number(Decimal("70.0")), number(Decimal("72.5"))
    (70, 72.5)
    """
    return int(value) if value == value.to_integral_value() else float(value)
