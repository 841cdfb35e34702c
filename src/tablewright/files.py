"""Files that are written whole or not at all, and their paths as people type them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def from_here(file: str) -> str:
    """A path below the working directory as people type it; any other, and a URL, as it is."""
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else file


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A draft beside a file, which takes the file's place where the block ends well."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes, *, private: bool = False, durable: bool = False) -> None:
    """Replace a file in one step.

    Args:
        path: of the file; its folder is there.
        data: all of its content.
        private: only its user can read it.
        durable: after a power cut it is the old or the new one, too.
    """
    with replacing(path) as draft:
        mode = 0o600 if private else 0o666
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())


def write_first(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file unless it is there; of several processes at once the first one's stays.

    Args:
        path: of the file; its folder is there.
        data: all of its content.
        private: only its user can read it.
    """
    own = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    write_whole(own, data, private=private)
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()


def write_script(path: Path, text: str) -> Path:
    """Write an executable, whole or not at all, where it is not there as it should be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text("utf-8") != text:
        with replacing(path) as draft:
            draft.write_text(text, "utf-8")
            draft.chmod(0o755)
    return path
