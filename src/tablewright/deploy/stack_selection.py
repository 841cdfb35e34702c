"""Which of several stacks `--stack` means, and the Pulumi stack of each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tablewright.errors import UsageError
from tablewright.manifest import StackManifest

from .stack_name import ORGANIZATION

_PARTS = 3


@dataclass(frozen=True, slots=True)
class ChosenStack:
    """A stack that a command is about.

    Args:
        manifest: the stack with its tables.
        pulumi_stack: what `--stack` says of its Pulumi stack; None is the environment.
    """

    manifest: StackManifest
    pulumi_stack: str | None = None

    @property
    def name(self) -> str:
        """Its `metadata.name`."""
        return self.manifest.stack.metadata.name

    @property
    def option(self) -> str:
        """The value of `--stack` that means this one of several."""
        return self.pulumi_stack or self.name


def chosen_stacks(stacks: Sequence[StackManifest], given: Sequence[str]) -> tuple[ChosenStack, ...]:
    """The stacks that the values of `--stack` mean, in their order; all where there is none.

    Of several stacks a value names one: its `metadata.name`, or `organization/NAME/STACK`, which
    also says the Pulumi stack. Where there is only one, NAME is that of its Pulumi stack.

    Raises:
        UsageError: a value names no stack, two name the same, or one could mean two things.
    """
    if not given:
        return tuple(map(ChosenStack, stacks))
    if len(stacks) == 1:
        return (_only(stacks[0], given),)
    chosen: dict[str, ChosenStack] = {}
    for value in given:
        stack = _named(stacks, value)
        if stack.name in chosen:
            raise UsageError(f"--stack names {stack.name} twice", "name it once")
        chosen[stack.name] = stack
    return tuple(chosen.values())


def one_stack(given: str | None) -> Callable[[Sequence[StackManifest]], tuple[ChosenStack, ...]]:
    """The choice of a command about one stack."""

    def choose(stacks: Sequence[StackManifest]) -> tuple[ChosenStack, ...]:
        chosen = chosen_stacks(stacks, (given,) if given else ())
        if len(chosen) > 1:
            names = ", ".join(stack.name for stack in chosen)
            raise UsageError(
                f"there are several stacks, and this command is about one: {names}",
                f"add {' or '.join(f'--stack {stack.option}' for stack in chosen)}",
            )
        return chosen

    return choose


def _only(stack: StackManifest, given: Sequence[str]) -> ChosenStack:
    (value, *more) = given
    name, environment = stack.stack.metadata.name, stack.stack.spec.environment
    if more:
        raise UsageError(
            f"--stack is given {len(given)} times, and the manifests declare one stack, {name}",
            "give it once",
        )
    if value == name and name != environment and stack.planton is None:
        raise UsageError(
            f"--stack {value} is the name of the only stack, and would name its Pulumi stack",
            f"leave it out for {name}/{environment}; "
            f"give {ORGANIZATION}/{name}/{name} for {name}/{name}",
        )
    return ChosenStack(stack, value)


def _named(stacks: Sequence[StackManifest], value: str) -> ChosenStack:
    parts = value.split("/")
    if len(parts) not in (1, _PARTS):
        raise UsageError(
            f"--stack {value} is neither NAME nor organization/project/NAME",
            f"name one of {', '.join(_names(stacks))}",
        )
    is_full = len(parts) == _PARTS
    name = parts[1] if is_full else value
    for stack in stacks:
        if stack.stack.metadata.name == name:
            return ChosenStack(stack, value if is_full else None)
    known = [*_names(stacks)]
    near = get_close_matches(name, known, n=1)
    fix = f"did you mean {near[0]}?" if near else f"name one of {', '.join(known)}"
    raise UsageError(f"--stack {value}: there is no stack {name} in these manifests", fix)


def _names(stacks: Sequence[StackManifest]) -> Iterator[str]:
    return (stack.stack.metadata.name for stack in stacks)
