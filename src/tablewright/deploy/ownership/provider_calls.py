"""The provider's own reading and deletion of one live resource, outside a run of the engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event
from typing import Any, cast

from tablewright.aws.session import Session
from tablewright.errors import NotFoundError
from tablewright.provider import going_on
from tablewright.provider.catalogue import RESOURCES
from tablewright.provider.clients import CallerIdentity, Clients
from tablewright.provider.configuration import Configuration
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.import_ids import located
from tablewright.provider.resources.outside import (
    can_be_written_over,
    is_edited,
    is_known_by_contents,
    written_over,
)
from tablewright.provider.resources.resource import Bag, Live, Recorded

_SECONDS = 120.0


class ProviderCalls:
    """What the provider does with a resource, for a session and a region.

    Args:
        session: gives the clients.
        region: the stack's.
    """

    def __init__(self, session: Session, region: str) -> None:
        self._session = session
        self._configuration = Configuration({"region": region})

    def read(self, type_: str, id_: str, inputs: Mapping[str, Any]) -> Live | None:
        """The live resource, read by the provider; None if there is none.

        Raises:
            AwsError: AWS does not tell.
        """
        kind = RESOURCES[type_]
        identifier, region = located(kind, id_)
        recorded = {**inputs, **region}
        try:
            return kind.read(self._run(kind.subject(identifier, recorded)), identifier, recorded)
        except NotFoundError:
            return None

    def find(self, type_: str, inputs: Mapping[str, Any]) -> str | None:
        """How AWS calls a live resource that these inputs mean, where it gives the name itself."""
        kind = RESOURCES[type_]
        return kind.find(self._run(kind.subject("", inputs)), inputs)

    def evidence(self, type_: str, id_: str, outputs: Mapping[str, Any]) -> Bag | None:
        """What tells whose a live resource is, and which; None if it does not live."""
        kind = RESOURCES[type_]
        return kind.evidence(self._run(kind.subject(id_, outputs)), id_, outputs)

    def remove(self, type_: str, id_: str, inputs: Mapping[str, Any]) -> None:
        """Delete the live resource, as the provider does it.

        Raises:
            TablewrightError: AWS refuses, or does not tell.
        """
        live, kind = self.read(type_, id_, inputs), RESOURCES[type_]
        if live is None:
            return
        outputs = {**inputs, **live.outputs}
        run = self._run(kind.subject(live.identifier, outputs), kind.seconds("delete", inputs))
        going_on.remove(kind, run, Recorded(live.identifier, outputs, inputs))

    def born(self, type_: str, live: Live) -> datetime | None:
        """When it was made, as far as AWS tells."""
        return RESOURCES[type_].born(self._run(live.identifier), live)

    def differs(self, type_: str, inputs: Mapping[str, Any], live: Live) -> bool:
        """Whether a live resource is another than inputs would make."""
        kind = RESOURCES[type_]
        recorded = Recorded(live.identifier, kind.settle(live.outputs, inputs, {}), inputs, inputs)
        return bool(kind.diff(recorded, self._configuration))

    def is_edited(self, type_: str, recorded: Recorded, live: Live) -> bool:
        """Whether a live resource is not what is on record; see `outside`."""
        return is_edited(RESOURCES[type_], live, recorded, self._configuration)

    def written_over(
        self, type_: str, recorded: Recorded, shown: Collection[str] | None
    ) -> list[str]:
        """The inputs of others that an update would write over; see `outside`.

        Args:
            type_: of the resource.
            recorded: what is on record, and what is wanted.
            shown: inputs that differ in the preview, where others may be ignored; of a part all are
                written.
        """
        kind = RESOURCES[type_]
        if not can_be_written_over(kind, recorded.outputs):
            return []
        live = self.read(type_, recorded.identifier, recorded.outputs)
        if shown is not None and not is_known_by_contents(kind, recorded.outputs):
            recorded = replace(recorded, ignored=tuple(kind.shape.keys() - {*shown}))
        return written_over(kind, live, recorded, self._configuration) if live else []

    def _run(self, subject: str, seconds: float = _SECONDS) -> OperationContext:
        clients = cast(Clients, _Clients(self._session))
        return OperationContext(subject, clients, self._configuration, Event(), seconds)


@dataclass(frozen=True, slots=True)
class _Clients:
    """The clients of a session as a request of the provider wants them."""

    session: Session

    def __call__(self, service: str, region: str) -> Any:
        return self.session.client(service, region)

    def identity(self) -> CallerIdentity:
        """Whose credentials they are."""
        return CallerIdentity(self.session.account_id, "", "")
