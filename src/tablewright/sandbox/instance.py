"""One running sandbox, as a value on disk: who it is, where it listens, what belongs to it.

A sandbox is one process that holds the embedded AWS and our provider. Its folder holds the record
of the process, the state of the stacks deployed to it, and its log. The record is written when the
sandbox is ready and names the process by id *and* birth, so that a process id that was given to
somebody else is never mistaken for it.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from tablewright.engine.install.folders import state_folder
from tablewright.errors import UsageError
from tablewright.files import write_whole

from . import stacks
from .emulation import key_at
from .folders import NAME, folder, make_folder

DEFAULT_NAME = "default"
NAME_VARIABLE = "TABLEWRIGHT_SANDBOX"
_KEY = ".key"  # no name of a sandbox


@dataclass(frozen=True, slots=True)
class Instance:
    """A sandbox that runs.

    Args:
        name: which of the user's sandboxes.
        id: of the state that the embedded AWS has: another one after every reset, and after every
            start without a data folder.
        pid: its process.
        born: creation time of that process, seconds since 1970.
        endpoint: the embedded AWS, `http://127.0.0.1:PORT`.
        provider_host: where engines find our provider, `127.0.0.1:PORT`.
        data: folder in which the embedded AWS keeps its data; None when in memory only.
        exposed: the address beyond loopback on which it listens, too.
        secret: who has it may ask for what is under `/_tablewright/`.
        notes: what whoever starts it should know.
    """

    name: str
    id: str
    pid: int
    born: float
    endpoint: str
    provider_host: str
    data: str | None = None
    exposed: str | None = None
    secret: str = field(default="", repr=False)
    notes: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """All that belongs to this sandbox on disk."""
        return folder(self.name)

    @property
    def backend(self) -> Path:
        """The engine's state of stacks on this sandbox."""
        return stacks.place(self.name, Path(self.data) if self.data else None)

    @property
    def alive(self) -> bool:
        """The very process is there."""
        return is_alive(self.pid, self.born)

    def write(self) -> None:
        """Record it, in one step, for its user's eyes alone."""
        make_folder(self.name)
        write_whole(_record(self.name), json.dumps(asdict(self), indent=2).encode(), private=True)


def user_key() -> bytes:
    """The key under which all sandboxes of this user seal what they keep.

    Raises:
        SandboxError: it cannot be read or made.
    """
    return key_at(state_folder(os.environ) / "sandbox" / _KEY)


def log_path(name: str) -> Path:
    """What the sandbox's process wrote."""
    return folder(name) / "log.txt"


def lock_path(name: str) -> Path:
    """Held by the sandbox's process while it is there; has its id."""
    return folder(name) / "lock"


def _record(name: str) -> Path:
    return folder(name) / "instance.json"


def running(name: str) -> Instance | None:
    """The sandbox of that name if it runs; the record of a dead one is removed."""
    path = _record(name)
    try:
        members = json.loads(path.read_text("utf-8"))
        instance = Instance(**{**members, "notes": tuple(members.get("notes", ()))})
        alive = instance.alive
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        path.unlink(missing_ok=True)
        return None
    if alive:
        return instance
    path.unlink(missing_ok=True)
    return None


def forget(name: str) -> None:
    """Remove the record of a sandbox that ends."""
    _record(name).unlink(missing_ok=True)


def all_running() -> list[Instance]:
    """Every sandbox of this user that runs."""
    records = (state_folder(os.environ) / "sandbox").glob("*/instance.json")
    instances = (running(record.parent.name) for record in records)
    return [instance for instance in instances if instance is not None]


def known() -> list[str]:
    """Names of all sandboxes that this user ever started, those that run among them."""
    folders = (state_folder(os.environ) / "sandbox").glob("*/")
    return sorted(folder.name for folder in folders if NAME.fullmatch(folder.name))


def require_known(name: str) -> None:
    """Refuse a name that may be a mistake: only `sandbox start` makes a sandbox of a new name.

    Raises:
        UsageError: no sandbox of that name was ever started.
    """
    names = known()
    if name == DEFAULT_NAME or name in names or not NAME.fullmatch(name):
        return
    raise UsageError(
        f"there is no sandbox {name}; there are: {', '.join(sorted({DEFAULT_NAME, *names}))}",
        f"give one of these, or start it: tablewright sandbox start --background --name {name}",
    )


def stop_command(name: str) -> str:
    """What ends the sandbox of that name."""
    return "tablewright sandbox stop" + name_option(name)


def name_option(name: str) -> str:
    """The option that names the sandbox, where it has to be given."""
    return "" if name == DEFAULT_NAME else f" --name {name}"


def born(pid: int) -> float:
    """Creation time of a process, seconds since 1970."""
    created: float = psutil.Process(pid).create_time()
    return created


def is_alive(pid: int, born_at: float) -> bool:
    """A process of that id and birth runs and is not merely waiting to be collected."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born_at) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
