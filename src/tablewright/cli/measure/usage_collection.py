"""`tablewright usage collect`: from CloudWatch into the store."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from tablewright.cli import console
from tablewright.cli.inputs.accounts import counted, pairs, sessions, time_of_aws
from tablewright.cli.inputs.manifests import sources
from tablewright.cost.pricing.alarm_prices import PRICED_IN
from tablewright.documents.usage import CollectionDocument
from tablewright.errors import UsageError
from tablewright.fleet.discovery import Discovery, by_account, discover, unread_as_json
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.fleet.stack_tables import StackTables, discover_stacks
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.report.formats.number import number_of
from tablewright.usage.collection import Collected, Plan, collect, plan
from tablewright.usage.store import UsageStore

ASKED_ABOVE_USD = Decimal(1)


def run(
    paths: Sequence[str],
    environment: str | None,
    stacks: Sequence[str],
    days: int,
    store: Path,
    regions: Sequence[str],
    target: str,
    profile: str | None,
    roles: Sequence[str],
    accounts: Path | None,
    sandbox: str,
    tags: Sequence[str],
    output_format: str,
    *,
    everything: bool,
    yes: bool,
) -> int:
    """Read from CloudWatch what the store lacks."""
    if stacks and not paths:
        raise UsageError("--stack names a stack of manifests", "name the manifests as well")
    if sum((bool(paths), everything, bool(tags))) != 1:
        raise UsageError(
            "name manifests, or tags, or --all", "run `tablewright usage collect --all`"
        )
    given = sources(paths, environment, stacks, recorded=False) if paths else ()
    places = [_tables_of(stack.source.declared) for stack in given]
    wanted_accounts = {place.account for place in places}
    everywhere = sessions(target, profile, sandbox, roles, accounts, wanted_accounts)
    with counted("finding") as progress:
        if places:
            discovery = discover_stacks(everywhere, places, progress=progress)
        else:
            found_by = pairs(tags, "--tag")
            discovery = discover(everywhere, regions or None, None, found_by, progress)
    kept = UsageStore(store)
    wanted = plan(discovery.tables, kept, days, time_of_aws(target, sandbox))
    if wanted.usd > ASKED_ABOVE_USD:
        console.confirm(f"Ask CloudWatch for {wanted.queries:,} metrics, {_usd(wanted)}?", yes=yes)
    reached = by_account(everywhere)
    with counted("reading") as progress:
        collected = collect(wanted, reached.__getitem__, rate_limiter_for, kept, progress)
    if output_format == "json":
        console.data_json(_document(discovery, wanted, collected, store))
    else:
        _tell(discovery, wanted, collected, store)
    return max(discovery.exit_status, collected.exit_status)


def _tables_of(declared: DeclaredStack) -> StackTables:
    names = frozenset(table.table.name for table in declared.tables)
    return StackTables(declared.account, declared.region, names)


def _document(
    discovery: Discovery, wanted: Plan, collected: Collected, store: Path
) -> CollectionDocument:
    return {
        "store": str(store),
        "tables": len(discovery.tables),
        "days": collected.days,
        "metrics": wanted.queries,
        "calls": collected.calls,
        "datapoints": collected.datapoints,
        "usd": f"{wanted.usd:.2f}",
        "unread": [unread_as_json(part) for part in discovery.unread],
        "missing": list(discovery.missing),
        "unreadUse": dict(collected.unread),
    }


def _usd(wanted: Plan) -> str:
    return f"about ${wanted.usd:.2f} at the price of {PRICED_IN}"


def _tell(discovery: Discovery, wanted: Plan, collected: Collected, store: Path) -> None:
    console.say(
        f"{number_of(len(discovery.tables), 'table')}: {number_of(collected.days, 'day')} stored "
        f"in {store}; {number_of(collected.calls, 'call')} for "
        f"{number_of(wanted.queries, 'metric')} "
        f"({_usd(wanted)}), {number_of(collected.datapoints, 'datapoint')}"
    )
    for part in discovery.unread:
        console.say(f"unread: {part}")
    for name, reason in collected.unread.items():
        console.say(f"unread: {name}: {reason}")
    for absent in discovery.absences:
        console.say(f"{absent.message}; {absent.next_step}")
