"""What `adopt` says: its document, advice, who made the tables, and who uses them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tablewright.adopt.adoption import AdoptedStack, AdoptedTable
from tablewright.documents import adoption as documents
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread
from tablewright.fleet.table_users import TableUsers


def as_json(
    stacks: Iterable[AdoptedStack], files: Sequence[str], notes: Sequence[str]
) -> documents.AdoptionDocument:
    """All of it as plain JSON values.

    Args:
        stacks: as they are written down.
        files: that were written.
        notes: what was told beside.
    """
    return {
        "stacks": [
            {
                "name": stack.name,
                "account": stack.account_id,
                "region": stack.region,
                "manifest": stack.stream,
                "tables": [
                    {
                        "name": table.name,
                        "advice": [str(remark) for remark in table.advice],
                        "demands": [str(demand) for demand in table.demands],
                        "unread": dict(table.unread),
                        "leftOut": [*table.left_out],
                    }
                    for table in stack.tables
                ],
            }
            for stack in stacks
        ],
        "files": [*files],
        "notes": [*notes],
    }


def grouped(remarks: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Remarks on tables, `events, users: No deletion protection`: each once, with its tables.

    Args:
        remarks: a table and what is said of it.
    """
    tables: dict[str, list[str]] = {}
    for table, remark in remarks:
        tables.setdefault(remark, []).append(table)
    for remark, names in tables.items():
        yield f"{', '.join(dict.fromkeys(names))}: {remark}"


def demand_lines(tables: Iterable[AdoptedTable]) -> Iterator[str]:
    """What is demanded of tables that they do not have, each once."""
    yield from grouped((table.name, str(demand)) for table in tables for demand in table.demands)


def stack_lines(tables: Iterable[LiveTable]) -> Iterator[str]:
    """Which CloudFormation stacks made tables, and would go on changing them."""
    stacks: dict[str, list[str]] = {}
    for table in tables:
        if stack := table.reading.cloudformation_stack:
            stacks.setdefault(stack, []).append(table.name)
    for stack, names in sorted(stacks.items()):
        yield (
            f"{', '.join(sorted(names))}: made by the CloudFormation stack {stack}. While it has "
            "them it goes on changing them, and deletes them with itself: hand them over with "
            f"`tablewright adopt --cloudformation {stack}`."
        )


def usage_lines(users: Mapping[str, TableUsers]) -> Iterator[str]:
    """Who may use tables, and who reads the streams of those that have one, by name of the table.

    Args:
        users: by name.
    """
    roles, consumers = [], []
    for name, of_table in users.items():
        roles.append((name, _listed(of_table.roles, "roles that may use it")))
        if of_table.consumers is not None:
            consumers.append((name, _listed(of_table.consumers, "readers of its stream")))
    yield from grouped([*roles, *consumers])


def _listed(names: Sequence[str] | Unread, what: str) -> str:
    if isinstance(names, Unread):
        return f"{what}: unread: {names.reason}"
    return f"{what}: {', '.join(names) if names else 'none found'}"
