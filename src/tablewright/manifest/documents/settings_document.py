"""A file of settings that is no manifest: held to a model, each mistake with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from tablewright.errors import InputError, ManifestError, Problem
from tablewright.manifest.checking import check
from tablewright.manifest.models.base import Model
from tablewright.transfer import read_given, why_unread

from .composing import compose
from .encoding import decode
from .node import Node

Stated = TypeVar("Stated", bound=Model)
Contradictions = Callable[[Node, Stated], Iterable[Problem]]


def text_of(file: Path, mistake: str, next_step: str) -> str:
    """The text of a file that the user named.

    Args:
        file: which.
        mistake: what is wrong with a file that is no text: `does not state prices`.
        next_step: what to do about one that cannot be read.

    Raises:
        InputError: it cannot be read.
        ManifestError: it is no text.
    """
    try:
        data = read_given(file)
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read: {why_unread(error)}", next_step) from error
    text = decode(data, str(file))
    if isinstance(text, Problem):
        raise ManifestError(f"{file} {mistake}.", problems=(text,))
    return text


def stated_in(
    text: str,
    file: str,
    model: type[Stated],
    mistake: str,
    next_step: str,
    contradictions: Contradictions[Stated] = lambda _root, _stated: (),
) -> Stated:
    """What a text states, YAML or JSON.

    Args:
        text: of the file.
        file: its name, for errors.
        model: what it may say.
        mistake: what is wrong with a file that says something else: `does not state prices`.
        next_step: how such a file is written.
        contradictions: what no single field can tell.

    Raises:
        ManifestError: it says what it cannot; each mistake with its line.
    """
    composed = compose(text, file)
    problems = list(composed.problems)
    stated: Stated | None = None
    if not problems and len(composed.documents) != 1:
        problems.append(Problem("holds no document, or several", next_step, file, 1, 1))
    if not problems:
        (root,) = composed.documents
        checked = check(root, model)
        problems += checked.problems
        stated = checked.model
        if stated is not None and not problems:
            problems += contradictions(root, stated)
    if problems or stated is None:
        raise ManifestError(f"{file} {mistake}.", problems=tuple(problems))
    return stated
