"""From the paths of a command line to the stacks they declare."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from tablewright import manifest
from tablewright.deploy.partial import narrowed
from tablewright.deploy.source import Source, from_saved, is_saved
from tablewright.deploy.stack_name import stack_name
from tablewright.deploy.stack_selection import ChosenStack, chosen_stacks, one_stack
from tablewright.errors import UsageError
from tablewright.manifest import StackManifest

Choice = Callable[[Sequence[StackManifest]], tuple[ChosenStack, ...]]


@dataclass(frozen=True, slots=True)
class StackInput:
    """One stack of a command line.

    Args:
        source: what is declared.
        stack: what the command line says of its Pulumi stack; None is the environment.
        option: the value of `--stack` that means it among others.
        called: what means it alone, without its Pulumi stack: `shop`, else `shop/dev`.
    """

    source: Source
    stack: str | None
    option: str
    called: str

    @property
    def owner(self) -> str:
        """`shop/dev`.

        Raises:
            UsageError: `stack` cannot be meant.
        """
        declared = self.source.declared
        return f"{declared.name}/{stack_name(declared, self.stack)}"


def source(
    paths: Sequence[str], environment: str | None = None, stack: str | None = None
) -> StackInput:
    """The stack of a command that is about one.

    Args:
        paths: manifests, or one saved preview.
        environment: of the stack, whatever its manifest says.
        stack: what `--stack` says.

    Raises:
        ManifestError: with every mistake in the manifests.
        UsageError: there are several stacks; a saved preview has its environment.
    """
    (stack_input,) = _read(paths, environment, one_stack(stack), stack)
    return stack_input


def sources(
    paths: Sequence[str],
    environment: str | None = None,
    stacks: Sequence[str] = (),
    tables: Sequence[str] = (),
    *,
    recorded: bool = True,
) -> tuple[StackInput, ...]:
    """All stacks, or those that `--stack` names; else like `source`.

    Args:
        paths: manifests, or one saved preview.
        environment: of the stacks, whatever their manifests say.
        stacks: the values of `--stack`.
        tables: only these of each stack, and only stacks that have any of them.
        recorded: whether the command looks for what is recorded, and misses a stack there that
            `--stack` misspells; of others a name that is not known is refused here.

    Raises:
        ManifestError, UsageError: as `source`; two of them declare the same table.
    """
    if len(stacks) > 1 and len(paths) == 1 and is_saved(paths[0]):
        raise UsageError(f"{paths[0]} is of one stack", "give --stack once")
    first = stacks[0] if stacks else None
    choose = _choice(stacks, recorded=recorded)
    inputs = _read(paths, environment, choose, first)
    for stack_input in inputs:
        _ = stack_input.owner  # what cannot be meant is refused before the first is run
    some = narrowed([stack_input.source for stack_input in inputs], tables)
    return tuple(
        replace(stack_input, source=source)
        for stack_input, source in zip(inputs, some, strict=True)
        if source.declared.tables or not tables
    )


def _read(
    paths: Sequence[str], environment: str | None, choose: Choice, stack: str | None
) -> tuple[StackInput, ...]:
    if len(paths) == 1 and is_saved(paths[0]):
        return (_saved(paths[0], environment, stack),)
    return tuple(
        StackInput(Source.of(choice.manifest), choice.pulumi_stack, choice.option, choice.called)
        for choice in _loaded(paths, environment, choose)
    )


def _choice(stacks: Sequence[str], *, recorded: bool) -> Choice:
    def choose(read: Sequence[StackManifest]) -> tuple[ChosenStack, ...]:
        chosen = chosen_stacks(read, stacks)
        if stacks and not recorded:
            from .known_stacks import refuse_misspelt_of  # noqa: PLC0415 - asks sandboxes

            refuse_misspelt_of(chosen)
        return chosen

    return choose


def _loaded(
    paths: Sequence[str], environment: str | None, choose: Choice
) -> tuple[ChosenStack, ...]:
    chosen: list[ChosenStack] = []

    def wanted(stacks: Sequence[StackManifest]) -> Collection[StackManifest]:
        chosen.extend(choose(stacks))
        return [stack.manifest for stack in chosen]

    manifest.load_all(
        paths,
        environment=os.environ,
        stdin=sys.stdin.buffer,
        chosen_environment=environment,
        choose=wanted,
    )
    return tuple(chosen)


def _saved(path: str, environment: str | None, stack: str | None) -> StackInput:
    saved = from_saved(path)
    if environment not in (None, saved.declared.environment):
        raise UsageError(
            f"{path} was saved for the environment {saved.declared.environment}",
            "leave out --environment, or save a preview of the other environment",
        )
    name = saved.declared.name
    return StackInput(saved, stack, stack or name, name)


def stack_manifests(
    paths: Sequence[str], environment: str | None = None, stacks: Sequence[str] = ()
) -> tuple[StackManifest, ...]:
    """The manifests as they were written, those of a saved preview included.

    Args:
        paths: manifests, or one saved preview.
        environment: of the stacks, whatever their manifests say.
        stacks: the values of `--stack`; all stacks where there are none.

    Raises:
        ManifestError: with every mistake in them.
        UsageError: a value names no stack; a saved preview has its environment.
    """
    if len(paths) == 1 and is_saved(paths[0]):
        return (manifest.load_text(source(paths, environment).source.text),)
    loaded = _loaded(paths, environment, _choice(stacks, recorded=False))
    return tuple(choice.manifest for choice in loaded)
