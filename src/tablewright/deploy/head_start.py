"""A preview whose engine boots while the manifests are read.

Which stack a command line means is in its manifests, and to read them takes as long as the engine
takes to boot. So it is kept which stack a command line meant last, and that stack's engine is
booted. Where it turns out to be another one, or in another state, that engine is ended and nothing
is lost but its work: a preview changes nothing. None is booted where it is to be expected that the
engine need not be asked (`unchanged`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tablewright.engine import PreviewAhead, StackPlace, find_engine
from tablewright.engine.install.folders import state_folder
from tablewright.errors import TablewrightError
from tablewright.file_stamp import stamp
from tablewright.files import write_whole
from tablewright.sandbox import instance

from .options import Options
from .target_opening import open_target_environment
from .unchanged import is_expected

if TYPE_CHECKING:
    from .source import Source

_MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class MeantStack:
    """The stack that a command line meant.

    Args:
        project: `metadata.name`.
        stack: the Pulumi stack.
        region: the stack's.
        resources: about how many it declared.
        manifests: stamp of the files, as they were read.
    """

    project: str
    stack: str
    region: str
    resources: int
    manifests: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """What decides which stack a preview is of, besides the manifests themselves.

    Args:
        paths: of the manifests.
        environment: what `--environment` says.
        options: where it goes.
    """

    paths: Sequence[str]
    environment: str | None
    options: Options

    @property
    def last_meant(self) -> MeantStack | None:
        """The stack that it meant last, in this folder."""
        kept = _kept().get(self._key)
        with suppress(TypeError):
            return MeantStack(*kept) if kept else None
        return None

    def means(self, place: StackPlace, region: str, resources: int) -> None:
        """Keep which stack it means; that this can be done is not needed."""
        meant = MeantStack(place.project, place.stack, region, resources, self.manifests)
        if meant == self.last_meant:
            return
        kept = {key: value for key, value in _kept().items() if key != self._key}
        kept[self._key] = [*astuple(meant)]
        newest = dict([*kept.items()][-_MOST_KEPT:])
        with suppress(OSError):
            _file().parent.mkdir(parents=True, exist_ok=True)
            write_whole(_file(), json.dumps(newest).encode())

    @property
    def manifests(self) -> str:
        """What tells its files from the same before they were edited."""
        return stamp(self.paths)

    @property
    def _key(self) -> str:
        facts = [os.getcwd(), *self.paths, self.environment, asdict(self.options)]  # noqa: PTH109
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def can_start_ahead(source: Source) -> bool:
    """Whether it pays to keep which stack a command line meant.

    How an account is entered that a stack names, and what a saved preview does, they alone tell.
    """
    return source.declared.account is None and source.confirmed is None


@contextmanager
def head_start(line: CommandLine, *, refresh: bool) -> Iterator[PreviewAhead | None]:
    """The engine of the stack that a command line meant last, booting; None if it cannot.

    Args:
        line: the command line.
        refresh: whether the live resources are read first.
    """
    with ExitStack() as scope:
        yield _begun(line, scope, refresh=refresh)


def _begun(line: CommandLine, scope: ExitStack, *, refresh: bool) -> PreviewAhead | None:
    meant = line.last_meant
    if meant is None or not _is_ready(line.options):
        return None
    with suppress(TablewrightError, OSError):  # whatever it is, it is told when it is needed
        engine = find_engine(_tell_nobody, build=False)
        place = scope.enter_context(
            open_target_environment(line.options, meant.region, _tell_nobody)
        )
        declared = meant.resources
        stack = place.engine_stack(engine, meant.project, meant.stack, declared=declared)
        known = line.manifests == meant.manifests and not refresh and is_expected(stack.place)
        if stack.place.backend.folder and not known:
            return scope.enter_context(stack.preview_ahead(refresh=refresh))
    return None


def _is_ready(options: Options) -> bool:
    """Whether the target serves the engine without being started."""
    if options.target == "sandbox":
        return options.provider != "official" and instance.running(options.sandbox) is not None
    return options.provider != "embedded"


def _tell_nobody(_: str) -> None:
    """What takes time is told when it is needed."""


def _kept() -> dict[str, list[Any]]:
    with suppress(OSError, ValueError):
        kept = json.loads(_file().read_text("utf-8"))
        return kept if isinstance(kept, dict) else {}
    return {}


def _file() -> Path:
    return state_folder(os.environ) / "previews.json"
