"""`tablewright optimize`: what each table should be set to, by its use."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import each_stack
from tablewright.cli.inputs.manifest_edits import editable
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.cli.styled import styled
from tablewright.cost.decisions.decision import Refusal
from tablewright.cost.decisions.declaration import declared_capacity
from tablewright.cost.decisions.search import Budget
from tablewright.cost.fleets.fleet import FleetDecision
from tablewright.cost.fleets.tables import decide_tables
from tablewright.cost.pricing.price_store import open_book
from tablewright.cost.pricing.prices import PriceBook
from tablewright.errors import UsageError
from tablewright.extras import require
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.report.cost import optimization
from tablewright.usage.store import UsageStore

from . import optimize_writing
from .prices import warn_of_age

EXIT_SAVES, EXIT_UNKNOWN = 3, 4


def run(
    paths: Sequence[str],
    environment: str | None,
    stacks: Sequence[str],
    tables: Sequence[str],
    price_file: Path | None,
    pricing: Path | None,
    output_format: str,
    budget: str,
    min_saving: str,
    *,
    everything: bool,
    check: bool,
    write: bool,
    yes: bool,
    **chosen: str,
) -> int:
    """Say what each table of PATH should be set to, by how it was used."""
    if bool(paths) == everything:
        raise UsageError("name manifests, or --all", "run `tablewright optimize --all --usage DIR`")
    name_them = "name them: `tablewright optimize PATH --write`"
    if write and not paths:
        raise UsageError("--write needs manifests to write to", name_them)
    if tables and not paths:
        raise UsageError("--table names a table of manifests", "name the manifests as well")
    given = sources(paths, environment, stacks, tables, recorded=False) if paths else ()
    written = {
        called: editable(paths, "--write", name_them, environment, str(called))
        for called in (stack.source.declared.id for stack in given if write)
    }
    share, least_usd = per_million(budget), _usd(min_saving)
    book = open_book(price_file, pricing)

    def work(stack: StackInput | None) -> int:
        declared = stack.source.declared if stack else None
        fleet = _decided(declared, per_million=share, book=book, **chosen)
        _show(fleet, output_format)
        if declared and declared.id in written:
            show = console.data if output_format == "text" else console.say
            stack_manifest = written[declared.id]
            optimize_writing.write(paths, environment, stack_manifest, fleet.tables, show, yes=yes)
        if check and fleet.totals.saving_usd >= least_usd:
            return EXIT_SAVES
        return EXIT_UNKNOWN if fleet.totals.refused else 0

    return each_stack.run(given, output_format, work) if paths else work(None)


def _show(fleet: FleetDecision, output_format: str) -> None:
    match output_format:
        case "json":
            console.data_pieces(optimization.json_pieces(fleet))
        case "markdown":
            console.data(optimization.markdown(fleet))
        case _:
            optimization.render(fleet, styled())
    warn_of_age(fleet.prices)


def _decided(
    stack: DeclaredStack | None, store: str, per_million: int, book: PriceBook, engine: str
) -> FleetDecision:
    declared = region = account = None
    if stack is not None:
        region, account = stack.region, stack.account
        declared = {table.table.name: declared_capacity(table) for table in stack.tables}
    asked = (book, Budget(per_million), declared, declared, region)
    fleet = _on_spark(store, *asked) if engine == "spark" else _here(store, *asked, account)
    refused: dict[Refusal, list[str]] = {}
    for decision in fleet.tables:
        if decision.refusal is not None:
            refused.setdefault(decision.refusal, []).append(decision.table.table)
    for refusal, names in refused.items():
        console.say(f"{', '.join(names)}: {refusal.message}\n  → {refusal.next_step}")
    measured = {decision.table.table for decision in fleet.tables}
    if missing := sorted(set(declared or ()) - measured):
        console.say(f"not measured: {', '.join(missing)}")
    return fleet


def _here(store: str, book: PriceBook, *asked: Any) -> FleetDecision:
    if "://" in store:
        raise UsageError(
            f"{store} is no folder of this machine",
            "let Spark read it: add `--engine spark`",
        )
    return FleetDecision.of(decide_tables(UsageStore(Path(store)), book, *asked), book)


def _on_spark(store: str, book: PriceBook, *asked: Any) -> FleetDecision:
    require("spark")
    from tablewright.cost.fleets.spark import decide_fleet  # noqa: PLC0415 - may be missing

    return decide_fleet(store, book, *asked)


def per_million(text: str) -> int:
    """`0.1%` in units a million.

    Raises:
        UsageError: it is not a share.
    """
    digits = text.removesuffix("%").strip()
    try:
        share = Decimal(digits) / (100 if text.endswith("%") else 1)
    except InvalidOperation as error:
        raise UsageError(f"--budget {text} is not a share", "write it as 0.1% or 0.001") from error
    if not 0 <= share <= 1:
        raise UsageError(f"--budget {text} is not a share", "give 0% to 100%")
    return int(share * 1_000_000)


def _usd(text: str) -> Decimal:
    try:
        return Decimal(text.removeprefix("$"))
    except InvalidOperation as error:
        raise UsageError(
            f"--min-saving {text} is not an amount", "write it as 50 or 49.90"
        ) from error
