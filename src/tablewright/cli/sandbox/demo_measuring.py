"""What the demo measures, decides and reports: the use of its tables, what their change saves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from tablewright.aws.session import Session
from tablewright.cli.measure import report, report_gathering
from tablewright.cli.measure.report_request import ReportRequest
from tablewright.cost.decisions.decision import TableDecision
from tablewright.cost.decisions.search import Budget
from tablewright.cost.fleets.tables import decide_tables
from tablewright.cost.pricing.price_store import open_book
from tablewright.fleet.discovery import discover
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.report.formats.number import number_of
from tablewright.report.formats.price import cents, usd
from tablewright.sandbox.demo import past_use
from tablewright.sandbox.instance import Instance
from tablewright.usage.collection import collect, plan
from tablewright.usage.store import UsageStore


def collected(instance: Instance, session: Session, folder: Path) -> str:
    """Collect two weeks into a folder, which is emptied first; returns what was read, in words."""
    shutil.rmtree(folder, ignore_errors=True)
    store = UsageStore(folder)
    tables = discover([session], [session.region]).tables
    wanted = plan(tables, store, past_use.DAYS + 1, past_use.now(instance))
    done = collect(wanted, lambda _: session, rate_limiter_for, store)
    return (
        f"{number_of(done.calls, 'call')} for {number_of(wanted.queries, 'metric')}, "
        f"{done.datapoints:,} datapoints, kept in {folder}"
    )


def savings(folder: Path) -> Iterator[str]:
    """A line a table: what the switch to on demand saves or costs, and what would be cheapest."""
    for decision in decide_tables(UsageStore(folder), open_book(), Budget()):
        yield _saving(decision)
    yield f"why: `tablewright explain users --usage {folder}`"


def reported(manifest: str, sandbox: str, usage: Path, file: Path) -> str:
    """Write the report of the stack; returns where it is, in words."""
    asked = ReportRequest([manifest], store=usage, sandbox=sandbox)
    size = report.write(report_gathering.document(asked), file)
    return f"{file}, {size / 1e6:.1f} MB, whole in itself; open it in a browser"


def _saving(decision: TableDecision) -> str:
    """`events    $1,080.40 a month as it was, on demand $84.10: saves $996.30; ...`."""
    current, on_demand, best = decision.current, decision.on_demand, decision.decision
    if current is None or on_demand is None or best is None:
        return f"{decision.table.table:<9} not measured"
    before, after = current.usd_per_month, on_demand.usd_per_month
    change = "saves" if after <= before else "costs more by"
    cheapest = (
        "nothing is cheaper within the throttling budget"
        if best.setting.mode == "PAY_PER_REQUEST"
        else f"cheapest is {best.name} at {usd(cents(best.usd_per_month))}"
    )
    return (
        f"{decision.table.table:<9} {usd(cents(before))} a month as it was, on demand "
        f"{usd(cents(after))}: {change} {usd(cents(abs(before - after)))}; {cheapest}"
    )
