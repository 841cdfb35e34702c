"""The base of all manifest models, and the value types several of them share."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

ApiVersion = Literal["tablewright.dev/v1"]
API_VERSION: ApiVersion = "tablewright.dev/v1"

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
    )


def _exact_number(value: Any) -> Any:
    """Take whole and decimal numbers as they were written; text and booleans stay what they are."""
    if isinstance(value, bool | str):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic collects ValueError only
    return Decimal(repr(value)) if isinstance(value, float) else value


def _several(value: Any) -> Any:
    """Accept one value where a list of them may stand."""
    return value if isinstance(value, list | tuple) else (value,)


Many = Annotated[tuple[T, ...], Strict(strict=False)]
"""A list in a document, a tuple in Python."""

OneOrMany = Annotated[tuple[T, ...], Strict(strict=False), BeforeValidator(_several)]
"""One value or a list of them in a document, a tuple in Python."""

Number = Annotated[
    Decimal,
    Strict(strict=False),
    BeforeValidator(_exact_number),
    Field(allow_inf_nan=False),
    WithJsonSchema({"type": "number"}),
]
"""An exact decimal number."""

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

Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,}(-[a-z]+)+-\d+$")]
"""An AWS region, e.g. `ap-southeast-2`."""

Template = Annotated[str, StringConstraints(min_length=1)]
"""A name with placeholders such as `{table}`; `tablewright.manifest.naming` knows them."""

Tags = dict[str, str]
Units = Annotated[int, Field(ge=1)]
"""Capacity units a second; DynamoDB knows no zero."""
