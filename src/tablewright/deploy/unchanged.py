"""A preview that was found to change nothing is not asked of the engine again.

What a preview without `--refresh` finds follows from what is declared and what is recorded alone:
the engine and the provider compare the two and ask nothing (`provider.protocol.server`, Check and
Diff). So where all of that is as it was when the engine last found everything the same, the answer
is known. Whatever else a preview looks at, the account, what is not recorded, locks, is looked at
as ever.

It is known by a digest of all that it follows from, kept after such a preview: one for each stack.
Any other digest, and whatever cannot be told for certain, means that the engine is asked.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import sysconfig
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import tablewright
from tablewright.engine import EngineStack, Operation, ResourceChange, RunResult, State
from tablewright.engine.install.folders import state_folder
from tablewright.engine.state.backend import StackPlace
from tablewright.engine.state.settled import settled_digest
from tablewright.errors import AwsError
from tablewright.file_stamp import stamp
from tablewright.files import write_whole
from tablewright.provider.hosting.plugin import SDK_VERSION

from .plain_form import plain_form
from .target_environment import TargetEnvironment

_FORM: Final = 1
_MOST_KEPT: Final = 200
_VARIABLES: Final = ("AWS_", "TF_AWS_", "PULUMI_HOME", "TABLEWRIGHT_PROVIDER_HOST")
_PRIVATE: Final = ("KEY", "TOKEN", "SECRET", "CREDENTIAL")
"""Variables with such words in their names let somebody in, and do not say what is done there; the
account is asked for."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """That a preview found nothing to change.

    Args:
        inputs: digest of all that it followed from.
        state: digest of the recorded state, one part of that.
        moment: when, in UTC.
    """

    inputs: str
    state: str
    moment: str

    @property
    def words(self) -> str:
        """For people who want to know."""
        when = datetime.fromisoformat(self.moment).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        return (
            f"all is as it was at {when}, when the engine found nothing to change; "
            "it was not asked again"
        )


def is_expected(place: StackPlace) -> bool:
    """Whether a preview of a stack will find nothing to change unless what is declared differs."""
    kept = _kept(place)
    return kept is not None and kept.state == settled_digest(place)


def previewed(
    stack: EngineStack,
    place: TargetEnvironment,
    facts: Callable[[], Any] | None,
    run: Callable[[], RunResult],
) -> tuple[RunResult, Unchanged | None]:
    """The preview of a stack's manifests, and whence it is known if the engine was not asked.

    Args:
        stack: the engine's.
        place: where it goes.
        facts: all that its program is made of, besides the code; None for one that the engine is
            asked for in any case.
        run: asks the engine.
    """
    before = None if facts is None else settled_digest(stack.place)
    if facts is None or before is None or stack.session.passphrase is not None:
        return run(), None
    kept = _kept(stack.place)
    if kept and kept.state == before and kept.inputs == _inputs(stack, place, before, facts):
        result = _all_same(stack.state())
        if settled_digest(stack.place) == before:  # and none of it was read in between
            return result, kept
    result = run()
    found_same = _is_all_same(result, stack.session.read())
    inputs = _inputs(stack, place, before, facts) if found_same else None
    if inputs and settled_digest(stack.place) == before:
        _keep(stack.place, Unchanged(inputs, before, datetime.now(UTC).isoformat()))
    else:
        with suppress(OSError):
            _file(stack.place).unlink(missing_ok=True)
    return result, None


def _all_same(state: State) -> RunResult:
    """What the engine answers where everything that is recorded stays as it is."""
    changes = (
        ResourceChange(
            urn=resource.urn,
            type=resource.type,
            name=resource.name,
            operation=Operation.SAME,
            parent=resource.parent,
            id=resource.id,
            old_inputs=resource.inputs,
            new_inputs=resource.inputs,
            old_outputs=resource.outputs,
            custom=resource.custom,
        )
        for resource in state.resources
    )
    return RunResult(tuple(changes), state.outputs)


def _is_all_same(result: RunResult, state: State | None) -> bool:
    """Whether a preview came to all that is recorded, found it the same, and had nothing to say."""
    return (
        state is not None
        and not result.diagnostics
        and all(
            change.operation is Operation.SAME and not change.former for change in result.changes
        )
        and sorted(change.urn for change in result.changes)
        == sorted(resource.urn for resource in state.resources)
        and result.outputs == state.outputs
    )


def _inputs(
    stack: EngineStack, place: TargetEnvironment, state: str, facts: Callable[[], Any]
) -> str | None:
    """Digest of all that a preview follows from; None where that cannot be told."""
    session, target = stack.session, place.target
    known: dict[str, Any] = {
        "form": _FORM,
        "installation": _installation(),
        "engine": [str(session.engine.path), session.engine.version, stamp([session.engine.path])],
        "stack": [session.place.backend.url, session.place.project, session.place.stack],
        "passphrase": stamp([_passphrase(session.place)]),
        "state": state,
        "config": dict(session.config),
        "home": str(session.home),
        "provider": [SDK_VERSION, place.served_by],
        "target": [place.kind, place.region, place.label, target.endpoint, target.profile],
        "role": [target.role_arn, target.external_id],
        "environment": _telling(place.environment, served=bool(place.served_by)),
    }
    try:
        known["account"] = place.session.account_id if place.kind == "aws" else ""
        text = json.dumps(plain_form({**known, "facts": facts()}), ensure_ascii=False)
    except (TypeError, AwsError):  # which the engine comes to as well
        return None
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _installation() -> list[str]:
    """This Python with its packages, and every file of ours: in a checkout they change at will."""
    package = Path(tablewright.__file__).parent
    packages = sysconfig.get_paths()["purelib"]
    installed = str(Path(packages).stat().st_mtime_ns) if Path(packages).is_dir() else ""
    return [sys.version, sys.prefix, installed, stamp([package])]


def _telling(environment: Mapping[str, str], *, served: bool) -> dict[str, str]:
    """The variables that decide what a provider does; its host's is another one in each run."""
    return {
        name: value
        for name, value in sorted(environment.items())
        if name.startswith(_VARIABLES)
        and not any(word in name for word in _PRIVATE)
        and (served or name != "TABLEWRIGHT_PROVIDER_HOST")
    }


def _passphrase(place: StackPlace) -> Path:
    own = place.own_folder
    assert own  # noqa: S101 - its state is settled
    return own / "passphrase"


def _file(place: StackPlace) -> Path:
    return state_folder(os.environ) / "unchanged" / f"{place.digest}.json"


def _kept(place: StackPlace) -> Unchanged | None:
    with suppress(OSError, ValueError, TypeError):
        kept = Unchanged(**json.loads(_file(place).read_text("utf-8")))
        if datetime.fromisoformat(kept.moment).tzinfo and kept.inputs and kept.state:
            return kept
    return None


def _keep(place: StackPlace, unchanged: Unchanged) -> None:
    """Keep it, and the newest of others; that this can be done is not needed."""
    file = _file(place)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(asdict(unchanged)).encode(), private=True)
        others = sorted(file.parent.glob("*.json"), key=lambda other: other.stat().st_mtime_ns)
        for old in others[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)
