"""What the rest of tablewright asks of manifests: load them, or say what is wrong with them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from tablewright.errors import ManifestError, Problem
from tablewright.manifest.documents.composing import compose
from tablewright.manifest.documents.encoding import decode
from tablewright.manifest.documents.loader import Input, SourceText, read_sources
from tablewright.manifest.documents.node import Node
from tablewright.manifest.overrides import Override, parse_override
from tablewright.manifest.planton.labels import FORM, parse_stack
from tablewright.manifest.reading import ReadManifests, ordered, read
from tablewright.manifest.stacks import StackManifest


def load(
    sources: Sequence[Input],
    environment: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    *,
    stack: str | None = None,
    overrides: Sequence[str] = (),
    planton_stack: str | None = None,
    chosen_environment: str | None = None,
    edited: Mapping[str, str] | None = None,
) -> StackManifest:
    """Read one stack with its tables.

    Args:
        sources: files, folders, `-`, http and https URLs.
        environment: variables for `${NAME}`; those of the process if left out.
        stdin: what `-` reads.
        stack: which stack, where the sources hold several.
        overrides: `[NAME:]PATH=VALUE`, see `tablewright.manifest.overrides`.
        chosen_environment: the environment of the stacks, whatever their manifests say.
        planton_stack: `organization/project/stack` for Planton's manifests whose labels name none.
        edited: texts that stand for those of the files of these names.

    Raises:
        ManifestError: with all problems, each with its place.
    """
    texts: Iterable[SourceText | Problem] = read_sources(sources, stdin)
    if edited:
        texts = (
            SourceText(text.name, edited[text.name].encode())
            if isinstance(text, SourceText) and text.name in edited
            else text
            for text in texts
        )
    reading = _read(texts, environment, overrides, planton_stack, chosen_environment)
    return _chosen(_sound(reading), stack)


def load_all(
    sources: Sequence[Input],
    environment: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    *,
    overrides: Sequence[str] = (),
    planton_stack: str | None = None,
    chosen_environment: str | None = None,
    names: Callable[[Sequence[StackManifest]], Collection[str]] | None = None,
) -> tuple[StackManifest, ...]:
    """Read all stacks of the sources; raises `ManifestError` like `load`.

    No two of them may declare the same table, alarm or role.

    Args:
        sources: files, folders, `-`, http and https URLs.
        environment: variables for `${NAME}`; those of the process if left out.
        stdin: what `-` reads.
        overrides: `[NAME:]PATH=VALUE`, see `tablewright.manifest.overrides`.
        planton_stack: `organization/project/stack` for Planton's manifests whose labels name none.
        chosen_environment: the environment of the stacks, whatever their manifests say.
        names: tells which of the stacks are wanted, by their names, when all have been read.
    """
    reading = _read(
        read_sources(sources, stdin), environment, overrides, planton_stack, chosen_environment
    )
    if reading.problems or names is None:
        return _sound(_apart(reading))
    stacks = tuple(reading.stacks)
    if not stacks:
        raise _no_stack()
    wanted = names(stacks)
    numbers = [i for i, stack in enumerate(stacks) if stack.stack.metadata.name in wanted]
    _sound(_apart(reading, numbers))
    return tuple(stacks[number] for number in numbers)


def load_text(
    text: str,
    environment: Mapping[str, str] | None = None,
    *,
    name: str = "-",
    overrides: Sequence[str] = (),
) -> StackManifest:
    """Read one stack from text that is already there, under the name `name` in problems."""
    reading = _read([SourceText(name, text.encode())], environment, overrides)
    return _chosen(_sound(reading), None)


def validate(
    sources: Sequence[Input],
    environment: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    *,
    overrides: Sequence[str] = (),
    planton_stack: str | None = None,
) -> list[Problem]:
    """Everything that is wrong with the sources, file by file, from top to bottom."""
    return examine(
        sources, environment, stdin, overrides=overrides, planton_stack=planton_stack
    ).problems


def examine(
    sources: Sequence[Input],
    environment: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    *,
    overrides: Sequence[str] = (),
    planton_stack: str | None = None,
    chosen_environment: str | None = None,
) -> ReadManifests:
    """What `validate` answers, with the number of stacks and tables; the stacks are not kept."""
    sources_read = read_sources(sources, stdin)
    return _apart(
        _read(sources_read, environment, overrides, planton_stack, chosen_environment, keep=False)
    )


def _apart(reading: ReadManifests, among: Collection[int] | None = None) -> ReadManifests:
    """The same, where several stacks are meant: of what two declare, either takes the other's.

    Args:
        reading: of all stacks.
        among: numbers of those that are meant; all if left out.
    """
    shared = [
        claim.problem for claim in reading.shared if among is None or claim.stacks <= {*among}
    ]
    reading.problems = ordered([*reading.problems, *shared])
    return reading


def _read(
    sources: Iterable[SourceText | Problem],
    environment: Mapping[str, str] | None,
    overrides: Sequence[str] = (),
    planton_stack: str | None = None,
    chosen_environment: str | None = None,
    *,
    keep: bool = True,
) -> ReadManifests:
    with _without_collections():
        return _read_all(
            sources, environment, overrides, planton_stack, chosen_environment, keep=keep
        )


@contextmanager
def _without_collections() -> Iterator[None]:
    """Pause the garbage collector: what is read stays.

    Looking for rubbish in it takes a third of the time of reading thousands of documents.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_all(
    sources: Iterable[SourceText | Problem],
    environment: Mapping[str, str] | None,
    overrides: Sequence[str],
    planton_stack: str | None,
    chosen_environment: str | None,
    *,
    keep: bool,
) -> ReadManifests:
    roots: list[Node] = []
    problems: list[Problem] = []
    for source in sources:
        roots.extend(_roots(source, problems))
    parsed = [parse_override(text) for text in overrides]
    problems.extend(document for document in parsed if isinstance(document, Problem))
    flag = parse_stack(planton_stack) if planton_stack else None
    if planton_stack and flag is None:
        fix = f"write `--stack {FORM}`"
        problems.append(Problem(f"`{planton_stack[:80]}` names no stack", fix, "--stack"))
    variables = os.environ if environment is None else environment
    valid = [document for document in parsed if isinstance(document, Override)]
    reading = read(
        roots,
        variables,
        valid,
        flag,
        chosen_environment=chosen_environment,
        complete=not problems,
        keep=keep,
    )
    reading.problems = ordered([*problems, *reading.problems])
    if problems:
        reading.stacks.clear()
    return reading


def _roots(source: SourceText | Problem, problems: list[Problem]) -> list[Node]:
    text = source if isinstance(source, Problem) else decode(source.data, source.name)
    if isinstance(text, Problem):
        problems.append(text)
        return []
    name = "-" if isinstance(source, Problem) else source.name
    composed = compose(text, name)
    problems.extend(composed.problems)
    if not composed.documents and not composed.problems:
        fix = "`tablewright init` writes an example"
        problems.append(Problem("holds no document", fix, name, 1, 1))
    return composed.documents


def _sound(reading: ReadManifests) -> tuple[StackManifest, ...]:
    if reading.problems:
        count = len(reading.problems)
        what = "one problem" if count == 1 else f"{count} problems"
        message = f"The manifests have {what}; nothing was touched."
        raise ManifestError(message, problems=tuple(reading.problems))
    return tuple(reading.stacks)


def _chosen(stacks: Sequence[StackManifest], name: str | None) -> StackManifest:
    named = [stack for stack in stacks if name in (None, stack.stack.metadata.name)]
    if len(named) == 1:
        return named[0]
    if not stacks:
        raise _no_stack()
    known = ", ".join(stack.stack.metadata.name for stack in stacks)
    if named:
        message, fix = f"There are several stacks: {known}.", "give the files of one of them"
    else:
        message, fix = f"There is no stack `{name}`.", f"choose one of {known}"
    raise ManifestError(message, fix, problems=())


def _no_stack() -> ManifestError:
    fix = "add one, or name its file as well"
    return ManifestError("There is no document of kind Stack.", fix, problems=())
