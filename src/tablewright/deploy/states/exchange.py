"""States that are brought from elsewhere, held against what is recorded. Pure.

What is brought is of this very stack, whole, and forgets nothing that nobody named.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tablewright.deploy.preconditions.accounts import recorded_accounts
from tablewright.engine import StackPlace, State, StateResource
from tablewright.engine.state.checkpoint import UnknownVersionError, read_checkpoint
from tablewright.errors import RefusedError, UsageError
from tablewright.pulumi_values import SECRET_SIGNATURE, urn_stack
from tablewright.resource_kinds import identify

from .listing import is_live, physical_name, word_of

MARK: Final = "tablewright"
"""Member of an export beside the engine's own: where the state is from."""

_AROUND: Final = ("version", "features")

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Brought:
    """A state that is to be recorded.

    Args:
        exported: as the engine exports it.
        state: the same as values.
        origin: what our own export says of where it is from.
    """

    exported: Document
    state: State
    origin: Mapping[str, Any]

    @property
    def holds_secrets(self) -> bool:
        """Whether there is anything in it that a passphrase opens."""
        return SECRET_SIGNATURE in json.dumps(self.exported["deployment"])


@dataclass(frozen=True, slots=True)
class Differences:
    """What an import makes of what is recorded, by kind and name.

    Args:
        added: recorded only by what is brought.
        dropped: recorded only here.
    """

    added: tuple[str, ...]
    dropped: tuple[str, ...]


def marked(exported: Document, place: StackPlace, target: str, world: str | None) -> Document:
    """An export that says where it is from."""
    origin = {"stack": f"{place.project}/{place.stack}", "target": target, "world": world}
    return {**exported, MARK: origin}


def read_brought(text: str, name: str) -> Brought:
    """Read an export, of ours or of the engine, or a state's file.

    Args:
        text: of the file.
        name: of the file, for messages.

    Raises:
        UsageError: it is no state that can be understood.
    """
    remedy = "give what `state export` or `pulumi stack export` has written"
    try:
        document = json.loads(text)
        exported = _exported(document)
        state = read_checkpoint(exported)
    except UnknownVersionError as error:
        raise UsageError(f"{name} is a state of the later version {error}", remedy) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is damaged, or no state: {error}", remedy) from error
    origin = document.get(MARK)
    return Brought(exported, state, origin if isinstance(origin, dict) else {})


def _exported(document: Any) -> Document:
    """What the engine exports, of an export or of a state's file.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(document, dict):
        checkpoint = document.get("checkpoint")
        latest = checkpoint.get("latest") if isinstance(checkpoint, dict) else None
        deployment = document.get("deployment", latest)
        if isinstance(deployment, dict):
            around = {name: document[name] for name in _AROUND if name in document}
            return {**around, "deployment": deployment}
    raise ValueError("there is no deployment in it")


def refuse_foreign(brought: Brought, place: StackPlace, target: str, world: str | None) -> None:
    """Refuse the state of another stack, or of another target.

    Raises:
        RefusedError: it is.
    """
    here = f"{place.project}/{place.stack}"
    resources = (*brought.state.resources, *(step.resource for step in brought.state.pending))
    others = sorted({urn_stack(resource.urn) for resource in resources} - {here})
    if others:
        raise RefusedError(
            f"the state is of the stack {', '.join(others)}, not of {here}; nothing was changed",
            "give the manifests and the --environment or --stack that it is of",
        )
    origin = brought.origin
    if origin.get("target", target) != target or origin.get("world", world) != world:
        raise RefusedError(
            f"the state records what {_where(origin)} has, not what this target has; nothing was "
            "changed",
            "give the --target, and the --sandbox, that it is of",
        )


def _where(origin: Mapping[str, Any]) -> str:
    return "AWS" if origin.get("target") == "aws" else "another sandbox"


def refuse_other_account(before: State, after: State) -> None:
    """Refuse the state of a stack of the same name in another account.

    Raises:
        RefusedError: none of what it records is where what is recorded is.
    """
    here, there = recorded_accounts(before.resources), recorded_accounts(after.resources)
    if here and there and not here & there:
        raise RefusedError(
            f"the state is of account {', '.join(sorted(there))}, and what is recorded is in "
            f"account {', '.join(sorted(here))}; nothing was changed",
            "give the --backend that has the stack of that account",
        )


def differences(before: State, after: State, region: str) -> Differences:
    """What an import adds and drops, known by what it is in AWS."""
    old, new = _things(before.resources, region), _things(after.resources, region)
    return Differences(
        added=tuple(_called(resource) for thing, resource in new.items() if thing not in old),
        dropped=tuple(_called(resource) for thing, resource in old.items() if thing not in new),
    )


def refuse_drops(difference: Differences, allowed: Collection[str]) -> None:
    """Refuse to forget what nobody named.

    Args:
        difference: what an import makes.
        allowed: names of what may be forgotten, in AWS.

    Raises:
        RefusedError: something else would be.
        UsageError: a name means nothing that would be.
    """
    names = {_name(called) for called in difference.dropped}
    if unknown := sorted(set(allowed) - names):
        raise UsageError(
            f"--allow-drop {unknown[0]}: nothing of that name would be forgotten",
            f"remove --allow-drop {unknown[0]}",
        )
    refused = [called for called in difference.dropped if _name(called) not in allowed]
    if refused:
        flags = " ".join(f"--allow-drop {_name(called)}" for called in refused)
        raise RefusedError(
            f"the import would forget {', '.join(refused)}, which nothing would know of any more; "
            "nothing was changed",
            f"import a later export, or allow it with {flags}",
        )


def _name(called: str) -> str:
    return called.rpartition(" ")[2]


def _things(resources: Iterable[StateResource], region: str) -> dict[Hashable, StateResource]:
    return {
        (resource.type, identify(resource.type, resource.inputs, region) or resource.id): resource
        for resource in resources
        if is_live(resource) and resource.holds
    }


def _called(resource: StateResource) -> str:
    return f"{word_of(resource)} {physical_name(resource)}"


def sealed_as(brought: Brought, recorded: Sequence[Mapping[str, Any]]) -> Document:
    """A state that holds no secrets, under the key of this stack: the first of `recorded`, if any.

    What a passphrase is kept of stands in the state even where there is nothing to open.
    """
    deployment = {
        name: value
        for name, value in brought.exported["deployment"].items()
        if name != "secrets_providers"
    }
    own = {"secrets_providers": recorded[0]} if recorded else {}
    return {**brought.exported, "deployment": {**deployment, **own}}
