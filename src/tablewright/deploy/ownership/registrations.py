"""What a program of a user's own registers, looked at where its preview could not tell.

Two things are asked of each registration:

* Whether its provider is in the stack's account. Whose things are, and what exists, is asked with
  the stack's credentials (ADR 0045); what a provider makes in another account would be looked for
  in the wrong one, and be written over or refused there for what lives here.
* Whether it would write over something whose name the preview did not know: an output of another
  resource, or a secret. All others were looked for before the run (`overwriting`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from tablewright.engine import UNKNOWN, Operation, Registration, ResourceChange, StateResource
from tablewright.errors import RefusedError
from tablewright.provider.configuration import read_configuration
from tablewright.pulumi_values import AWS_PROVIDER_TYPE, urn_name
from tablewright.resource_kinds import KINDS, Identity, identify, parent_of

from .overwriting import refuse_creation, unnamed
from .resource_identity import Looker
from .stack_identity import StackIdentity

if TYPE_CHECKING:
    from tablewright.deploy.target_environment import TargetEnvironment

_CREDENTIALS: Final = frozenset(
    {
        "accessKey",
        "assumeRoleWithWebIdentity",
        "assumeRoles",
        "profile",
        "secretKey",
        "sharedConfigFiles",
        "sharedCredentialsFiles",
        "token",
    }
)
"""Inputs of a provider that say as whom it acts."""


class Registrations:
    """The registrations of one stack's program, run after run.

    Args:
        place: where the stack goes.
        stack: as it is called in the tag of ownership.
        recorded: answers what is on record.
    """

    def __init__(
        self,
        place: TargetEnvironment,
        stack: StackIdentity,
        recorded: Callable[[], Sequence[StateResource]],
    ) -> None:
        self._place, self._stack, self._recorded = place, stack, recorded
        self._unnamed: Mapping[str, ResourceChange] = {}
        self._new: set[str] = set()
        self._known: set[Identity | None] = set()
        self._made: set[Identity | None] = set()

    def expect(self, changes: Sequence[ResourceChange]) -> None:
        """Take a preview: what it could not look for is looked for in the run itself."""
        region = self._place.region
        self._unnamed = {change.urn: change for change in unnamed(changes, region)}
        self._new = {change.urn for change in changes if change.operation is Operation.CREATE}
        self._made, self._known = set(), set()
        if self._unnamed:
            records = self._recorded()
            self._known = {identify(record.type, record.inputs, region) for record in records}

    def __call__(self, met: Registration, *, kept: bool, for_real: bool) -> None:
        """Look at a registration; see `engine.run.vetting.Vet`.

        Raises:
            RefusedError: its provider is in another account, or it would write over another's.
            InputError: it would write over what exists.
            AwsError: AWS does not tell.
        """
        if met.type == AWS_PROVIDER_TYPE:
            self._refuse_other_account(met)
        elif for_real and self._unnamed and met.type in KINDS:
            self._refuse_overwriting(met, kept=kept)

    def _refuse_other_account(self, met: Registration) -> None:
        given = {name: met.inputs[name] for name in met.inputs if met.inputs[name] is not None}
        enters = _CREDENTIALS & {*given}
        if not enters and not self._place.config.get("aws:assumeRoles"):
            return
        if any(given[name] == UNKNOWN for name in enters):
            return  # known, and looked at, when it is registered for real
        account = self._account_of({name: given[name] for name in given if given[name] != UNKNOWN})
        own = self._place.session.account_id
        if account in {None, own}:
            return
        raise RefusedError(
            f"the provider {urn_name(met.urn)} enters account {account}, and the stack is in "
            f"account {own}: what exists there would be looked for here; nothing there was touched",
            f"declare what is in account {account} in a stack of its own, or give the provider "
            f"credentials of account {own}",
        )

    def _account_of(self, inputs: Mapping[str, Any]) -> str | None:
        """The account of a provider; None if its inputs are wrong, which the provider will tell."""
        from tablewright.provider.clients import ClientPool  # noqa: PLC0415 - loads botocore

        environment = self._place.environment
        configuration, failures = read_configuration(inputs, environment)
        if failures:
            return None
        return ClientPool().clients(configuration, environment).identity().account

    def _refuse_overwriting(self, met: Registration, *, kept: bool) -> None:
        region, planned = self._place.region, self._unnamed.get(met.urn)
        inputs = _checked(met, planned)
        identity, parent = (
            identify(met.type, inputs, region),
            parent_of(met.type, inputs, region),
        )
        with_its_parent = parent is not None and parent in self._made
        recorded = identity is not None and identity in self._known
        if planned and not (kept or recorded or with_its_parent):
            refuse_creation(planned, inputs, Looker(self._place), self._stack)
        if met.urn in self._new and not kept:
            self._made.add(identity)


def _checked(met: Registration, planned: ResourceChange | None) -> Mapping[str, Any]:
    """The inputs, with a name and a region where the provider fills them in."""
    given = {name: value for name in met.inputs if (value := met.inputs[name]) is not None}
    return {**((planned.new_inputs if planned else None) or {}), **given}
