"""Looking for drift: the state and AWS are read, and nothing is changed, the state included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tablewright.aws.session import Session
from tablewright.deploy.deployment import Deployment
from tablewright.deploy.ownership.remade import find_remade
from tablewright.deploy.ownership.resource_identity import Looker
from tablewright.deploy.preconditions.accounts import refuse_other_account
from tablewright.engine import StateResource
from tablewright.errors import AwsError
from tablewright.fleet.change_log import ChangeLog
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.fleet.stack import LiveStack, read_stack
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.resource_kinds import KINDS, displayed_name

from .authors import author_of
from .comparison import Remade, compare
from .drifted import Drifted, DriftKind, DriftReport
from .recorded_stack import recorded_stack

MOST_ASKED = 50
"""Resources of which CloudTrail is asked, at two calls a second."""
_BY_SOMEBODY = frozenset({DriftKind.CHANGED, DriftKind.DELETED, DriftKind.REMADE})


@dataclass(frozen=True, slots=True)
class Seen:
    """What is recorded and what is live of a stack, and what of it was made again."""

    owner: str
    recorded: LiveStack
    live: LiveStack
    remade: tuple[Remade, ...] = ()
    unread: tuple[Drifted, ...] = ()

    def compared(self, declared: DeclaredStack) -> DriftReport:
        """All in which a declaration, the record and the live stack differ."""
        report = compare(self.owner, declared, self.recorded, self.live, self.remade)
        return replace(report, fields=(*report.fields, *self.unread))


def see(deployment: Deployment) -> Seen:
    """Read the state and AWS.

    Raises:
        RefusedError: the credentials are of another account than the stack.
        CredentialsError, EndpointError: AWS could not be asked at all.
    """
    declared, session = deployment.declared, deployment.place.session
    resources = deployment.stack.resources()
    refuse_other_account(resources, session)
    live = read_stack(session, declared)
    remade, unread = _remade(resources, deployment)
    recorded = recorded_stack(resources, live)
    return Seen(deployment.owner, recorded, live, tuple(remade), tuple(unread))


def look(deployment: Deployment) -> DriftReport:
    """Compare what is declared, recorded and live of a stack, and ask who made the changes.

    Raises:
        RefusedError: the credentials are of another account than the stack.
        CredentialsError, EndpointError: AWS could not be asked at all.
    """
    report = see(deployment).compared(deployment.declared)
    return with_authors(report, deployment.place.session)


def unread(owner: str, declared: DeclaredStack, error: AwsError) -> DriftReport:
    """The report of a stack whose account or region could not be asked at all."""
    field = _unread(owner, "everything", error)
    return DriftReport(owner, declared.region, declared.account or "", (field,), 0)


def _unread(owner: str, fact: str, error: AwsError) -> Drifted:
    return Drifted(
        "",
        "stack",
        owner,
        fact,
        DriftKind.UNREAD,
        None,
        None,
        None,
        fix=error.next_step,
        reason=error.message,
    )


def _remade(
    resources: Sequence[StateResource], deployment: Deployment
) -> tuple[list[Remade], list[Drifted]]:
    """What was made again; where AWS does not tell, that it is unread."""
    try:
        resources_remade = find_remade(resources, Looker(deployment.place))
    except AwsError as error:
        return [], [_unread(deployment.owner, "creation", error)]
    return [
        Remade(KINDS[resource.type].word, displayed_name(resource.outputs, resource.name))
        for resource in resources_remade
    ], []


def with_authors(report: DriftReport, session: Session) -> DriftReport:
    """The report with who changed what, as far as CloudTrail answers."""
    log = ChangeLog(session, report.region, rate_limiter_for(session))
    subjects = [
        (field.resource, field.subject) for field in report.fields if field.kind in _BY_SOMEBODY
    ]
    asked = list(dict.fromkeys(subjects))[:MOST_ASKED]
    changes = map_concurrently(asked, lambda subject: log.of(*subject))
    fields = tuple(
        replace(field, author=author_of(field, changes.get((field.resource, field.subject), ())))
        if field.kind in _BY_SOMEBODY
        else field
        for field in report.fields
    )
    return replace(report, fields=fields)
