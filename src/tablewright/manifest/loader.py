"""The one place of this package that reads anything: files, folders, standard input, URLs."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, BinaryIO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from tablewright.errors import Problem

SUFFIXES = (".yaml", ".yml", ".json")
LARGEST_SOURCE_BYTES = 16 * 1024 * 1024
CONNECT_SECONDS = 10.0
WHOLE_TRANSFER_SECONDS = 30.0
STANDARD_INPUT = "-"
SAVED_FORMAT = "tablewright.dev/saved/v1"
"""Marks a saved preview, which is no manifest, wherever in the folder it was kept."""
_CHUNK = 64 * 1024

Input = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one file, standard input or URL, under the name the user gave."""

    name: str
    data: bytes


def read_sources(inputs: Sequence[Input], stdin: BinaryIO | None) -> Iterator[Source | Problem]:
    """Read everything that is named, folders as their files, each file once.

    Args:
        inputs: paths, `-` for standard input, `http://` and `https://` URLs.
        stdin: what `-` reads.
    """
    seen: set[str] = set()
    for given in inputs:
        name = os.fspath(given)
        if name == STANDARD_INPUT:
            if name not in seen:
                seen.add(name)
                yield _from_standard_input(stdin)
        elif urlsplit(name).scheme in ("http", "https"):
            yield _from_url(name)
        elif "://" in name:
            scheme = name.split("://", maxsplit=1)[0]
            message = f"URLs of the kind `{scheme}:` are not read"
            yield Problem(message, "use http, https or a file", name)
        else:
            yield from _from_path(Path(name), seen)


def _from_path(path: Path, seen: set[str]) -> Iterator[Source | Problem]:
    name = str(path)
    try:
        files = {os.path.realpath(file): file for file in _files(path)}
    except (OSError, ValueError) as error:
        yield Problem(f"cannot be read: {_reason(error)}", "check the folder", name)
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


def _files(path: Path) -> Iterable[Path]:
    """A file, or a folder's manifests by name: nothing hidden, no pipes, no sub-folders."""
    if not path.is_dir():
        return [path]
    return sorted(
        entry
        for entry in path.iterdir()
        if entry.suffix.lower() in SUFFIXES
        and not entry.name.startswith(".")
        and not (entry.is_dir() or entry.is_fifo() or entry.is_socket())
    )


def _is_saved_preview(source: Source | Problem) -> bool:
    return (
        isinstance(source, Source)
        and source.name.endswith(".json")
        and SAVED_FORMAT.encode() in source.data
    )


def _from_file(path: Path) -> Source | Problem:
    name = str(path)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno())
            if stat.S_ISREG(size.st_mode) and size.st_size > LARGEST_SOURCE_BYTES:
                return _too_large(name)
            return _limited(name, file)
    except FileNotFoundError:
        return Problem("there is no such file or folder", "check the path", name)
    except (OSError, ValueError) as error:
        return Problem(f"cannot be read: {_reason(error)}", "check the path", name)


def _from_standard_input(stdin: BinaryIO | None) -> Source | Problem:
    if stdin is None:
        return Problem("there is no standard input to read", "name a file", STANDARD_INPUT)
    try:
        return _limited(STANDARD_INPUT, stdin)
    except (OSError, ValueError) as error:
        return Problem(f"cannot be read: {_reason(error)}", "name a file", STANDARD_INPUT)


def _limited(name: str, file: BinaryIO | IO[bytes]) -> Source | Problem:
    chunks: list[bytes] = []
    size = 0
    while chunk := file.read(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST_SOURCE_BYTES:
            return _too_large(name)
    return Source(name, b"".join(chunks))


def _from_url(url: str) -> Source | Problem:
    if not urlsplit(url).hostname:
        return Problem("the URL names no host", "write https://HOST/PATH", url)
    try:
        return _fetch(url)
    except HTTPError as error:
        error.close()
        fix = "check the URL and whether it needs a login"
        return Problem(f"the server answered {error.code} {error.reason}", fix, url)
    except (OSError, HTTPException, ValueError) as error:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, TimeoutError):
            return _too_slow(url)
        return Problem(f"cannot be fetched: {_reason(cause)}", "check the URL", url)


def _fetch(url: str) -> Source | Problem:
    deadline = time.monotonic() + WHOLE_TRANSFER_SECONDS
    accepted = "application/yaml, application/json, text/plain"
    request = Request(url, headers={"Accept": accepted})  # noqa: S310 - http and https only
    with _opener().open(request, timeout=CONNECT_SECONDS) as response:
        if response.headers.get_content_type() == "text/html":
            message = "the URL leads to a web page, not to a manifest"
            return Problem(message, "use the link to the raw file", url)
        return _download(url, response, deadline)


def _download(url: str, response: IO[bytes], deadline: float) -> Source | Problem:
    """Read on while time and size allow; a trickling server is no way round the time-out."""
    chunks: list[bytes] = []
    size = 0
    read = getattr(response, "read1", response.read)
    while chunk := read(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST_SOURCE_BYTES:
            return _too_large(url)
        if time.monotonic() > deadline:
            return _too_slow(url)
    return Source(url, b"".join(chunks))


class _HttpOnlyRedirects(HTTPRedirectHandler):
    """Redirects stay on http and https, and never leave https for http."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme != "https" and (scheme != "http" or req.type == "https"):
            raise URLError(f"it redirects to {scheme or 'nowhere'}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> OpenerDirector:
    return build_opener(ProxyHandler, HTTPHandler, HTTPSHandler, _HttpOnlyRedirects)


def _too_large(name: str) -> Problem:
    limit = LARGEST_SOURCE_BYTES // (1024 * 1024)
    return Problem(f"is larger than {limit} MB", "split it; no manifest needs that", name)


def _too_slow(url: str) -> Problem:
    message = f"did not answer completely within {WHOLE_TRANSFER_SECONDS:.0f} seconds"
    return Problem(message, "try again, or download it and name the file", url)


def _reason(error: object) -> str:
    """The cause in the system's own words, without a class name or an error number."""
    text = getattr(error, "strerror", None) or str(error)
    return text[:1].lower() + text[1:] if text else "unknown cause"
