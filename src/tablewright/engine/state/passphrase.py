"""The passphrase that encrypts a stack's secrets: found without ever asking at a prompt.

The engine encrypts secrets in the state with a passphrase, also when there are none to encrypt, and
asks at the terminal when it knows none. For a stack in a folder whose user gave no passphrase we
make a random one and keep it in a file beside the state, readable by its owner alone. That protects
the secrets as well as the folder itself is protected, and keeps them out of a state that is copied,
pasted into an issue or kept in version control by itself; who wants more sets
PULUMI_CONFIG_PASSPHRASE, or uses a backend with keys of its own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tablewright.engine.state.backend import StackPlace
from tablewright.engine.state.checkpoint import State
from tablewright.errors import PassphraseError
from tablewright.files import write_first

VARIABLE = "PULUMI_CONFIG_PASSPHRASE"
FILE_VARIABLE = "PULUMI_CONFIG_PASSPHRASE_FILE"
_PASSPHRASE = "passphrase"  # noqa: S105 - a kind of encryption
_BYTES = 32


def passphrase_environment(
    place: StackPlace, state: State | None, given: str | None, environment: Mapping[str, str]
) -> dict[str, str]:
    """The variables through which the engine gets the stack's passphrase.

    In this order: the one given; the one we made for this stack; the user's own variables; a new
    one, if the stack is new and lies in a folder.

    Args:
        place: the stack.
        state: what is recorded of it; None if there is nothing yet.
        given: a passphrase from the caller.
        environment: the user's environment.

    Raises:
        PassphraseError: the stack needs a passphrase and nobody gave it.
    """
    if given is not None:
        return {VARIABLE: given}
    own = place.own_folder / "passphrase" if place.own_folder else None
    if own and own.exists():
        return {FILE_VARIABLE: str(own)}
    if VARIABLE in environment:
        return {VARIABLE: environment[VARIABLE]}
    if environment.get(FILE_VARIABLE):
        return {FILE_VARIABLE: str(_readable(Path(environment[FILE_VARIABLE])))}
    if place.backend.is_cloud or (state and state.encrypted_by not in {"", _PASSPHRASE}):
        return {}
    if own and not (state and state.salt):
        _make(own)
        return {FILE_VARIABLE: str(own)}
    raise PassphraseError(
        f"the secrets of {place.project}/{place.stack} are encrypted with a passphrase "
        "that is not known here",
        f"set {VARIABLE} or {FILE_VARIABLE}",
    )


def passphrase_of(environment: Mapping[str, str]) -> str | None:
    """The passphrase that such variables give; None if there is none."""
    if FILE_VARIABLE in environment:
        return Path(environment[FILE_VARIABLE]).read_text("utf-8").strip()
    return environment.get(VARIABLE)


def _readable(path: Path) -> Path:
    if not (path.is_file() and os.access(path, os.R_OK)):
        raise PassphraseError(
            f"{FILE_VARIABLE} names {path}, which cannot be read", "correct it, or unset it"
        )
    return path.absolute()


def _make(path: Path) -> None:
    """Write a fresh passphrase; if another process is first, its one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_first(path, os.urandom(_BYTES).hex().encode(), private=True)
