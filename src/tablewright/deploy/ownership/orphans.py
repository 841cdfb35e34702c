"""What exists of a stack beside its state: asked for before a stack counts as gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tablewright.aws.session import Session
from tablewright.errors import UnreadError
from tablewright.fleet.alarms import existing_alarms
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.plan.owner import owner_of
from tablewright.resource_kinds.types import ALARM, ROLE, TABLE

from .live_tags import LiveTags, TaggedResource


def refuse_orphans(
    declared: DeclaredStack, owner: str, unknown: Mapping[str, str], session: Session
) -> None:
    """Say what is left of a stack of which everything that is recorded is deleted.

    Args:
        declared: the stack.
        owner: how it is called in the tag of ownership.
        unknown: what a killed run had begun and nobody can know, by name, with words on why.
        session: of the target.

    Raises:
        UnreadError: something exists that carries the stack's tag, or may exist.
    """
    tags_of = LiveTags(session).read(_present(declared, session))
    left = [str(subject) for subject, tags in sorted(tags_of.items()) if owner_of(tags) == owner]
    left += [
        f"{name} (perhaps: {why})" if why else f"{name} (perhaps)" for name, why in unknown.items()
    ]
    if left:
        raise UnreadError(
            f"what {owner} had on record is deleted, but there is more that carries its tag and is "
            f"not in its state: {', '.join(left)}",
            "add `adopt: true` to each, then run `tablewright up PATH` and `tablewright destroy "
            "PATH`; if it is in the state of another place, name that with --backend; what a "
            "program of your own declares takes `import_` in its options in place of `adopt`",
        )


def _present(declared: DeclaredStack, session: Session) -> Iterator[TaggedResource]:
    """What is declared and may exist: of alarms, a hundred at once tell whether they do."""
    region = declared.region
    for table in declared.tables:
        yield TaggedResource(TABLE, table.table.name, region)
        yield from (TaggedResource(ROLE, role.name, region) for role in table.roles)
    names = [alarm.name for alarm in declared.all_alarms]
    for name in sorted(existing_alarms(session, names, region, rate_limiter_for(session))):
        yield TaggedResource(ALARM, name, region)
