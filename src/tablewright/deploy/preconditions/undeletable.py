"""What AWS would refuse to delete, found out before the first call of a run that deletes.

A refusal in the middle leaves half a stack: alarms and roles of a table go before the table does.
A missing permission cannot be known beforehand; it shows when the call is made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from tablewright.aws.session import Session
from tablewright.errors import RefusedError, listed
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.holds import denies, holds_on, read_policy, read_protection
from tablewright.fleet.reading import Unread, try_read
from tablewright.fleet.scaling_holds import parts_of_target
from tablewright.resource_kinds.types import (
    ATTACHMENT,
    REPLICA,
    RESOURCE_POLICY,
    ROLE,
    ROLE_POLICY,
    SCALING_POLICY,
    SCHEDULE,
    TABLE,
    TARGET,
)

from .deletions import Deletion

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a deletion would be refused, and what makes it possible."""

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Words:
    """How a remedy speaks of the manifest.

    Args:
        protection: what the manifest calls the protection of a table.
        declared: names of the tables that it declares.
        then: what to do once the protection is off.
    """

    protection: str
    declared: frozenset[str]
    then: str


def refuse_undeletable(
    doomed: Collection[Deletion],
    words: Words,
    session: Session,
    known: Collection[Obstacle] = (),
) -> None:
    """Ask AWS about what is to be deleted.

    Args:
        doomed: all that the run would delete.
        words: of the remedies.
        session: of the target.
        known: what is known to be in the way without asking.

    Raises:
        RefusedError: some of it could not be deleted; every reason is named.
    """
    look = _Look(tuple(doomed), words, session)
    judged = map_concurrently(range(len(doomed)), look.obstacles)
    asked = [obstacle for obstacles in judged.values() for obstacle in obstacles]
    obstacles_found = [*known, *asked]
    if not obstacles_found:
        return
    first, *others = obstacles_found
    if not others:
        raise RefusedError(f"nothing was done, because {first.reason}", first.remedy)
    reasons = listed((fault.reason, fault.remedy) for fault in obstacles_found)
    raise RefusedError(
        f"nothing was done, because {len(obstacles_found)} deletions would be refused:\n{reasons}",
        "do what each of them needs, then run the same command again",
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """All that goes together, and whom to ask about it."""

    doomed: tuple[Deletion, ...]
    words: Words
    session: Session

    def obstacles(self, place: int) -> tuple[Obstacle, ...]:
        """What is in the way of one of them."""
        kinds: Mapping[str, Callable[[Deletion], Iterator[Obstacle]]] = {
            TABLE: self._of_table,
            REPLICA: self._of_replica,
            ROLE: self._of_role,
            TARGET: self._of_target,
        }
        deletion = self.doomed[place]
        return tuple(kinds[deletion.type](deletion)) if deletion.type in kinds else ()

    def _of_table(self, table: Deletion) -> Iterator[Obstacle]:
        name, home = table.id, table.region or self.session.region
        live = _known(partial(read_protection, self.session, name, home))
        if live is None:
            return
        if live.protected:
            yield Obstacle(f"table {name} is protected against deletion", self._unprotect(name))
        own = set(self._regions(table))
        for region in live.replicas:
            if region not in own:
                yield _foreign_replica(name, home, region)
        for replica in _replicas(table):
            yield from self._protected_replica(name, replica["regionName"])
        yield from self._denied(table, live.arn)

    def _of_replica(self, replica: Deletion) -> Iterator[Obstacle]:
        if replica.region is not None:
            yield from self._protected_replica(replica.id.partition(":")[0], replica.region)

    def _protected_replica(self, name: str, region: str) -> Iterator[Obstacle]:
        live = _known(partial(read_protection, self.session, name, region))
        if live is not None and live.protected:
            yield Obstacle(
                f"the replica of table {name} in {region} is protected against deletion",
                f"set `deletionProtection: false` for the replica in {region}, run "
                f"`tablewright up PATH --refresh`, {self.words.then}",
            )

    def _unprotect(self, name: str) -> str:
        again = "" if name in self.words.declared else "declare it again as it was, "
        return (
            f"{again}set `{self.words.protection}: false` for table {name}, run "
            f"`tablewright up PATH --refresh`, {self.words.then}"
        )

    def _regions(self, table: Deletion) -> Iterator[str]:
        """Regions of the replicas that go before the table does."""
        for replica in _replicas(table):
            yield replica["regionName"]
        for other in self.doomed:
            if other.type == REPLICA and other.id.partition(":")[0] == table.id and other.region:
                yield other.region

    def _denied(self, table: Deletion, arn: str) -> Iterator[Obstacle]:
        """A policy of the stack itself goes before its table, so it must let itself be deleted."""
        own = any(other.type == RESOURCE_POLICY and other.id == arn for other in self.doomed)
        action = "dynamodb:DeleteResourcePolicy" if own else "dynamodb:DeleteTable"
        policy = _known(partial(read_policy, self.session, arn, table.region))
        if policy is not None and denies(policy, action, self.session.account_id):
            region = table.region or self.session.region
            yield Obstacle(
                f"the resource policy of table {table.id} denies {action} to everybody here",
                "change it by hand: `aws dynamodb put-resource-policy "
                f"--region {region} --resource-arn {arn} --policy file://POLICY`",
            )

    def _of_role(self, role: Deletion) -> Iterator[Obstacle]:
        """IAM deletes no role that something hangs on; what the stack hung there goes first."""
        own = {other.id for other in self.doomed if other.type in {ROLE_POLICY, ATTACHMENT}}
        inputs = role.inputs
        own |= {f"{role.id}:{policy.get('name')}" for policy in inputs.get("inlinePolicies") or ()}
        own |= {f"{role.id}/{arn}" for arn in inputs.get("managedPolicyArns") or ()}
        for hold in _known(partial(holds_on, self.session, role.id)) or ():
            forced = hold.is_policy and inputs.get("forceDetachPolicies")
            if hold.id not in own and not forced:
                yield Obstacle(f"role {role.id} {hold.words}", f"remove it: `{hold.release}`")

    def _of_target(self, target: Deletion) -> Iterator[Obstacle]:
        """AWS would delete what others have hung on it; with a table that goes, it is no use."""
        resource, dimension = (
            str(target.inputs.get(name) or "") for name in ("resourceId", "scalableDimension")
        )
        region = target.region or self.session.region
        table = resource.removeprefix("table/").partition("/")[0]
        going = {
            (other.type, other.id, other.region or self.session.region) for other in self.doomed
        }
        if not dimension.startswith("dynamodb:") or (TABLE, table, region) in going:
            return
        own = {
            tuple(other.inputs.get(name) for name in ("resourceId", "scalableDimension", "name"))
            for other in self.doomed
            if other.type in {SCALING_POLICY, SCHEDULE}
        }
        read = partial(parts_of_target, self.session, resource, dimension, region)
        for part in _known(read) or ():
            if (resource, dimension, part.name) not in own:
                yield Obstacle(
                    f"AWS would delete the {part.words} with the scalable target {resource} "
                    f"({dimension}), and this stack does not have it",
                    f"declare it, or remove it: `{part.release}`",
                )


def _foreign_replica(name: str, home: str, region: str) -> Obstacle:
    return Obstacle(
        f"table {name} has a replica in {region} that is not recorded in this stack",
        f"remove it: `aws dynamodb update-table --region {home} --table-name {name} "
        f"--replica-updates Delete={{RegionName={region}}}`, or declare it and run "
        "`tablewright up PATH --refresh`",
    )


def _replicas(table: Deletion) -> Collection[Mapping[str, Any]]:
    """Replicas that are declared in the table's own block."""
    return table.outputs.get("replicas") or ()


def _known(read: Callable[[], Value]) -> Value | None:
    """What could be read; what could not shows in the deletion itself."""
    answer = try_read(read)
    return None if isinstance(answer, Unread) else answer
