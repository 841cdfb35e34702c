"""`tablewright prices update`: today's prices from AWS."""

from __future__ import annotations

from collections.abc import Sequence

from tablewright.cli import console
from tablewright.cli.inputs.accounts import sessions
from tablewright.cost.pricing.price_store import fetch, keep


def run(
    regions: Sequence[str], target: str, profile: str | None, sandbox: str, output_format: str
) -> int:
    """Fetch today's prices from AWS's Price List API and keep them."""
    (session,) = sessions(target, profile, sandbox, ())
    updated = []
    for region in regions:
        prices = fetch(session, region)
        file, number = str(keep(prices)), len(prices.usd)
        updated.append({"region": region, "date": str(prices.date), "prices": number, "file": file})
        console.say(f"{region}: {number} prices of {prices.date}, kept in {file}")
    if output_format == "json":
        console.data_json(updated)
    return 0
