"""The outputs of a stack as parameters of AWS Systems Manager: which, and what they would change.

A parameter is the stack's own if it carries its owner's tag. One of that name that exists and is
not its own is never written over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.engine import SECRET
from tablewright.errors import RefusedError, UsageError
from tablewright.plan.owner import OWNER_TAG

Action = Literal["create", "update", "keep", "refuse", "skip"]

LONGEST_VALUE: Final = 4096
"""Characters in the standard tier (AWS General Reference, Systems Manager quotas)."""
_PREFIX: Final = re.compile(r"(/[A-Za-z0-9_.-]+)+")
_RESERVED: Final = re.compile(r"/(aws|ssm)", re.IGNORECASE)
"""How no name may begin (Systems Manager User Guide, "Parameter name requirements")."""
_AT_ONCE: Final = 10
"""Names that GetParameters takes."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as it is to be; a list is a `StringList`."""

    name: str
    value: str
    type: str = "String"


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """What becomes of a parameter, and why it is refused or left out."""

    parameter: Parameter
    action: Action
    why: str = ""


def parameters(prefix: str, outputs: Mapping[str, Any]) -> list[Parameter]:
    """One for each text and list among the outputs; what is null has none.

    Raises:
        UsageError: the prefix cannot begin the name of a parameter.
    """
    if not _PREFIX.fullmatch(prefix) or _RESERVED.match(prefix):
        raise UsageError(
            f"{prefix} cannot begin the names of parameters",
            "give one such as /shop/dev: letters, digits, `_`, `.`, `-` and `/`, not /aws or /ssm",
        )
    return [*_flat(prefix, outputs)]


def _flat(name: str, value: Any) -> Iterator[Parameter]:
    match value:
        case Mapping():
            for key, element in value.items():
                yield from _flat(f"{name}/{key}", element)
        case list():
            texts = [str(element) for element in value if element is not None]
            if texts:
                yield Parameter(name, ",".join(texts), "StringList")
        case None | "":
            return
        case _:
            yield Parameter(name, str(value))


class ParameterStore:
    """The parameters of one account and region."""

    def __init__(self, session: Session, region: str) -> None:
        self._client = session.client("ssm", region)

    def plan(self, wanted: Iterable[Parameter], owner: str) -> list[ParameterChange]:
        """What writing them would change.

        Args:
            wanted: the parameters.
            owner: how the stack is called in the tag of ownership.
        """
        named = {parameter.name: parameter for parameter in wanted}
        live = self._live([*named])
        return [self._change(parameter, live.get(name), owner) for name, parameter in named.items()]

    def write(self, changes: Iterable[ParameterChange], owner: str) -> None:
        """Create and update what was planned.

        Raises:
            RefusedError: somebody else has made one of them since; it is as it was.
        """
        for change in changes:
            name = change.parameter.name
            sent = {"Name": name, "Value": change.parameter.value, "Type": change.parameter.type}
            with translated(f"write the parameter {name}"):
                if change.action == "update":
                    self._update(sent, owner)
                elif change.action == "create":
                    self._create(sent, owner)

    def _update(self, sent: Mapping[str, str], owner: str) -> None:
        """Write over what is still the stack's: somebody may have thought before saying yes."""
        if self._owner(sent["Name"]) != owner:
            raise _made_meanwhile(sent["Name"])
        self._client.put_parameter(**sent, Overwrite=True)

    def _create(self, sent: Mapping[str, str], owner: str) -> None:
        try:
            self._client.put_parameter(**sent, Tags=[{"Key": OWNER_TAG, "Value": owner}])
        except self._client.exceptions.ParameterAlreadyExists as error:
            raise _made_meanwhile(sent["Name"]) from error

    def _live(self, names: list[str]) -> dict[str, Parameter]:
        live = {}
        for start in range(0, len(names), _AT_ONCE):
            with translated("read the parameters"):
                reply = self._client.get_parameters(Names=names[start : start + _AT_ONCE])
            for live_parameter in reply["Parameters"]:
                live[live_parameter["Name"]] = Parameter(
                    live_parameter["Name"], live_parameter["Value"], live_parameter["Type"]
                )
        return live

    def _change(self, wanted: Parameter, live: Parameter | None, owner: str) -> ParameterChange:
        if wanted.value == SECRET:
            return ParameterChange(wanted, "skip", "it is a secret")
        if len(wanted.value) > LONGEST_VALUE:
            length = f"{len(wanted.value):,}"
            why = f"it has {length} characters, and a parameter takes {LONGEST_VALUE:,}"
            return ParameterChange(wanted, "skip", why)
        if live is None:
            return ParameterChange(wanted, "create")
        has = self._owner(wanted.name)
        if has != owner:
            whose = f"it belongs to the stack {has}" if has else "no stack of tablewright made it"
            return ParameterChange(wanted, "refuse", whose)
        if live.type != wanted.type:
            why = f"it is a {live.type}, and AWS changes no type"
            return ParameterChange(wanted, "refuse", why)
        return ParameterChange(wanted, "keep" if live == wanted else "update")

    def _owner(self, name: str) -> str | None:
        with translated(f"read the tags of the parameter {name}"):
            reply = self._client.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)
        tags = {tag["Key"]: tag["Value"] for tag in reply["TagList"]}
        return tags.get(OWNER_TAG)


def _made_meanwhile(name: str) -> RefusedError:
    return RefusedError(
        f"the parameter {name} was made by somebody else meanwhile",
        "run the same command again to see what it is",
    )


def refuse_taken(changes: Iterable[ParameterChange]) -> None:
    """Refuse to write where one of them is another's: nothing is written then.

    Raises:
        RefusedError: one is.
    """
    refused = [change for change in changes if change.action == "refuse"]
    if refused:
        raise RefusedError(
            "; ".join(
                f"the parameter {change.parameter.name} exists: {change.why}" for change in refused
            )
            + "; nothing was written",
            "choose another prefix, or delete the parameter if nobody needs it",
        )
