"""What pydantic finds, in words for people: what is wrong, and how to fix it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tablewright.manifest.models.base import Model

from .model_introspection import choices, field_at, field_for, fields_of, model_at, places
from .vocabulary import LONGEST_QUOTE, NEEDLESS, UNREAD, nearest_field, nearest_word, shown

Words = tuple[str, str]
"""A message and a fix."""

MANY_FIELDS = 14

EXAMPLES: Mapping[str, str] = {
    "AwsDynamodb.apiVersion": "aws.project-planton.org/v1",
    "AwsDynamodb.spec": "{billingMode: PAY_PER_REQUEST, ...}",
    "apiVersion": "tablewright.dev/v1",
    "environment": "${ENVIRONMENT_SUFFIX:-dev}",
    "format": "DYNAMODB_JSON",
    "kind": "Table",
    "maxCapacity": "100",
    "metadata": "{name: orders}",
    "minCapacity": "5",
    "name": "orders",
    "partitionKey": "{name: id, type: S}",
    "readCapacityUnits": "5",
    "region": "eu-west-1",
    "schedule": "cron(0 7 ? * MON-FRI *)",
    "sortKey": "{name: createdAt, type: N}",
    "spec": "{partitionKey: {name: id, type: S}}",
    "type": "S",
    "writeCapacityUnits": "5",
}
"""A value for each field that can be missing, to be shown in a fix; found like `_FORMS`."""

_FORMS: Mapping[str, str] = {
    "region": "an AWS region such as `eu-west-1`",
    "name": "letters, digits, `_`, `-` and `.`",
    "environment": "letters, digits, `_`, `-` and `.`",
    "stack": "letters, digits, `_`, `-` and `.`",
    "schedule": "`cron(...)`, `rate(...)` or `at(...)`",
    "statistic": "`Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or, say, `p99`, `tm90`",
    "services": "a service principal such as `lambda.amazonaws.com`",
    "principals": "an account number or an IAM ARN",
    "actions": "a DynamoDB action such as `dynamodb:PartiQLSelect`",
    "account": "an account number of 12 digits",
    "bucketOwner": "an account number of 12 digits",
    "bucket": "the name of a bucket",
    "delimiter": "one of `,` `;` `:` `|`, tab or blank",
    "key": "lower-case letters, digits and `-`",
    "externalId": "letters, digits and `_+=,.@:/-`",
    "functions": "the name of a Lambda function, not its ARN",
    "namespace": "a namespace that does not begin with a colon",
    "AccessRole.name": "lower-case letters, digits and `-`, a letter first",
    "AccessRole.description": "Latin-1 characters; IAM takes no others, such as long dashes",
    "from": "an address such as `table/orders` or `table/orders/alarm/writes`",
    "to": "an address such as `table/orders` or `table/orders/alarm/writes`",
    "Output.name": "letters, digits, `_`, `-` and `.`, a letter or `_` first",
}
"""What the pattern of a field means; by its name, and by its model where the name has several."""


def describe(value: Any) -> str:
    """A value in a sentence: `the text "x"`, `the number 5`, `a list`."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | Decimal | float):
        return f"the number {shown(str(value))}"
    if isinstance(value, str):
        return f'the text "{shown(value)}"'
    return "a list" if isinstance(value, Sequence) else "a mapping"


def unknown_field(
    word: str, model: type[Model], given: Collection[str], root: type[Model]
) -> tuple[str, str, str | None]:
    """Message, fix and the field probably meant, for a field the model does not have.

    Args:
        word: the unknown field.
        model: where it stands.
        given: the fields that stand there already; none of them can be meant.
        root: the kind of the document.
    """
    known = fields_of(model)
    message = f"unknown field `{shown(word)}`"
    meant = nearest_field(word, known.keys() - set(given))
    if meant:
        return message, f"did you mean `{meant}`?", meant
    needless = NEEDLESS.get(word.lower())
    if needless:
        return message, needless, None
    elsewhere = places(root).get(word)
    if elsewhere:
        return message, f"it belongs elsewhere: {elsewhere}", None
    if twice := nearest_field(word, known.keys() & set(given)):
        return message, f"did you mean `{twice}`, which is there as well? join the two", None
    listed = ", ".join(sorted(known)[:MANY_FIELDS])
    more = ", ..." if len(known) > MANY_FIELDS else ""
    return message, f"remove it; known here: {listed}{more}", None


def missing(root: type[Model], path: Sequence[str | int]) -> Words:
    """A field that must be there."""
    name, field = str(path[-1]), field_at(root, path)
    words = choices(field.annotation) if field else ()
    example = words[0] if words else _of_field(EXAMPLES, root, path)
    return f"`{name}` is missing", f"add `{name}: {example}`" if example else f"add `{name}`"


def _of_field(table: Mapping[str, str], root: type[Model], path: Sequence[str | int]) -> str | None:
    """What a table says of the field a path ends in, or ends in an item of."""
    names = [part for part in path if isinstance(part, str)]
    model = model_at(root, path[: path.index(names[-1])]) if names else None
    name = names[-1] if names else ""
    return table.get(f"{model.__name__}.{name}") or table.get(name) if model else None


_UNREAD: Words = (
    "could not be read when the table was adopted",
    "allow the call that its comment names and adopt the table again, or write the live value",
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One of pydantic's errors at a field that exists."""

    kind: str
    value: Any
    limits: Mapping[str, Any]
    root: type[Model]
    path: Sequence[str | int]
    message: str

    @property
    def field(self) -> str:
        """Name of the field, also for an item of its list."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")


def phrase(error: Mapping[str, Any], root: type[Model], path: Sequence[str | int]) -> Words:
    """Message and fix for an error at a field that exists."""
    mistake = Mistake(
        kind=error["type"],
        value=error.get("input"),
        limits=error.get("ctx", {}),
        root=root,
        path=path,
        message=str(error.get("msg", "is not valid")),
    )
    if mistake.value == UNREAD:
        return _UNREAD
    return _PHRASES.get(mistake.kind, _as_it_came)(mistake)


def _as_it_came(mistake: Mistake) -> Words:
    return mistake.message, "correct the value"


def _wrong_word(mistake: Mistake) -> Words:
    value = mistake.value
    field = field_at(mistake.root, mistake.path)
    words = choices(field.annotation) if field else ()
    allowed = ", ".join(words)
    message = f"{describe(value)} is not one of {allowed}"
    if len(words) == 1:
        return message, f"write `{words[0]}`"
    meant = nearest_word(value, words) if isinstance(value, str) else None
    return message, f"did you mean `{meant}`?" if meant else f"use one of {allowed}"


def _not_text(mistake: Mistake) -> Words:
    value = mistake.value
    message = f"must be text, not {describe(value)}"
    if isinstance(value, bool | int | Decimal):
        written = str(value).lower() if isinstance(value, bool) else str(value)
        return message, f'put it in quotes: "{shown(written)}"'
    if isinstance(value, dict):
        return message, "write a text, in quotes if it begins with a brace"
    return message, "write a text"


def _not_number(mistake: Mistake) -> Words:
    value = mistake.value
    wanted = "a number" if mistake.kind == "number_type" else "a whole number"
    message = f"must be {wanted}, not {describe(value)}"
    meant = _meant_number(value) if isinstance(value, str) else None
    if meant is not None:
        return message, f"write `{meant}`, without quotes"
    return message, f"write {wanted}"


def _meant_number(text: str) -> int | None:
    """The number that a text probably stands for: `"5"`, `010`, `1_000`, `0x10`, `1,000`."""
    bare = text.strip().replace(",", "").replace("_", "")
    if len(bare) > LONGEST_QUOTE:
        return None
    try:
        return int(bare) if bare.isdecimal() else int(bare, 0)
    except ValueError:
        return None


def _not_flag(mistake: Mistake) -> Words:
    return f"must be `true` or `false`, not {describe(mistake.value)}", _flag_fix(mistake.value)


def _not_list(mistake: Mistake) -> Words:
    message = f"must be a list, not {describe(mistake.value)}"
    if isinstance(mistake.value, str | int) and not isinstance(mistake.value, bool):
        return message, f"write `{mistake.field}: [{shown(str(mistake.value))}]`"
    return message, f"write `{mistake.field}: [...]`, or `- ` before each entry"


def _not_mapping(mistake: Mistake) -> Words:
    message = f"must be a mapping, not {describe(mistake.value)}"
    model = model_at(mistake.root, mistake.path)
    if model is None:
        return message, "write `key: value` pairs"
    meant = field_for(model, mistake.value)
    if meant and not isinstance(mistake.value, list | dict):
        written = str(mistake.value)
        written = written.lower() if isinstance(mistake.value, bool) else shown(written)
        named = "" if isinstance(mistake.path[-1], int) else f"{mistake.field}: "
        return message, f"write `{named}{{{meant}: {written}}}`"
    return message, f"write its fields below it, e.g. `{next(iter(fields_of(model)))}: ...`"


def _wrong_form(mistake: Mistake) -> Words:
    form = _of_field(_FORMS, mistake.root, mistake.path) or "another form"
    return f"{describe(mistake.value)} is not of the right form", f"use {form}"


def _too_short(mistake: Mistake) -> Words:
    if not mistake.value:
        return "is empty", "write a value, or remove the line"
    least = mistake.limits["min_length"]
    return f"{describe(mistake.value)} is too short", f"use at least {least} characters"


def _too_long(mistake: Mistake) -> Words:
    most = mistake.limits["max_length"]
    return f"is too long: {len(mistake.value)} characters", f"use at most {most} characters"


def _too_small(mistake: Mistake) -> Words:
    return f"{mistake.value} is too small", f"use at least {mistake.limits['ge']}"


def _too_large(mistake: Mistake) -> Words:
    return f"{shown(str(mistake.value))} is too large", f"use at most {mistake.limits['le']}"


def _no_multiple(mistake: Mistake) -> Words:
    step = mistake.limits["multiple_of"]
    return f"{mistake.value} is not a multiple of {step}", f"use a multiple of {step}"


def _too_many(mistake: Mistake) -> Words:
    most, given = mistake.limits["max_length"], mistake.limits["actual_length"]
    return f"has {given or 'too many'} entries, more than {most}", f"keep at most {most}"


def _too_few(mistake: Mistake) -> Words:
    least, given = mistake.limits["min_length"], mistake.limits["actual_length"]
    if given == 0:
        return "is an empty list", "give at least one entry, or remove the line"
    return f"has {given} of at least {least} entries", f"give at least {least}"


_PHRASES: Mapping[str, Callable[[Mistake], Words]] = {
    "literal_error": _wrong_word,
    "string_type": _not_text,
    "int_type": _not_number,
    "number_type": _not_number,
    "bool_type": _not_flag,
    "tuple_type": _not_list,
    "model_type": _not_mapping,
    "dict_type": _not_mapping,
    "string_pattern_mismatch": _wrong_form,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
    "multiple_of": _no_multiple,
    "too_long": _too_many,
    "too_short": _too_few,
}


def _flag_fix(value: Any) -> str:
    meant = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}
    word = meant.get(str(value).lower(), str(value).lower())
    return f"write `{word}`" if word in ("true", "false") else "write `true` or `false`"
