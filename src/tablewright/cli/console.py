"""What reaches the user: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from tablewright.errors import ConsentError, DeclinedError


def data(text: str) -> None:
    """Print what was asked for; ends in exactly one newline.

    A reader that has had enough (`| head`) is no reason to stop: the command goes on, silently, and
    ends with the exit status of its work.
    """
    try:
        click.echo(text.rstrip("\n"))
    except BrokenPipeError:
        mute()


_documents = 0
_collected: list[Any] | None = None


def printed_document() -> bool:
    """Whether a JSON document was printed; nothing may follow it then."""
    return _documents > 0


@contextmanager
def documents_collected() -> Iterator[list[Any]]:
    """JSON documents that are printed within the block are kept in its list instead."""
    global _collected  # noqa: PLW0603 - standard output is one for the process
    _collected = []
    try:
        yield _collected
    finally:
        _collected = None


def data_pieces(pieces: Iterable[str]) -> None:
    """Print a JSON document that comes piece by piece; it ends in a newline."""
    global _documents  # noqa: PLW0603 - see `data_json`
    if _collected is not None:
        _collected.append(json.loads("".join(pieces)))
        return
    _documents += 1
    try:
        for piece in pieces:
            click.echo(piece, nl=False)
        click.echo()
    except BrokenPipeError:
        mute()


def mute() -> None:
    """Print no more data: nobody reads it, and nothing must complain of that at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def data_json(value: Any) -> None:
    """Print a value as indented JSON."""
    global _documents  # noqa: PLW0603 - standard output is one for the process
    if _collected is not None:
        _collected.append(value)
        return
    _documents += 1
    data(as_text(value))


def as_text(value: Any) -> str:
    """A value as indented JSON."""
    return json.dumps(value, indent=2, default=str)


_kept: list[str] | None = None


@contextmanager
def messages_kept() -> Iterator[list[str]]:
    """Messages that are printed within the block are in its list as well."""
    global _kept  # noqa: PLW0603 - standard error is one for the process
    _kept = []
    try:
        yield _kept
    finally:
        _kept = None


def say(text: str) -> None:
    """Print a message."""
    if _kept is not None:
        _kept.append(text)
    click.echo(text, err=True)


def confirm(question: str, *, yes: bool, name: str = "") -> None:
    """Ask at the terminal, unless `--yes` has answered already.

    Args:
        question: what would be done.
        yes: `--yes` was given.
        name: what must be typed to confirm; `y` if left out.

    Raises:
        ConsentError: nobody is there to ask.
        DeclinedError: the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise ConsentError(
            f"{question} There is no terminal to answer at; nothing was touched.",
            "give the answer with --yes",
        )
    if name:
        typed = click.prompt(
            f"{question} Type {name} to confirm", default="", err=True, show_default=False
        )
        agreed = str(typed).strip() == name
    else:
        agreed = click.confirm(question, default=False, err=True)
    if not agreed:
        raise DeclinedError("not confirmed; nothing was touched")


def steps(title: str) -> Callable[[str], None]:
    """A progress function whose lines carry a title."""
    return lambda text: say(f"{title}: {text}")
