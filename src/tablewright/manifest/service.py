"""What the rest of tablewright asks of manifests: load them, or say what is wrong with them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from tablewright.errors import ManifestError, Problem
from tablewright.files import from_here
from tablewright.manifest.documents.composing import compose
from tablewright.manifest.documents.encoding import decode
from tablewright.manifest.documents.loader import Input, SourceText, read_sources
from tablewright.manifest.documents.node import Node
from tablewright.manifest.overrides import Override, parse_override
from tablewright.manifest.planton.labels import FORM, parse_stack
from tablewright.manifest.reading import ReadManifests, ordered, read
from tablewright.manifest.stacks import StackManifest
from tablewright.manifest.standard import VARIABLE as STANDARD_VARIABLE
from tablewright.manifest.survey import StackSurvey, surveyed_stacks


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
        stack: which stack, where the sources hold several: NAME, or NAME/ENVIRONMENT.
        overrides: `[NAME:]PATH=VALUE`, see `tablewright.manifest.overrides`.
        chosen_environment: the environment of the stacks, whatever their manifests say.
        planton_stack: `organization/project/stack` for Planton's manifests whose labels name none.
        edited: texts that stand for those of the files of these names.

    Raises:
        ManifestError: with all problems, each with its place.
    """
    variables = os.environ if environment is None else environment
    texts = _texts(sources, stdin, variables)
    if edited:
        texts = replace(texts, manifests=[_edited(text, edited) for text in texts.manifests])
    asked = _Asked(variables, overrides, planton_stack, chosen_environment)
    reading = _read(texts, asked)
    return _chosen(_sound(reading), stack)


def load_all(
    sources: Sequence[Input],
    environment: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    *,
    overrides: Sequence[str] = (),
    planton_stack: str | None = None,
    chosen_environment: str | None = None,
    choose: Callable[[Sequence[StackManifest]], Collection[StackManifest]] | None = None,
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
        choose: tells which of the stacks are wanted, when all have been read.
    """
    variables = os.environ if environment is None else environment
    asked = _Asked(variables, overrides, planton_stack, chosen_environment)
    reading = _read(_texts(sources, stdin, variables), asked)
    if reading.problems or choose is None:
        return _sound(_apart(reading))
    stacks = tuple(reading.stacks)
    if not stacks:
        raise _no_stack()
    wanted = {id(stack) for stack in choose(stacks)}
    numbers = [number for number, stack in enumerate(stacks) if id(stack) in wanted]
    _sound(_apart(reading, numbers))
    return tuple(stacks[number] for number in numbers)


def survey(
    sources: Sequence[Input],
    environment: Mapping[str, str] | None = None,
    *,
    chosen_environment: str | None = None,
) -> StackSurvey:
    """Which stacks the sources declare, and what holds for them; mistakes in tables do not matter.

    Args:
        sources: files and folders.
        environment: variables for `${NAME}`; those of the process if left out.
        chosen_environment: the environment of the stacks, whatever their manifests say.

    Raises:
        ManifestError: with all that is wrong with the stacks and with what holds for them.
    """
    variables = os.environ if environment is None else environment
    texts = _texts(sources, None, variables)
    problems: list[Problem] = []
    roots = [root for text in texts.manifests for root in _roots(text, [])]
    standard = [root for text in texts.standard for root in _roots(text, problems)]
    surveyed = surveyed_stacks(roots, standard, variables, chosen_environment)
    _refuse([*problems, *surveyed.problems])
    return surveyed


def load_text(
    text: str,
    environment: Mapping[str, str] | None = None,
    *,
    name: str = "-",
    overrides: Sequence[str] = (),
) -> StackManifest:
    """Read one stack from text that is already there, under the name `name` in problems."""
    variables = os.environ if environment is None else environment
    texts = _Texts([SourceText(name, text.encode())])
    reading = _read(texts, _Asked(variables, overrides))
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
    """What `validate` answers, with the numbers of stacks and tables; the stacks are not kept.

    Where no environment is chosen, stacks are looked at in each of theirs.
    """
    variables = os.environ if environment is None else environment
    texts = _texts(sources, stdin, variables)
    asked = _Asked(variables, overrides, planton_stack, chosen_environment, keep=False)
    reading = _apart(_read(texts, asked))
    if chosen_environment is None:
        known = {(problem.place, problem.message) for problem in reading.problems}
        for name in reading.environments:
            there = replace(asked, chosen_environment=name, where_known=True)
            reading.problems += [
                replace(problem, message=f"{problem.message} (environment {name})")
                for problem in _apart(_read(texts, there)).problems
                if (problem.place, problem.message) not in known
            ]
        reading.problems = ordered(reading.problems)
    return reading


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


@dataclass(frozen=True, slots=True)
class _Texts:
    """What was read: the manifests, and what holds for all stacks besides."""

    manifests: Sequence[SourceText | Problem]
    standard: Sequence[SourceText | Problem] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of them; see `load` and `tablewright.manifest.reading.read`."""

    variables: Mapping[str, str]
    overrides: Sequence[str] = ()
    planton_stack: str | None = None
    chosen_environment: str | None = None
    where_known: bool = False
    keep: bool = True


def _edited(text: SourceText | Problem, edited: Mapping[str, str]) -> SourceText | Problem:
    """What was read, or what stands in its place."""
    if isinstance(text, SourceText) and text.name in edited:
        return SourceText(text.name, edited[text.name].encode())
    return text


def _texts(
    sources: Sequence[Input], stdin: BinaryIO | None, variables: Mapping[str, str]
) -> _Texts:
    seen: set[str] = set()
    manifests = [*read_sources(sources, stdin, seen)]
    named = variables.get(STANDARD_VARIABLE)
    return _Texts(manifests, [*read_sources([from_here(named)], None, seen)] if named else ())


def _read(texts: _Texts, asked: _Asked) -> ReadManifests:
    with _without_collections():
        return _read_all(texts, asked)


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


def _read_all(texts: _Texts, asked: _Asked) -> ReadManifests:
    problems: list[Problem] = []
    roots = [root for text in texts.manifests for root in _roots(text, problems)]
    standard = [root for text in texts.standard for root in _roots(text, problems)]
    parsed = [parse_override(text) for text in asked.overrides]
    problems.extend(document for document in parsed if isinstance(document, Problem))
    flag = parse_stack(asked.planton_stack) if asked.planton_stack else None
    if asked.planton_stack and flag is None:
        fix = f"write `--stack {FORM}`"
        problems.append(Problem(f"`{asked.planton_stack[:80]}` names no stack", fix, "--stack"))
    reading = read(
        roots,
        asked.variables,
        [document for document in parsed if isinstance(document, Override)],
        flag,
        chosen_environment=asked.chosen_environment,
        where_known=asked.where_known,
        standard_roots=standard,
        complete=not problems,
        keep=asked.keep,
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
    _refuse(reading.problems)
    return tuple(reading.stacks)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        what = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
        message = f"The manifests have {what}; nothing was touched."
        raise ManifestError(message, problems=tuple(problems))


def _chosen(stacks: Sequence[StackManifest], name: str | None) -> StackManifest:
    named = [stack for stack in stacks if name is None or stack.id.is_meant_by(name)]
    if len(named) == 1:
        return named[0]
    if not stacks:
        raise _no_stack()
    every = [stack.id for stack in stacks]
    known = ", ".join(called.among(every) for called in every)
    if named:
        message, fix = f"There are several stacks: {known}.", "give the files of one of them"
    else:
        message, fix = f"There is no stack `{name}`.", f"choose one of {known}"
    raise ManifestError(message, fix, problems=())


def _no_stack() -> ManifestError:
    fix = "add one, or name its file as well"
    return ManifestError("There is no document of kind Stack.", fix, problems=())
