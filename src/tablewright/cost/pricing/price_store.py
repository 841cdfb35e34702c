"""Where prices are kept that were fetched, and how they are fetched: the Price List API."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.engine.install.folders import state_folder
from tablewright.errors import InputError
from tablewright.files import write_whole
from tablewright.transfer import read_given, why_unread

from .price_list import by_region, prices_in
from .prices import PriceBook, Prices
from .terms import LIST_PRICES

_HOME = "us-east-1"
"""The service answers for all regions from here."""
_SOURCE = "AWS Price List API"
_SNAPSHOT = "the embedded AWS, which has a snapshot of AWS's Price List"


def folder() -> Path:
    """The folder of kept prices, a file a region; it may not exist."""
    return state_folder(os.environ) / "prices"


def open_book(file: Path | None = None, terms_file: Path | None = None) -> PriceBook:
    """The book that decisions use.

    Args:
        file: a price list of AWS; it comes before all others.
        terms_file: states what is paid besides list prices.

    Raises:
        InputError: a file cannot be read.
    """
    given = [] if file is None else read(file)
    terms = LIST_PRICES
    if terms_file is not None:
        from .terms_file import read_terms  # noqa: PLC0415 - a model that no preview needs

        terms = read_terms(terms_file)
    return PriceBook([*given, *_kept()], terms)


def known_prices() -> Callable[[str], Prices | None]:
    """Tells the prices of a region, kept ones first; None where none are known or can be read."""
    try:
        book = open_book()
    except InputError:
        book = PriceBook()

    def prices(region: str) -> Prices | None:
        try:
            return book(region)
        except InputError:
            return None

    return prices


def read(file: Path) -> list[Prices]:
    """The prices of a file.

    Raises:
        InputError: it cannot be read, or holds no prices.
    """
    try:
        text = read_given(file).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = why_unread(error)
        raise InputError(f"{file} cannot be read: {reason}", "name a price list") from error
    return prices_in(text, str(file))


def keep(prices: Prices) -> Path:
    """Keep prices for the next decisions; the path of their file is returned."""
    path = folder() / f"{prices.region}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(prices.as_json(), indent=1).encode())
    return path


def _kept() -> Iterator[Prices]:
    for path in sorted(folder().glob("*.json")):
        try:
            yield Prices.from_json(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{path} is damaged: {error}",
                f"fetch it again: `tablewright prices update --region {path.stem}`",
            ) from error


def fetch(session: Session, region: str) -> Prices:
    """The prices of a region as AWS has them now.

    Raises:
        InputError: AWS has no prices of that region.
        AwsError: AWS could not be asked.
    """
    client = session.client("pricing", _HOME)
    filters = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region}]
    with translated(f"read the prices of {region}"):
        pages = client.get_paginator("get_products").paginate(
            ServiceCode="AmazonDynamoDB", Filters=filters, FormatVersion="aws_v1"
        )
        products: list[dict[str, Any]] = [
            json.loads(product) for page in pages for product in page["PriceList"]
        ]
    date = max((product["publicationDate"] for product in products), default="")[:10]
    source = _SOURCE if session.target.kind == "aws" else _SNAPSHOT
    for prices in by_region(products, date, source):
        if prices.region == region:
            return prices
    raise InputError(f"AWS has no prices of {region!r}", "name a region, such as eu-west-1")
