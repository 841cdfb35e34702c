"""AWS's Price List as prices by name: its bands, prefixes and lines that are not ours."""

import json
from decimal import Decimal

import pytest

from tablewright.cost.pricing.price_list import CHARGES, charge_of, prices_in
from tablewright.cost.pricing.prices import PriceBook, Prices
from tablewright.errors import InputError


def product(usage, **attributes):
    return {"attributes": {"usagetype": usage, "regionCode": "us-east-1", **attributes}}


def term(*bands):
    """Bands as (end, USD)."""
    dimensions = {
        str(number): {"beginRange": "0", "endRange": end, "pricePerUnit": {"USD": usd}}
        for number, (end, usd) in enumerate(bands)
    }
    return {"offer": {"priceDimensions": dimensions}}


def bulk(products, terms):
    return json.dumps(
        {
            "publicationDate": "2026-11-20T00:00:00Z",
            "products": products,
            "terms": {"OnDemand": terms},
        }
    )


def test_the_price_behind_the_free_units_counts_and_vectors_do_not():
    products = {
        "A": product("TimedStorage-ByteHrs"),
        "B": product("WriteRequestUnits", group="DDB-WriteUnits"),
        "C": product("IA-WriteRequestUnits"),
        "D": product("VectorWriteRequest"),
        "E": product("ReplWriteRequestUnits"),
        "F": product("USE1-TimedPITRStorage-ByteHrs"),
        "G": product("ReadRequestUnits"),
    }
    terms = {
        "A": term(("25", "0.0000000000"), ("Inf", "0.2500000000")),
        "B": term(("Inf", "0.0000006250")),
        "C": term(("Inf", "0.0000007800")),
        "D": term(("Inf", "0.1")),
        "E": term(("Inf", "0.0000006250")),
        "F": term(("Inf", "0.2000000000")),
    }
    (prices,) = prices_in(bulk(products, terms), "index.json")
    assert prices.usd == {
        "storageUsdPerGbMonth": Decimal("0.25"),
        "onDemandWriteUsdPerMillion": Decimal("0.625"),
        "infrequentOnDemandWriteUsdPerMillion": Decimal("0.78"),
        "replicatedOnDemandWriteUsdPerMillion": Decimal("0.625"),
        "recoveryUsdPerGbMonth": Decimal("0.2"),
    }
    assert (prices.region, prices.date, prices.source) == ("us-east-1", "2026-11-20", "index.json")


@pytest.mark.parametrize("usage", CHARGES)
@pytest.mark.parametrize("prefix", ["", "EU-", "APS2-", "USE1-", "MES1-"])
def test_a_usage_type_is_known_behind_every_prefix(usage, prefix):
    assert charge_of(prefix + usage) == CHARGES[usage]


@pytest.mark.parametrize(
    "usage", ["", "VectorSearch", "EU-VectorWriteRequest", "X-ReadRequestUnits"]
)
def test_other_usage_types_are_nothing(usage):
    assert charge_of(usage) is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"terms": {"OnDemand": {}}}', bulk({"A": {}}, {})]
)
def test_what_is_no_price_list_is_refused(text):
    with pytest.raises(InputError, match="not a DynamoDB price list"):
        prices_in(text, "index.json")


def test_the_first_prices_of_a_region_count_before_the_snapshot():
    mine = Prices("eu-west-1", "2026-11-20", {}, "mine")
    book = PriceBook([mine, Prices("eu-west-1", "2026-11-21", {}, "other")])
    # The Price List API is not asked for what reserved capacity costs: the snapshot says it.
    assert book("eu-west-1").source == "mine"
    assert all(name.startswith("reserved") for name in book("eu-west-1").usd)
    own = Prices("eu-west-1", "2026-11-20", {"reservedReadUsdPer100UnitHours": Decimal(1)}, "mine")
    assert PriceBook([own])("eu-west-1") == own
    assert book("us-east-1").source == "the snapshot that is shipped"
    assert Prices.from_json(json.loads(json.dumps(book("us-east-1").as_json()))) == book(
        "us-east-1"
    )
    with pytest.raises(InputError, match="no prices of 'mars-1'"):
        book("mars-1")
