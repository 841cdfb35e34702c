"""AWS's Price List for DynamoDB as prices by name. Pure.

Read are the bulk file of a region (`offers/v1.0/aws/AmazonDynamoDB/current/REGION/index.json`) and
the items of `pricing:GetProducts`, which are JSON in text. A line is known by the end of its usage
type, behind the prefix of the region (`APS2-WriteRequestUnits`; none in us-east-1).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tablewright.errors import InputError

from .prices import Prices

_MILLION = 1_000_000
_UNITS = {
    "WriteRequestUnits": ("onDemandWriteUsdPerMillion", _MILLION),
    "ReadRequestUnits": ("onDemandReadUsdPerMillion", _MILLION),
    "WriteCapacityUnit-Hrs": ("writeCapacityUsdPerUnitHour", 1),
    "ReadCapacityUnit-Hrs": ("readCapacityUsdPerUnitHour", 1),
    "TimedStorage-ByteHrs": ("storageUsdPerGbMonth", 1),
}
CHARGES: Mapping[str, tuple[str, int]] = {
    **_UNITS,
    **{
        f"IA-{usage}": (f"infrequent{name[0].upper()}{name[1:]}", per)
        for usage, (name, per) in _UNITS.items()
    },
    "ReplWriteRequestUnits": ("replicatedOnDemandWriteUsdPerMillion", _MILLION),
    "ReplWriteCapacityUnit-Hrs": ("replicatedWriteCapacityUsdPerUnitHour", 1),
    "IA-ReplWriteRequestUnits": ("infrequentReplicatedOnDemandWriteUsdPerMillion", _MILLION),
    "IA-ReplWriteCapacityUnit-Hrs": ("infrequentReplicatedWriteCapacityUsdPerUnitHour", 1),
    "TimedPITRStorage-ByteHrs": ("recoveryUsdPerGbMonth", 1),
    "TimedBackupStorage-ByteHrs": ("backupUsdPerGbMonth", 1),
    "RestoreDataSize-Bytes": ("restoreUsdPerGb", 1),
    "ExportDataSize-Bytes": ("exportUsdPerGb", 1),
    "ImportDataSize-Bytes": ("importUsdPerGb", 1),
    "Streams-Requests": ("streamReadsUsdPerMillion", _MILLION),
    "ChangeDataCaptureUnits-Kinesis": ("changeCaptureUsdPerMillion", _MILLION),
}
"""By the end of a usage type: the name of the price, and for how many units it stands."""
_USAGE = re.compile(rf"(?:(?!IA-)[A-Z]{{2,4}}\d?-)?(?P<usage>{'|'.join(map(re.escape, CHARGES))})")


def charge_of(usage_type: str) -> tuple[str, int] | None:
    """The price that a usage type is charged by; None for one that is not ours.

    >>> charge_of("APS2-IA-WriteRequestUnits")
    ('infrequentOnDemandWriteUsdPerMillion', 1000000)
    """
    match = _USAGE.fullmatch(usage_type)
    return CHARGES[match["usage"]] if match else None


def prices_in(text: str, source: str) -> list[Prices]:
    """The prices of a bulk file.

    Args:
        text: JSON, as AWS publishes it.
        source: its name, for errors and reports.

    Raises:
        InputError: it is no such file.
    """
    try:
        document = json.loads(text)
        terms = document["terms"]["OnDemand"]
        products = [
            {"product": product, "terms": {"OnDemand": terms.get(sku, {})}}
            for sku, product in document["products"].items()
        ]
        return by_region(products, document["publicationDate"][:10], source)
    except (
        *(ValueError, KeyError, TypeError, AttributeError),
        *(InvalidOperation, RecursionError),
    ) as error:
        raise InputError(
            f"{source} is not a DynamoDB price list: {error}",
            "give index.json of AmazonDynamoDB, as AWS publishes it for a region",
        ) from error


def by_region(products: Iterable[Mapping[str, Any]], date: str, source: str) -> list[Prices]:
    """The prices of products with their terms, by region."""
    usd: dict[str, dict[str, Decimal]] = {}
    for product in products:
        attributes = product["product"]["attributes"]
        charge = charge_of(attributes.get("usagetype", ""))
        rate = _last_band(product["terms"].get("OnDemand", {}))
        if charge is not None and rate is not None:
            name, units = charge
            usd.setdefault(attributes["regionCode"], {})[name] = (rate * units).normalize()
    return [Prices(region, date, prices, source) for region, prices in sorted(usd.items())]


def _last_band(terms: Mapping[str, Any]) -> Decimal | None:
    """The price behind the free units: the band that has no end."""
    for dimension in _dimensions(terms):
        if dimension.get("endRange", "Inf") == "Inf" and "USD" in dimension["pricePerUnit"]:
            return Decimal(dimension["pricePerUnit"]["USD"])
    return None


def _dimensions(terms: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for offer in terms.values():
        yield from offer["priceDimensions"].values()
