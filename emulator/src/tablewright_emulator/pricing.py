"""The Price List service: GetProducts for DynamoDB from the snapshot that is shipped.

Documents have the shape of AWS's Price List (API version 2017-10-15); the prices and their dates
stand in `data/dynamodb-prices.json`. A product AWS has and the snapshot has not is
absent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from tablewright_emulator.constraints import checked
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import AwsFault, Handler, Request

SERVICE_CODE = "AmazonDynamoDB"
_FORMAT = "aws_v1"
_PAGE = 100
_MILLION = Decimal(1_000_000)


class Product(NamedTuple):
    """A line of the price list.

    Args:
        price: its name in the snapshot.
        family: productFamily.
        group: group or volumeType, the latter for storage.
        operation: operation, empty where there is none.
        usage: usagetype behind the region's prefix.
        unit: unit of the price.
        per: what the snapshot's price is for, in units.
        free: units that cost nothing each month.
    """

    price: str
    family: str
    group: str
    operation: str
    usage: str
    unit: str
    per: Decimal = Decimal(1)
    free: int = 0


_ON_DEMAND = ("Amazon DynamoDB PayPerRequest Throughput", "PayPerRequestThroughput")
_HOURS = ("Provisioned IOPS", "CommittedThroughput")
_STORAGE = "Database Storage"
_INDEXED = "Amazon DynamoDB - Indexed DataStore"
_RECOVERY = "Amazon DynamoDB - Point-In-Time-Restore (PITR) Backup Storage"


def _units(price: str, group: str, usage: str, prefix: str = "") -> Iterator[Product]:
    """On-demand and provisioned lines of reads or writes of one table class."""
    infrequent, dash = ("infrequent", f"{prefix}-") if prefix else ("", "")
    demand = f"{infrequent}{'O' if infrequent else 'o'}nDemand{price}UsdPerMillion"
    hours = f"{infrequent}{price if infrequent else price.lower()}CapacityUsdPerUnitHour"
    suffix = prefix or ""
    yield Product(demand, _ON_DEMAND[0], group + suffix, _ON_DEMAND[1],
                  f"{dash}{usage}RequestUnits", f"{usage}RequestUnits", _MILLION)  # fmt: skip
    yield Product(hours, _HOURS[0], group + suffix, _HOURS[1], f"{dash}{usage}CapacityUnit-Hrs",
                  f"{usage}CapacityUnit-Hrs", free=0 if infrequent else 18_600)  # fmt: skip


_PRODUCTS = (
    *_units("Read", "DDB-ReadUnits", "Read"),
    *_units("Write", "DDB-WriteUnits", "Write"),
    *_units("Read", "DDB-ReadUnits", "Read", "IA"),
    *_units("Write", "DDB-WriteUnits", "Write", "IA"),
    Product("onDemandWriteUsdPerMillion", "DDB-Operation-ReplicatedWrite",
            "DDB-ReplicatedWriteUnits", "PayPerRequestThroughput", "ReplWriteRequestUnits",
            "ReplicatedWriteRequestUnits", _MILLION),
    Product("writeCapacityUsdPerUnitHour", "DDB-Operation-ReplicatedWrite",
            "DDB-ReplicatedWriteUnits", "CommittedThroughput", "ReplWriteCapacityUnit-Hrs",
            "ReplicatedWriteCapacityUnit-Hrs"),
    Product("storageUsdPerGbMonth", _STORAGE, _INDEXED, "", "TimedStorage-ByteHrs", "GB-Mo",
            free=25),
    Product("infrequentStorageUsdPerGbMonth", _STORAGE, f"{_INDEXED} - IA", "",
            "IA-TimedStorage-ByteHrs", "GB-Mo"),
    Product("recoveryUsdPerGbMonth", _STORAGE, _RECOVERY, "", "TimedPITRStorage-ByteHrs", "GB-Mo"),
    Product("backupUsdPerGbMonth", "Amazon DynamoDB On-Demand Backup Storage", "", "",
            "TimedBackupStorage-ByteHrs", "GB-Mo"),
    Product("restoreUsdPerGb", "Amazon DynamoDB Restore Data Size",
            "Amazon DynamoDB - Backup Restore Size", "", "RestoreDataSize-Bytes", "GB"),
    Product("exportUsdPerGb", "Amazon DynamoDB Export Data Size",
            "Amazon DynamoDB - Export Size", "", "ExportDataSize-Bytes", "GB"),
    Product("importUsdPerGb", "Amazon DynamoDB Import Data Size",
            "Amazon DynamoDB - Import Size", "", "ImportDataSize-Bytes", "GB"),
    Product("streamReadsUsdPerMillion", "API Request", "DDB-StreamsReadRequests", "GetRecords",
            "Streams-Requests", "Requests", _MILLION, free=2_500_000),
)  # fmt: skip


@cache
def price_list() -> tuple[dict[str, Any], ...]:
    """Every product of the snapshot as a document."""
    text = files("tablewright_emulator").joinpath("data", "dynamodb-prices.json").read_text("utf-8")
    snapshot = json.loads(text)
    return tuple(
        _document(snapshot, region, product, Decimal(of_region["prices"][product.price]))
        for region, of_region in snapshot["regions"].items()
        for product in _PRODUCTS
        if product.price in of_region["prices"]
    )


def _document(
    snapshot: dict[str, Any], region: str, product: Product, price: Decimal
) -> dict[str, Any]:
    of_region = snapshot["regions"][region]
    prefix = f"{of_region['usagePrefix']}-" if of_region["usagePrefix"] else ""
    usage = prefix + product.usage
    sku = _code(f"{region}/{usage}/{product.operation}")
    attributes = {
        "servicecode": SERVICE_CODE,
        "servicename": "Amazon DynamoDB",
        "location": of_region["location"],
        "locationType": "AWS Region",
        "regionCode": region,
        "usagetype": usage,
        "operation": product.operation,
    }
    if product.group:
        name = "volumeType" if product.family == _STORAGE else "group"
        attributes[name] = product.group
    term = f"{sku}.JRTCKXETXF"
    return {
        "product": {"productFamily": product.family, "attributes": attributes, "sku": sku},
        "serviceCode": SERVICE_CODE,
        "terms": {
            "OnDemand": {
                term: {
                    "priceDimensions": dict(_bands(term, product, price / product.per)),
                    "sku": sku,
                    "effectiveDate": f"{of_region['date'][:7]}-01T00:00:00Z",
                    "offerTermCode": "JRTCKXETXF",
                    "termAttributes": {},
                }
            }
        },
        "version": snapshot["version"],
        "publicationDate": snapshot["publicationDate"],
    }


def _bands(term: str, product: Product, price: Decimal) -> Iterator[tuple[str, dict[str, Any]]]:
    """Price dimensions: the free units first, where there are some."""
    bands = [("0", "Inf", price)]
    if product.free:
        bands = [("0", str(product.free), Decimal(0)), (str(product.free), "Inf", price)]
    for begin, end, usd in bands:
        rate = f"{term}.{_code(begin + end)[:10]}"
        yield (
            rate,
            {
                "unit": product.unit,
                "beginRange": begin,
                "endRange": end,
                "description": f"${usd.normalize():f} per {product.unit}",
                "appliesTo": [],
                "rateCode": rate,
                "pricePerUnit": {"USD": f"{usd:.10f}"},
            },
        )


def _code(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:16].upper()


# --- operations ---------------------------------------------------------------------------------


def get_products(request: Request) -> dict[str, Any]:
    """GetProducts."""
    params = request.params
    _check_service(params)
    products = [
        product for product in price_list() if _matches(product, params.get("Filters") or [])
    ]
    shown, token = _page(products, params)
    return {
        "FormatVersion": _FORMAT,
        "PriceList": [json.dumps(document) for document in shown],
        "NextToken": token,
    }


def describe_services(request: Request) -> dict[str, Any]:
    """DescribeServices."""
    if request.params.get("ServiceCode") is not None:
        _check_service(request.params)
    names = sorted({*_attributes(price_list()[0]), "group", "volumeType"})
    services = [{"ServiceCode": SERVICE_CODE, "AttributeNames": names}]
    return {"FormatVersion": _FORMAT, "Services": services}


def get_attribute_values(request: Request) -> dict[str, Any]:
    """GetAttributeValues."""
    _check_service(request.params)
    name = request.params["AttributeName"]
    values = sorted(
        {_attributes(product)[name] for product in price_list() if name in _attributes(product)}
    )
    if not values:
        raise AwsFault("NotFoundException", f"There is no attribute {name}")
    shown, token = _page(values, request.params)
    return {"AttributeValues": [{"Value": value} for value in shown], "NextToken": token}


def _check_service(params: dict[str, Any]) -> None:
    if params["ServiceCode"] != SERVICE_CODE:
        raise AwsFault(
            "InvalidParameterException",
            f"Input Parameters are invalid. Only the prices of {SERVICE_CODE} are shipped.",
        )
    if params.get("FormatVersion", _FORMAT) != _FORMAT:
        raise AwsFault("InvalidParameterException", "Input Parameters are invalid.")


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "TERM_MATCH": lambda value, wanted: value.lower() == wanted.lower(),
    "EQUALS": lambda value, wanted: value == wanted,
    "CONTAINS": lambda value, wanted: wanted.lower() in value.lower(),
    "ANY_OF": lambda value, wanted: value in wanted.split(","),
    "NONE_OF": lambda value, wanted: value not in wanted.split(","),
}


def _matches(document: dict[str, Any], filters: list[dict[str, str]]) -> bool:
    attributes = _attributes(document)
    return all(
        _TESTS[filter_["Type"]](attributes.get(filter_["Field"], ""), filter_["Value"])
        for filter_ in filters
    )


def _attributes(document: dict[str, Any]) -> dict[str, str]:
    product = document["product"]
    return {**product["attributes"], "productFamily": product["productFamily"]}


def _page(entries: list[Any], params: dict[str, Any]) -> tuple[list[Any], str | None]:
    token = params.get("NextToken") or "0"
    if not token.isdigit() or int(token) > len(entries):
        raise AwsFault("InvalidNextTokenException", "The NextToken is not valid.")
    start, most = int(token), min(params.get("MaxResults") or _PAGE, _PAGE)
    more = start + most < len(entries)
    return entries[start : start + most], str(start + most) if more else None


def install(gateway: Gateway) -> None:
    """Put the service on a gateway."""
    handlers: dict[str, Handler] = {
        "DescribeServices": describe_services,
        "GetAttributeValues": get_attribute_values,
        "GetProducts": get_products,
    }
    gateway.own("pricing", {
        name: checked("pricing", name, call, "InvalidParameterException")
        for name, call in handlers.items()
    })  # fmt: skip
