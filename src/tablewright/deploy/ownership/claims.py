"""The claims of one run: won before it imports, given back if it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tablewright.engine import RunResult, StateResource
from tablewright.errors import TablewrightError
from tablewright.plan.owner import OWNER_TAG

from .ledger import OwnershipLedger
from .live_tags import LiveTags
from .owner_check import imported, subjects_of

if TYPE_CHECKING:
    from tablewright.aws.session import Session

    from .live_tags import TaggedResource


class Claims:
    """What a run claims.

    Args:
        claimant: gives who claims, which is kept beside the state.
        region: the stack's.
        session: gives the clients, which nothing needs that imports nothing.
    """

    def __init__(
        self, claimant: Callable[[], OwnershipLedger], region: str, session: Callable[[], Session]
    ) -> None:
        self._claimant, self._region, self._session = claimant, region, session
        self._won: list[TaggedResource] = []

    def win(self, planned: RunResult) -> None:
        """Claim all that a run is to import.

        Raises:
            RefusedError: another stack has one, or was quicker; nothing is claimed then.
        """
        if wanted := imported(planned.changes, self._region):
            self._won = self._claimant().claim(wanted, LiveTags(self._session()))

    @contextmanager
    def kept_if_recorded(self, resources: Callable[[], Sequence[StateResource]]) -> Iterator[None]:
        """Around the run: if it fails, what it has claimed and not recorded is nobody's again."""
        try:
            yield
        except TablewrightError:
            if self._won:
                with suppress(TablewrightError):  # the failure itself is what must be told
                    self._give_back(resources())
            raise

    def _give_back(self, resources: Sequence[StateResource]) -> None:
        recorded = set(subjects_of(resources, self._region))
        free = [subject for subject in self._won if subject not in recorded]
        LiveTags(self._session()).remove(free, [OWNER_TAG])
