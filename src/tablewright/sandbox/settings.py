"""How a sandbox was last started, so that whoever starts it again gets the same one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tablewright.files import write_whole

from .folders import folder, make_folder


@dataclass(frozen=True, slots=True)
class Settings:
    """What was asked for; None for what was left to the sandbox.

    Args:
        port: of the embedded AWS; 0 takes any free one.
        data: folder that keeps its data; None keeps it in memory.
        durations: of changes of state, a preset's name.
        expose: an address beyond loopback to listen on.
    """

    port: int | None = None
    data: str | None = None
    durations: str | None = None
    expose: str | None = None

    def changed(self, asked: Settings) -> Settings:
        """These with what is asked for in their place."""
        return replace(
            self, **{name: value for name, value in asdict(asked).items() if value is not None}
        )

    def arguments(self) -> list[str]:
        """Them as options of the sandbox's process."""
        options = {name: value for name, value in asdict(self).items() if value is not None}
        return [word for name, value in options.items() for word in (f"--{name}", str(value))]


PLAIN = Settings()


def remembered(name: str) -> Settings:
    """How the sandbox of that name was last started; the plain way when that is not known."""
    try:
        return Settings(**json.loads(_file(name).read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return Settings()


def remember(name: str, settings: Settings) -> None:
    """Have it started so again."""
    if settings != remembered(name):
        make_folder(name)
        write_whole(_file(name), json.dumps(asdict(settings), indent=2).encode(), private=True)


def _file(name: str) -> Path:
    return folder(name) / "settings.json"
