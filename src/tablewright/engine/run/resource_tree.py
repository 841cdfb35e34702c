"""A program as plain values: the resources to register, in the order of their keys' mention.

Where a program of Pulumi's SDK has outputs, a value here names the resource and its property.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Known = Mapping["OutputOf", Any]


@dataclass(frozen=True, slots=True)
class OutputOf:
    """An output of a resource: the resource's key, and the engine's name of the property."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that is made of outputs once all of them are known, and unknown until then."""

    needs: tuple[OutputOf, ...]
    make: Callable[[Known], Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """One registration.

    Args:
        key: what others call it; unique in the tree.
        type: the engine's type token.
        name: its logical name.
        inputs: by the engine's names of properties; outputs may stand in them.
        parent: key of the component it stands under; empty for the stack itself.
        custom: a provider makes it; a component otherwise.
        protected: the engine refuses to delete it, and what stands under it.
        import_id: what to import; empty for nothing.
        ignored: properties whose changes are not ours.
        after: keys of what has to be there first, besides what is referred to.
        deletes_first: a replacement of it deletes first.
        timeouts: by verb, as `60m`.
        outputs: what a component gives out.
    """

    key: str
    type: str
    name: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    custom: bool = False
    protected: bool = False
    import_id: str = ""
    ignored: Sequence[str] = ()
    after: Sequence[str] = ()
    deletes_first: bool = False
    timeouts: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the provider that is called once; its result is had like outputs.

    Args:
        key: what others call it.
        token: the engine's name of the function.
    """

    key: str
    token: str


@dataclass(frozen=True, slots=True)
class ResourceTree:
    """A whole program.

    Args:
        resources: each after its parent.
        calls: of functions.
        exports: the outputs of the stack.
        version: of the provider.
    """

    resources: Sequence[Resource]
    calls: Sequence[Call] = ()
    exports: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""


def outputs_in(value: Any) -> Iterator[OutputOf]:
    """The outputs that stand in a value, at any depth."""
    match value:
        case OutputOf():
            yield value
        case Computed(needs):
            yield from needs
        case Mapping():
            for item in value.values():
                yield from outputs_in(item)
        case list() | tuple():
            for item in value:
                yield from outputs_in(item)


@dataclass(frozen=True, slots=True)
class PlainProgram:
    """A program that needs no SDK.

    Args:
        tree: makes the resources, once a run, in a thread of its own.
    """

    tree: Callable[[], ResourceTree]


def going_on(program: object, refresh: object) -> tuple[str, ...]:
    """The engine's option by which what fails stops what depends on it, and nothing else.

    Not after a refresh, where what could not be read would be changed as it is recorded, nor with
    programs of one's own, which may not come to all that they declare after a failure.

    Args:
        program: of the update.
        refresh: whether live resources are read first.
    """
    return ("--continue-on-error",) if isinstance(program, PlainProgram) and not refresh else ()


def looking_first(refresh: bool, targets: Sequence[str]) -> tuple[str, ...]:  # noqa: FBT001 - one word
    """The engine's options by which it reads live resources first, and goes to some alone."""
    return (*(["--refresh=true"] if refresh else []), *(f"--target={urn}" for urn in targets))
