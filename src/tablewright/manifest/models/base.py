"""The base of all manifest models, and the value types several of them share."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticCustomError

ApiVersion = Literal["tablewright.dev/v1"]
API_VERSION: ApiVersion = "tablewright.dev/v1"

LARGEST_EXPONENT = 300

T = TypeVar("T")


class Model(BaseModel):
    """A value of a manifest: immutable, no unknown fields, no silent conversions.

    Documents use the camelCase names; programs may use the Python names.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        defer_build=True,  # most models are only ever built as parts of others
    )


class FromVariable(str):
    """Text that came out of an environment variable: a number or a boolean where one is needed."""

    __slots__ = ()


def _exact_number(value: Any) -> Any:
    """Take whole and decimal numbers as they were written."""
    if isinstance(value, FromVariable) and re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", value):
        return Decimal(value)
    if isinstance(value, bool | str) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number_type", "must be a number")
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > LARGEST_EXPONENT:
        raise PydanticCustomError("number_type", "must be a number that CloudWatch can hold")
    return number


def _whole_number(value: Any) -> Any:
    """Take `5.0` and `1e3` for the whole numbers they are, as JSON Schema does."""
    if isinstance(value, FromVariable) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def _flag(value: Any) -> Any:
    if isinstance(value, FromVariable):
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def _several(value: Any) -> Any:
    """Accept one value where a list of them may stand."""
    return value if isinstance(value, list | tuple) else (value,)


Many = Annotated[tuple[T, ...], Strict(strict=False)]
"""A list in a document, a tuple in Python."""


class _AlsoAlone:
    """Says in the JSON Schema of a list that one entry may stand there without brackets."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        listed = handler(schema)
        return {"anyOf": [listed["items"], listed]}


OneOrMany = Annotated[tuple[T, ...], Strict(strict=False), BeforeValidator(_several), _AlsoAlone()]
"""One value or a list of them in a document, a tuple in Python."""

Number = Annotated[Decimal, BeforeValidator(_exact_number), WithJsonSchema({"type": "number"})]
"""An exact decimal number."""

Whole = Annotated[int, BeforeValidator(_whole_number)]
"""A whole number, never text or a boolean."""

Flag = Annotated[bool, BeforeValidator(_flag)]
"""`true` or `false`."""

ResourceName = Annotated[
    str, StringConstraints(min_length=3, max_length=255, pattern=r"^[A-Za-z0-9_.-]+$")
]
"""Name of a table or an index (DynamoDB Developer Guide, Constraints: naming rules)."""

AttributeName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
"""Name of a key attribute; DynamoDB counts bytes, which `rules.keys` checks."""

Label = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")
]
"""A name that becomes part of others: a stack, an environment (Pulumi's own rule for both)."""

REGION_PATTERN = r"^[a-z]{2,}(-[a-z]+)*-(central|east|west|(north|south)(east|west)?)-\d+$"
Region = Annotated[str, StringConstraints(pattern=REGION_PATTERN)]
"""An AWS region, e.g. `ap-southeast-2`."""

AccountId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{12}$"),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^[0-9]{12}$"}, {"type": "integer"}]}),
]
"""An AWS account; its digits may stand there without quotes."""

Template = Annotated[str, StringConstraints(min_length=1)]
"""A name with placeholders such as `{table}`; `tablewright.manifest.naming` knows them."""

Text = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""Text; a number or a boolean in a document is taken as the text that was written."""

Tags = dict[str, Text]
LARGEST_COUNT = 2**31 - 1
Count = Annotated[Whole, Field(ge=1, le=LARGEST_COUNT)]
"""A number of things, from 1 to the most that 32 bits hold."""

Units = Count
"""Capacity units a second; DynamoDB knows no zero."""
