"""What fields a model has at a place: for suggestions, for repairs, for pages about the models."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from tablewright.manifest.documents.node import Path, dotted
from tablewright.manifest.models import Stack, Table
from tablewright.manifest.models.base import Model

_CANDIDATES: tuple[Any, ...] = (
    "sample",
    1,
    20,
    True,
    "us-east-1",
    "Sum",
    ",",
    300,
    "rate(1 day)",
    "000000000000",
    "dynamodb:GetItem",
    "lambda.amazonaws.com",
    "table/sample",
    {},
    [],
)

NEAR = 3
"""Parts of a path such as `spec.recovery.days`."""


@cache
def fields_of(model: type[Model]) -> dict[str, FieldInfo]:
    """Fields of a model by the name they have in documents."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def choices(annotation: Any) -> tuple[str, ...]:
    """The words an annotation allows, or none if it is not a choice of words."""
    for part in _parts(annotation):
        if get_origin(part) is Literal:
            return tuple(str(word) for word in get_args(part))
    return ()


def model_in(annotation: Any) -> type[Model] | None:
    """The model of a field, also where it is optional or in a list."""
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, Model):
            return part
    return None


def is_list(annotation: Any) -> bool:
    """Whether a field holds a list."""
    return any(get_origin(part) is tuple for part in _parts(annotation, into_lists=False))


def field_at(root: type[Model], path: Sequence[str | int]) -> FieldInfo | None:
    """The field that a path ends in, or the list field whose item it ends in."""
    return _reached(root, path)[1]


def model_at(root: type[Model], path: Sequence[str | int]) -> type[Model] | None:
    """The model whose fields are expected at a path."""
    return _reached(root, path)[0]


def _reached(
    root: type[Model], path: Sequence[str | int]
) -> tuple[type[Model] | None, FieldInfo | None]:
    """Where a path ends: the model whose fields are below, and the field that it is."""
    model: type[Model] | None = root
    field: FieldInfo | None = None
    named: type[Model] | None = None
    for part in path:
        if isinstance(part, int):
            continue
        if named:  # the name of an environment, which is nobody's field
            model, field, named = named, None, None
            continue
        field = fields_of(model).get(part) if model else None
        model = model_in(field.annotation) if field else None
        named = _model_by_name(field.annotation) if field else None
    return model, field


def _model_by_name(annotation: Any) -> type[Model] | None:
    """The model of a field that holds several under names, such as `environments`."""
    for part in _parts(annotation):
        if get_origin(part) is dict:
            return model_in(get_args(part)[1])
    return None


def sample(field: FieldInfo, *, item: bool = False) -> Any:
    """A neutral valid value of a field, or of one item of a list field."""
    annotation = field.annotation
    model = model_in(annotation)
    if model:
        value = sample_of(model)
        least = max(
            (getattr(constraint, "min_length", None) or 1 for constraint in field.metadata),
            default=1,
        )
        return [value] * least if is_list(annotation) and not item else value
    words = choices(annotation)
    if words:
        return [words[0]] if is_list(annotation) and not item else words[0]
    if item:
        annotation = next(part for part in _parts(annotation, into_lists=False) if is_list(part))
        return _first_valid(get_args(annotation)[0])
    return _first_valid(Annotated[(annotation, *field.metadata)] if field.metadata else annotation)


def sample_of(model: type[Model]) -> dict[str, Any]:
    """A neutral valid value of a model: its required fields alone."""
    return {name: sample(field) for name, field in fields_of(model).items() if field.is_required()}


def field_for(model: type[Model], value: Any) -> str | None:
    """The field of a model in which a bare value was probably meant: `stream: NEW_IMAGE`."""
    for name, field in fields_of(model).items():
        words = choices(field.annotation)
        if words and value not in words:
            continue
        wanted = {bool: bool, int: int, str: str}.get(type(value))
        if words or any(part is wanted for part in _parts(field.annotation, into_lists=False)):
            return name
    return None


def leaves(model: type[Model], path: Path = ()) -> Iterator[tuple[Path, FieldInfo]]:
    """Every field below a model with its path; lists by their first item."""
    for name, field in fields_of(model).items():
        here: Path = (*path, name)
        below = model_in(field.annotation)
        if below is None:
            yield here, field
        else:
            yield from leaves(below, (*here, 0) if is_list(field.annotation) else here)


@cache
def places(root: type[Model]) -> dict[str, str]:
    """Where a field belongs, in words, by its name: its highest place, if it has one such only.

    Places in documents of the kind `root` come before those in our own kinds; what lies deep in
    one of them is too far off to be meant.
    """
    place_of: dict[str, str] = {}
    kinds: tuple[type[Model], ...] = (root, Table, Stack)
    for kind in dict.fromkeys(kinds):
        by_name: dict[str, list[Path]] = {}
        for path in _branches(kind):
            if len(path) <= NEAR:
                by_name.setdefault(str(path[-1]), []).append(path)
        for name, paths in by_name.items():
            first, *rest = sorted(paths, key=len)
            single = not rest or len(rest[0]) > len(first)
            where = f"`{dotted(first)}` of kind {kind.__name__}" if single else ""
            place_of.setdefault(name, where)
    return {name: where for name, where in place_of.items() if where}


def _branches(model: type[Model], path: Path = ()) -> Iterator[Path]:
    """Every field below a model, models and leaves alike; not those of a stack's defaults."""
    for name, field in fields_of(model).items():
        here: Path = (*path, name)
        yield here
        below = model_in(field.annotation)
        if below is not None and name != "defaults":
            yield from _branches(below, (*here, 0) if is_list(field.annotation) else here)


def _first_valid(annotation: Any) -> Any:
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    for candidate in _CANDIDATES:
        try:
            adapter.validate_python(candidate)
        except ValidationError:
            continue
        return candidate
    return None


def _parts(annotation: Any, *, into_lists: bool = True) -> Iterator[Any]:
    """An annotation and what it is made of: behind `Annotated`, in unions, in lists."""
    yield annotation
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _parts(get_args(annotation)[0], into_lists=into_lists)
    elif origin in (Union, types.UnionType) or (origin is tuple and into_lists):
        for part in get_args(annotation):
            if part is not type(None) and part is not Ellipsis:
                yield from _parts(part, into_lists=into_lists)
