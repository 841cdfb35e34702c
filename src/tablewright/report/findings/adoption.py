"""What `adopt` says: its document, advice, who made the tables, and who uses them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tablewright.adopt.adoption import AdoptedStack, AdoptedTable
from tablewright.adopt.advice import Advice
from tablewright.documents import adoption as documents
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread
from tablewright.fleet.table_users import TableUsers
from tablewright.report.formats.number import number_of
from tablewright.resource_kinds import in_region

Labelled = tuple[str, AdoptedTable]
"""A table behind what it is called."""
_MOST_NAMES = 3
"""Of tables in a line, before it counts them."""


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


def labels(places: Iterable[tuple[str, str, str]]) -> list[str]:
    """What each table is called: its name, with as much of where it is as tells it from others.

    Args:
        places: name, region and account of each.
    """
    places = tuple(places)
    names = Counter(name for name, _, _ in places)
    regional = Counter((name, region) for name, region, _ in places)
    return [
        name
        if names[name] == 1
        else in_region(name, region)
        if regional[name, region] == 1
        else f"{in_region(name, region)} of {account}"
        for name, region, account in places
    ]


def grouped(remarks: Iterable[tuple[str, str]], among: Iterable[str] = ()) -> Iterator[str]:
    """Remarks on tables, `events, users: No deletion protection`: each once, with its tables.

    Args:
        remarks: a table and what is said of it.
        among: all tables that were looked at, so that many need not be named one by one.
    """
    everything = tuple(dict.fromkeys(among))
    tables: dict[str, dict[str, None]] = {}
    for table, remark in remarks:
        tables.setdefault(remark, {})[table] = None
    for remark, names in tables.items():
        yield f"{_folded(tuple(names), everything)}: {remark}"


def _folded(names: Sequence[str], everything: Sequence[str]) -> str:
    others = [name for name in everything if name not in names]
    if len(names) <= _MOST_NAMES + 1 or not everything:  # "and 1 other" is no shorter
        return ", ".join(names)
    if len(others) > _MOST_NAMES:
        rest = len(names) - _MOST_NAMES
        return f"{', '.join(names[:_MOST_NAMES])} and {number_of(rest, 'other table')}"
    return f"all {len(everything)} tables{' but ' if others else ''}{', '.join(others)}"


def advice_lines(tables: Sequence[Labelled]) -> Iterator[str]:
    """What would be better, each once; of lines that differ only what they have in common."""
    remarks = [(label, remark) for label, table in tables for remark in table.advice]
    lines: dict[tuple[str, str], set[str]] = {}
    for _, remark in remarks:
        lines.setdefault((remark.what, remark.below), set()).add(remark.line)

    def said(remark: Advice) -> str:
        if len(lines[remark.what, remark.below]) == 1:
            return str(remark)
        return f"{remark.what} (the line to add is a comment in each manifest)"

    yield from grouped(((label, said(remark)) for label, remark in remarks), _labels(tables))


def demand_lines(tables: Sequence[Labelled]) -> Iterator[str]:
    """What is demanded of tables that they do not have, each once."""
    demands = ((label, str(demand)) for label, table in tables for demand in table.demands)
    yield from grouped(demands, _labels(tables))


def met_lines(tables: Sequence[Labelled]) -> Iterator[str]:
    """What was written into manifests because it is demanded."""
    met = (
        (label, ", ".join(f"`{demand.line}`" for demand in table.met))
        for label, table in tables
        if table.met
    )
    yield from grouped(met, _labels(tables))


def tag_lines(tables: Sequence[Labelled]) -> Iterator[str]:
    """Which tags an import sets, for the stack gives them to all its tables."""

    def said(table: AdoptedTable) -> str:
        tags = ", ".join(f"{name}: {value}" for name, value in table.tags_of_import.items())
        return f"the import sets {tags}, as the stack gives them to all its tables"

    tags = ((label, said(table)) for label, table in tables if table.tags_of_import)
    yield from grouped(tags, _labels(tables))


def _labels(tables: Iterable[Labelled]) -> Iterator[str]:
    return (label for label, _ in tables)


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


def usage_lines(users: Iterable[tuple[str, TableUsers]]) -> Iterator[str]:
    """Who may use tables, and who reads the streams of those that have one.

    Args:
        users: those of each table, with its name.
    """
    users = tuple(users)
    roles, consumers = [], []
    for name, of_table in users:
        roles.append((name, _listed(of_table.roles, "roles that may use it")))
        if of_table.consumers is not None:
            consumers.append((name, _listed(of_table.consumers, "readers of its stream")))
    yield from grouped([*roles, *consumers], (name for name, _ in users))


def _listed(names: Sequence[str] | Unread, what: str) -> str:
    if isinstance(names, Unread):
        return f"{what}: unread: {names.reason}"
    return f"{what}: {', '.join(names) if names else 'none found'}"
