"""A command over each stack of its manifests in turn, with one summary and one exit status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tablewright.cli import advice, console, failing
from tablewright.documents import failure
from tablewright.errors import TablewrightError, UsageError

from .manifests import StackInput

Work = Callable[[StackInput], int]

INTERRUPTED = 130
_WORST_FIRST = (INTERRUPTED, 1, 2, 3, 4)
_WORDS = {0: "done", 3: "differs", 4: "unknown: something could not be read"}
SEPARATORS = {"yaml": "---", "markdown": ""}
"""What stands between what two stacks print, by the format."""


@dataclass(frozen=True, slots=True)
class StackEnd:
    """How a command ended for one stack."""

    owner: str
    status: int
    words: str


def run(
    stacks: Sequence[StackInput], output_format: str, work: Work, *, titled: bool = False
) -> int:
    """Do the work of a command for each stack; answers the exit status.

    A stack that fails does not keep the others from being run, an interruption does. The JSON
    documents of several stacks are printed as one.

    Args:
        stacks: in the order in which they are run.
        output_format: what `--output` says.
        work: answers an exit status, and prints what the command prints of one stack.
        titled: that begins with the stack's title.
    """
    if len(stacks) == 1:
        return work(stacks[0])
    ends: list[StackEnd] = []
    documents: dict[str, Any] = {}
    for stack in stacks:
        if ends and ends[-1].status == INTERRUPTED:
            ends.append(StackEnd(stack.owner, INTERRUPTED, "not begun"))
            continue
        _separate(stack, output_format, is_first=not ends, titled=titled)
        with console.documents_collected() as printed, advice.about_stack(stack.option):
            end, error = _end(stack, output_format, work)
        ends.append(end)
        documents[stack.owner] = printed[0] if printed else error
    if output_format == "json":
        done = {owner: document for owner, document in documents.items() if document is not None}
        console.data_json({"stacks": done})
    for line in summary(ends):
        console.say(line)
    return worst(end.status for end in ends)


def worst(statuses: Iterable[int]) -> int:
    """The one exit status of several: 130, 1, 2, 3, 4, 0, the first that there is."""
    ended = {*statuses}
    return next((status for status in _WORST_FIRST if status in ended), 0)


def summary(ends: Sequence[StackEnd]) -> Iterator[str]:
    """A line for each stack."""
    done = sum(end.status == 0 for end in ends)
    yield f"{len(ends)} stacks, {done} done:"
    width = max(len(end.owner) for end in ends)
    for end in ends:
        yield f"  {end.owner:<{width}}  {end.words}"


def require_names(stacks: Sequence[StackInput], given: Sequence[str], options: str) -> None:
    """What allows or confirms a loss is about stacks that were named.

    Args:
        stacks: of the command.
        given: values of `--stack`.
        options: that were given, as they are typed; empty if none was.

    Raises:
        UsageError: there are several stacks, and none was named.
    """
    if options and len(stacks) > 1 and not given:
        names = " ".join(f"--stack {stack.option}" for stack in stacks)
        raise UsageError(
            f"{options} would hold for {len(stacks)} stacks, none of which was named; "
            "nothing was touched",
            f"name those that are meant: {names}",
        )


def _end(stack: StackInput, output_format: str, work: Work) -> tuple[StackEnd, Any]:
    """How the work ended, and the document of its error."""
    try:
        status = work(stack)
    except BrokenPipeError:
        raise
    except (Exception, KeyboardInterrupt) as caught:  # noqa: BLE001 - the others go on
        error = failing.error_of(caught)
        advice.make_literal(error)
        if "--allow-" in error.next_step:
            error.next_step += f"; name its stack with it: --stack {stack.option}"
        failing.tell(caught, error, output_format)
        end = StackEnd(stack.owner, error.exit_status, _told(error))
        return end, failure.document(error)
    return StackEnd(stack.owner, status, _WORDS.get(status, f"exit status {status}")), None


def _told(error: TablewrightError) -> str:
    return f"{error.code}: {error.message.splitlines()[0].rstrip(':')}"


def _separate(stack: StackInput, output_format: str, *, is_first: bool, titled: bool) -> None:
    """Begin what is printed of a stack: where people read it with its name."""
    heading = f"{stack.owner} ({stack.source.declared.region})"
    if output_format == "text" and not titled:
        console.data(heading if is_first else f"\n{heading}")
    elif output_format in SEPARATORS and not is_first:
        console.data(SEPARATORS[output_format])
