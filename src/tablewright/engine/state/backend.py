"""Where a stack's state is kept: a folder of this machine, or a place named by a URL.

A folder backend is read and repaired as files; for every other one the engine is asked. The layout
under a folder is the engine's own (`.pulumi/stacks/PROJECT/STACK.json`, locks beside it); what we
keep ourselves lies in `.tablewright/PROJECT/STACK/` next to it and nobody else reads it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tablewright.engine.install.folders import state_folder
from tablewright.errors import BackendError, UsageError

ORGANIZATION = "organization"
"""The only organization that folder and bucket backends know."""

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_CLOUD_SCHEMES = frozenset({"http", "https"})
_SCHEMES = _CLOUD_SCHEMES | {"azblob", "file", "gs", "postgres", "postgresql", "s3"}
"""What the engine keeps states in (pkg/backend/diy and httpstate)."""


@dataclass(frozen=True, slots=True)
class Backend:
    """A place for states.

    Args:
        url: as the engine wants it.
        folder: the same as a folder, where it is one of this machine; else None.
    """

    url: str
    folder: Path | None = None

    @classmethod
    def of(cls, place: str | Path) -> Backend:
        """Read a folder or URL as people give it: `~/states`, `file:///srv/states`, `s3://b?...`.

        Raises:
            UsageError: a URL without a scheme or path that means anything.
        """
        text = str(place)
        try:
            parts = urlsplit(text)
        except ValueError as error:
            raise UsageError(
                f"{text} is not a URL: {error}", "give a folder, s3://BUCKET or the like"
            ) from error
        if isinstance(place, Path) or "://" not in text:
            if isinstance(place, str) and _is_bare(text):
                raise UsageError(
                    f"{text} is neither a folder that exists nor a URL",
                    f"write ./{text} to have that folder made here, or a URL such as s3://BUCKET",
                )
            return cls._of_folder(Path(text))
        if parts.scheme not in _SCHEMES:
            raise UsageError(
                f"the engine keeps no state at {parts.scheme}://",
                f"give a folder, or one of {', '.join(sorted(_SCHEMES))}",
            )
        if parts.scheme == "file":
            return cls._of_folder(Path(unquote(text.removeprefix("file://").split("?")[0])))
        if not (parts.netloc or parts.path):
            raise UsageError(
                f"{text} names no place for the state", "give a folder, s3://BUCKET or the like"
            )
        return cls(text)

    @classmethod
    def _of_folder(cls, folder: Path) -> Backend:
        absolute = Path(os.path.abspath(folder.expanduser()))  # noqa: PTH100 - links stay links
        return cls(f"file://{absolute}", absolute)

    @classmethod
    def default(cls, environment: Mapping[str, str] = os.environ) -> Backend:
        """The folder under the user's state directory."""
        return cls.of(state_folder(environment) / "stacks")

    @property
    def is_cloud(self) -> bool:
        """Pulumi Cloud or a server that speaks like it: it keeps secrets without a passphrase."""
        return urlsplit(self.url).scheme in _CLOUD_SCHEMES

    def prepare(self) -> None:
        """Make the folder if it is missing; the engine would refuse.

        Raises:
            BackendError: it cannot be made or written.
        """
        if self.folder is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BackendError(
                f"the state cannot be kept in {self.folder}: {error.strerror}",
                "give another folder or URL with --backend",
            ) from error
        if not os.access(self.folder, os.R_OK | os.W_OK | os.X_OK):
            raise BackendError(
                f"the state cannot be kept in {self.folder}: it is not yours to write",
                "give another folder or URL with --backend",
            )


def _is_bare(text: str) -> bool:
    """Whether it is one word, more likely a mistake than a folder to be made."""
    return not text.startswith(("~", ".")) and os.sep not in text and not Path(text).is_dir()


@dataclass(frozen=True, slots=True)
class StackPlace:
    """One stack of one project in a backend, with the files that are its own."""

    backend: Backend
    project: str
    stack: str

    def __post_init__(self) -> None:
        """Refuse names the engine would refuse, before anything is started."""
        for kind, name in (("project", self.project), ("stack", self.stack)):
            if not _NAME.fullmatch(name) or name in {".", ".."}:
                raise UsageError(
                    f"{name!r} cannot be the name of a {kind}",
                    "use 1 to 100 letters, digits, hyphens, underscores and full stops",
                )

    @property
    def full_name(self) -> str:
        """As the engine's `--stack` wants it: folder and bucket backends need all three parts."""
        if self.backend.is_cloud:
            return self.stack
        return f"{ORGANIZATION}/{self.project}/{self.stack}"

    @property
    def state_file(self) -> Path | None:
        """The state, if the backend is a folder; it may not exist yet, or compressed only."""
        return self._pulumi("stacks", self.project, f"{self.stack}.json")

    @property
    def known_stacks(self) -> frozenset[str]:
        """Names of the stacks of the project, if the backend is a folder; else none."""
        file = self.state_file
        files = file.parent.glob("*.json*") if file else ()
        return frozenset(path.name.partition(".json")[0] for path in files)

    @property
    def lock_folder(self) -> Path | None:
        """Where the engine's locks of this stack lie, if the backend is a folder."""
        return self._pulumi("locks", ORGANIZATION, self.project, self.stack)

    @property
    def history_folder(self) -> Path | None:
        """Where the engine records each run of this stack, if the backend is a folder."""
        return self._pulumi("history", self.project, self.stack)

    @property
    def own_folder(self) -> Path | None:
        """What we keep for this stack beside its state, if the backend is a folder."""
        folder = self.backend.folder
        return folder / ".tablewright" / self.project / self.stack if folder else None

    @property
    def digest(self) -> str:
        """What tells the stack from all others, whatever keeps its state."""
        return hashlib.sha256(f"{self.backend.url} {self.full_name}".encode()).hexdigest()[:32]

    def beside(self, name: str, elsewhere: str) -> Path:
        """A file or folder that we keep beside the state.

        Args:
            name: in `own_folder`.
            elsewhere: in the user's own folder, for a state that is in no folder of this machine.
        """
        own = self.own_folder
        return own / name if own else state_folder(os.environ) / elsewhere

    def _pulumi(self, *parts: str) -> Path | None:
        folder = self.backend.folder
        return folder.joinpath(".pulumi", *parts) if folder else None
