"""The one place of this package that reads anything: files, folders, standard input, URLs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tablewright.errors import Problem
from tablewright.transfer import TooLargeError, read_given, read_stream

from . import limits
from .limits import reason_of, too_large, too_slow

SUFFIXES = (".yaml", ".yml", ".json")
STANDARD_INPUT = "-"
SAVED_FORMAT = "tablewright.dev/saved/v1"
"""Marks a saved preview, which is not a manifest, wherever in the folder it was kept."""
_URL_SCHEMES = ("http", "https")

Input = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class SourceText:
    """The bytes of one file, standard input or URL, under the name the user gave."""

    name: str
    data: bytes


def read_sources(
    inputs: Sequence[Input], stdin: BinaryIO | None, seen: set[str] | None = None
) -> Iterator[SourceText | Problem]:
    """Read everything that is named, folders as their files and those below, each file once.

    Args:
        inputs: paths, `-` for standard input, `http://` and `https://` URLs.
        stdin: what `-` reads.
        seen: files that have been read, by their real paths; what is read now is added.
    """
    seen = set() if seen is None else seen
    for given in inputs:
        name = os.fspath(given)
        if name == STANDARD_INPUT:
            if name not in seen:
                seen.add(name)
                yield _from_standard_input(stdin)
        elif (scheme := _scheme(name)) in _URL_SCHEMES:
            yield _from_url(name)
        elif scheme:
            message = f"URLs of the kind `{scheme}:` are not read"
            yield Problem(message, "use http, https or a file", name)
        else:
            yield from _from_path(Path(name), seen)


def _from_path(path: Path, seen: set[str]) -> Iterator[SourceText | Problem]:
    name = str(path)
    try:
        files = {os.path.realpath(file): file for file in _files(path)}
    except (OSError, ValueError) as error:
        place = getattr(error, "filename", None) or name  # it may be a folder further below
        yield Problem(f"cannot be read: {reason_of(error)}", "check the folder", str(place))
        return
    if not files:
        message = f"the folder holds no file that ends in {', '.join(SUFFIXES)}"
        yield Problem(message, "name the files, or the folder that holds them", name)
    for identity, file in files.items():
        if identity not in seen:
            seen.add(identity)
            source = _from_file(file)
            if file is path or not _is_saved_preview(source):
                yield source


def _files(path: Path) -> Iterator[Path]:
    """A file, or the manifests of a folder by name, then those of each folder below.

    Nothing hidden, no pipes; a link to a folder is not followed, as it may lead to where it lies.
    """
    if not path.is_dir():
        yield path
        return
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    for entry in entries:
        is_file = not (entry.is_dir() or entry.is_fifo() or entry.is_socket())
        if entry.suffix.lower() in SUFFIXES and is_file:
            yield entry
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry)


def _is_saved_preview(source: SourceText | Problem) -> bool:
    return (
        isinstance(source, SourceText)
        and source.name.endswith(".json")
        and SAVED_FORMAT.encode() in source.data
    )


def _from_file(path: Path) -> SourceText | Problem:
    name = str(path)
    try:
        return SourceText(name, read_given(path, limits.LARGEST_SOURCE_BYTES))
    except FileNotFoundError:
        return Problem("there is no such file or folder", "check the path", name)
    except TooLargeError:
        return too_large(name)
    except TimeoutError:
        fix = "let its writer end, or pipe that into standard input: `-`"
        return Problem(too_slow(name).message, fix, name)
    except (OSError, ValueError) as error:
        return Problem(f"cannot be read: {reason_of(error)}", "check the path", name)


def _from_standard_input(stdin: BinaryIO | None) -> SourceText | Problem:
    if stdin is None:
        return Problem("there is no standard input to read", "name a file", STANDARD_INPUT)
    try:
        return SourceText(STANDARD_INPUT, read_stream(stdin, limits.LARGEST_SOURCE_BYTES))
    except TooLargeError:
        return too_large(STANDARD_INPUT)
    except (OSError, ValueError) as error:
        return Problem(f"cannot be read: {reason_of(error)}", "name a file", STANDARD_INPUT)


def _scheme(name: str) -> str:
    """What stands before `://`, or for http before any colon; empty for a path."""
    scheme, colon, rest = name.partition(":")
    known = scheme.lower() in _URL_SCHEMES
    return scheme.lower() if colon and (known or rest.startswith("//")) else ""


def _from_url(url: str) -> SourceText | Problem:
    from .fetching import fetch  # noqa: PLC0415 - few need HTTP, and all would wait for it

    content = fetch(url)
    return content if isinstance(content, Problem) else SourceText(url, content)
