"""`tablewright prices update`: today's prices from AWS."""

from __future__ import annotations

from collections.abc import Sequence

from tablewright.cli import console
from tablewright.cli.inputs.accounts import sessions
from tablewright.cost.pricing.price_store import fetch, keep


def run(regions: Sequence[str], target: str, profile: str | None, sandbox: str) -> int:
    """Fetch today's prices from AWS's Price List API and keep them."""
    (session,) = sessions(target, profile, sandbox, ())
    for region in regions:
        prices = fetch(session, region)
        console.say(f"{region}: {len(prices.usd)} prices of {prices.date}, kept in {keep(prices)}")
    return 0
