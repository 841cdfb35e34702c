"""Which of several stacks `--stack` means, and the Pulumi stack of each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from tablewright.errors import UsageError
from tablewright.manifest import StackManifest
from tablewright.stack_id import ORGANIZATION, StackId

_PARTS = 3


@dataclass(frozen=True, slots=True)
class ChosenStack:
    """A stack that a command is about.

    Args:
        manifest: the stack with its tables.
        called: what means it alone among all stacks of the manifests: `shop`, else `shop/dev`.
        pulumi_stack: what `--stack` says of its Pulumi stack; None is the environment.
    """

    manifest: StackManifest
    called: str
    pulumi_stack: str | None = None

    @property
    def option(self) -> str:
        """The value of `--stack` that means this one of several."""
        return self.pulumi_stack or self.called


def chosen_stacks(stacks: Sequence[StackManifest], given: Sequence[str]) -> tuple[ChosenStack, ...]:
    """The stacks that the values of `--stack` mean, in their order; all where there is none.

    Of several stacks a value names one: its `metadata.name`, with its environment where two have
    that name (`NAME/ENVIRONMENT`), or `organization/NAME/STACK`, which also says the Pulumi stack.
    Where there is only one, NAME is that of its Pulumi stack.

    Raises:
        UsageError: a value names no stack, two name the same, or one could mean two things.
    """
    every = [stack.id for stack in stacks]
    known = [ChosenStack(stack, stack.id.among(every)) for stack in stacks]
    if not given:
        return tuple(known)
    if len(known) == 1:
        return (_only(known[0], given),)
    chosen: dict[StackId, ChosenStack] = {}
    for value in given:
        stack = _named(known, value)
        if stack.manifest.id in chosen:
            raise UsageError(f"--stack names {stack.called} twice", "name it once")
        chosen[stack.manifest.id] = stack
    return tuple(chosen.values())


def one_stack(given: str | None) -> Callable[[Sequence[StackManifest]], tuple[ChosenStack, ...]]:
    """The choice of a command about one stack."""

    def choose(stacks: Sequence[StackManifest]) -> tuple[ChosenStack, ...]:
        chosen = chosen_stacks(stacks, (given,) if given else ())
        if len(chosen) > 1:
            names = ", ".join(stack.called for stack in chosen)
            raise UsageError(
                f"there are several stacks, and this command is about one: {names}",
                f"add {' or '.join(f'--stack {stack.option}' for stack in chosen)}",
            )
        return chosen

    return choose


def _only(stack: ChosenStack, given: Sequence[str]) -> ChosenStack:
    (value, *more) = given
    called = stack.manifest.id
    if more:
        raise UsageError(
            f"--stack is given {len(given)} times, and the manifests declare one stack, "
            f"{called.name}",
            "give it once",
        )
    if value == str(called):
        return stack
    is_own = stack.manifest.planton is None
    if value == called.name and value != called.environment and is_own:
        raise UsageError(
            f"--stack {value} is the name of the only stack, and would name its Pulumi stack",
            f"leave it out for {called}; give {ORGANIZATION}/{value}/{value} for {value}/{value}",
        )
    return replace(stack, pulumi_stack=value)


def _named(known: Sequence[ChosenStack], value: str) -> ChosenStack:
    """The one of several that a value means, which may say another Pulumi stack."""
    for stack in known:
        if value in (str(stack.manifest.id), f"{ORGANIZATION}/{stack.manifest.id}"):
            return replace(stack, pulumi_stack=value) if value.count("/") > 1 else stack
    parts = value.split("/")
    if len(parts) not in (1, _PARTS):
        raise UsageError(
            f"--stack {value} is no stack of these manifests, nor organization/project/NAME",
            f"name one of {', '.join(stack.called for stack in known)}",
        )
    is_full = len(parts) == _PARTS
    name = parts[1] if is_full else value
    meant = [stack for stack in known if stack.manifest.id.name == name]
    if len(meant) == 1:
        return replace(meant[0], pulumi_stack=value) if is_full else meant[0]
    if meant:
        choices = " or ".join(f"--stack {stack.called}" for stack in meant)
        raise UsageError(f"--stack {value} could mean several stacks", f"give {choices}")
    words = [stack.called for stack in known]
    near = get_close_matches(name, words, n=1)
    fix = f"did you mean {near[0]}?" if near else f"name one of {', '.join(words)}"
    raise UsageError(f"--stack {value}: there is no stack {name} in these manifests", fix)
