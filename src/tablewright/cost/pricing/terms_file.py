"""The file of `--pricing`: what an account pays besides list prices, each mistake with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from tablewright.errors import Problem
from tablewright.manifest.documents.node import Node, find
from tablewright.manifest.documents.settings_document import stated_in, text_of
from tablewright.manifest.models.base import Flag, Many, Model, Number, Region, ResourceName, Whole

from .price_list import CHARGES
from .terms import PricingTerms, SavingsPlanTerms

_MISTAKE = "does not state prices"
_MORE_PRICES = (
    *("insightsUsdPerRuleMonth", "insightsEventsUsdPerMillion", "transferUsdPerGb"),
    *(
        f"reserved{side}{end}"
        for side in ("Read", "Write")
        for end in ("UpfrontUsdPer100UnitYears", "UsdPer100UnitHours")
    ),
)
PRICE_NAMES = frozenset({*(name for name, _ in CHARGES.values()), *_MORE_PRICES})
"""All prices that have a name."""

Percent = Annotated[Number, Field(ge=0, le=99)]
Amount = Annotated[Number, Field(ge=0)]
Blocks = Annotated[Whole, Field(ge=100, multiple_of=100)]


class _Reserved(Model):
    """Reserved capacity that was bought."""

    region: Region = Field(description="Where it holds.")
    dimension: Literal["read", "write"] = Field(description="Which capacity.")
    units: Blocks = Field(description="Capacity units, a multiple of 100.")


class _SavingsPlan(Model):
    """Database Savings Plans: what was committed, and their rates."""

    usd_per_hour: Amount = Field(default=Decimal(0), description="Committed already.")
    on_demand_percent: Percent | None = Field(
        default=None, description="Off the list price of requests on demand."
    )
    provisioned_percent: Percent | None = Field(
        default=None, description="Off the list price of provisioned capacity."
    )


class _Table(Model):
    """What a table is charged for in a month that CloudWatch does not count."""

    name: ResourceName = Field(description="Of the table.")
    region: Region | None = Field(default=None, description="Of the table; else of any region.")
    stream_reads: Amount | None = Field(
        default=None, description="GetRecords calls; those of Lambda and of replicas are free."
    )
    change_capture_units: Amount | None = Field(
        default=None, description="Units copied to a Kinesis stream."
    )
    backup_gb: Amount | None = Field(default=None, description="On-demand backups kept, in GB.")
    restored_gb: Amount | None = Field(default=None, description="GB restored.")
    exported_gb: Amount | None = Field(default=None, description="GB exported to S3.")
    imported_gb: Amount | None = Field(default=None, description="GB imported from S3.")
    transferred_gb: Amount | None = Field(
        default=None, description="GB that go to replicas in other regions."
    )
    insights_rules: Amount | None = Field(
        default=None, description="Rules of Contributor Insights, of table and indexes."
    )
    insights_events: Amount | None = Field(
        default=None, description="Events that those rules match."
    )


_PRICE_OF: Mapping[str, str] = {
    "stream_reads": "streamReadsUsdPerMillion",
    "change_capture_units": "changeCaptureUsdPerMillion",
    "backup_gb": "backupUsdPerGbMonth",
    "restored_gb": "restoreUsdPerGb",
    "exported_gb": "exportUsdPerGb",
    "imported_gb": "importUsdPerGb",
    "transferred_gb": "transferUsdPerGb",
    "insights_rules": "insightsUsdPerRuleMonth",
    "insights_events": "insightsEventsUsdPerMillion",
}
"""By what is stated of a table, the price that it is charged at."""


class _File(Model):
    """All that there can be in it."""

    discount_percent: Percent = Field(
        default=Decimal(0), description="Off every list price but those of reserved capacity."
    )
    free_tier: Flag = Field(default=False, description="The free tier is this account's to use.")
    reserved: Many[_Reserved] = Field(default=(), description="Reserved capacity there is.")
    savings_plan: _SavingsPlan = Field(
        default=_SavingsPlan(), description="Database Savings Plans."
    )
    prices: dict[str, dict[str, Amount]] = Field(
        default_factory=dict, description="By region, prices that come before all others."
    )
    tables: Many[_Table] = Field(default=(), description="What CloudWatch does not count.")


_MEMBERS = tuple(field.alias or name for name, field in _File.model_fields.items())
_NEXT_STEP = f"write YAML with some of the fields {', '.join(_MEMBERS)}"


def read_terms(file: Path) -> PricingTerms:
    """The terms that a file states.

    Raises:
        InputError: it cannot be read.
        ManifestError: it says what it cannot; each mistake with its line.
    """
    text = text_of(file, _MISTAKE, "check its path, and that you may read it")
    return terms_in(text, str(file))


def terms_in(text: str, file: str) -> PricingTerms:
    """The terms that a text states, YAML or JSON.

    Args:
        text: of the file.
        file: its name, for errors.

    Raises:
        ManifestError: it says what it cannot; each mistake with its line.
    """
    stated = stated_in(text, file, _File, _MISTAKE, _NEXT_STEP, _contradictions)
    return PricingTerms(
        file,
        stated.discount_percent,
        stated.free_tier,
        {(bought.region, bought.dimension): bought.units for bought in stated.reserved},
        SavingsPlanTerms(**dict(stated.savings_plan)),
        stated.prices,
        {(table.name, table.region): _quantities(table) for table in stated.tables},
    )


def _quantities(table: _Table) -> dict[str, Decimal]:
    amounts = {price: getattr(table, field) for field, price in _PRICE_OF.items()}
    return {price: amount for price, amount in amounts.items() if amount}


def _contradictions(root: Node, stated: _File) -> Iterator[Problem]:
    """What no single field can tell: entries twice, names that no price has."""
    bought = [(entry.region, entry.dimension) for entry in stated.reserved]
    for number, key in enumerate(bought):
        if key in bought[:number]:
            what = f"{key[1]} units of {key[0]} are given twice"
            yield _at(root, ("reserved", number), what, "add them up")
    named = [(entry.name, entry.region) for entry in stated.tables]
    for number, table in enumerate(named):
        if table in named[:number]:
            yield _at(root, ("tables", number), f"{table[0]} is given twice", "keep one of them")
    for region, prices in stated.prices.items():
        for name in prices:
            if name not in PRICE_NAMES:
                near = get_close_matches(name, PRICE_NAMES, 1, 0.4)
                fix = f"did you mean `{near[0]}`?" if near else _names_of(region)
                yield _at(root, ("prices", region, name), "is the name of no price", fix)


def _names_of(region: str) -> str:
    return f"`tablewright prices show --region {region}` prints the names that there are"


def _at(root: Node, path: tuple[str | int, ...], message: str, fix: str) -> Problem:
    node, _ = find(root, path)
    return node.problem(message, fix)
