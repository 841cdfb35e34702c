"""The file of --pricing: what is paid besides list prices, each mistake with its line."""

import json
from decimal import Decimal

import pytest

from tablewright.cli.measure.optimize_command import command as optimize
from tablewright.cli.measure.prices_command import show
from tablewright.cost.pricing.prices import PriceBook, Prices
from tablewright.cost.pricing.terms_file import PRICE_NAMES, read_terms, terms_in
from tablewright.errors import InputError, ManifestError
from tests.unit.cost.test_optimize_command import run, store

__all__ = ["store"]

WHOLE = """\
discountPercent: 8
freeTier: true
reserved:
  - {region: eu-west-1, dimension: write, units: 500}
savingsPlan: {usdPerHour: 0.25, onDemandPercent: 17.5}
prices:
  eu-west-1: {insightsUsdPerRuleMonth: 0.5, insightsEventsUsdPerMillion: 0.03}
tables:
  - {name: orders, streamReads: 5000000, backupGb: 10}
  - {name: orders, region: eu-west-1, insightsRules: 4, insightsEvents: 1e9}
"""


def test_all_that_can_be_stated_counts():
    terms = terms_in(WHOLE, "pricing.yaml")
    assert (terms.discount_percent, terms.free_tier) == (8, True)
    assert terms.reserved == {("eu-west-1", "write"): 500}
    assert terms.savings_plan.usd_per_hour == Decimal("0.25")
    assert terms.savings_plan.provisioned_percent is None
    assert terms.stated("orders", "us-east-1") == {
        "streamReadsUsdPerMillion": 5_000_000,
        "backupUsdPerGbMonth": 10,
    }
    assert terms.stated("orders", "eu-west-1") == {
        "insightsUsdPerRuleMonth": 4,
        "insightsEventsUsdPerMillion": 10**9,
    }
    assert terms.stated("users", "eu-west-1") == {}
    listed, charged = PriceBook()("eu-west-1"), PriceBook((), terms)("eu-west-1")
    write = "onDemandWriteUsdPerMillion"
    assert charged.usd[write] == listed.usd[write] * Decimal("0.92")
    assert charged.usd["insightsUsdPerRuleMonth"] == Decimal("0.46")
    reserved = "reservedWriteUpfrontUsdPer100UnitYears"
    assert charged.usd[reserved] == listed.usd[reserved]
    # JSON is as good, and a file of nothing but `{}` states nothing.
    same = terms_in(json.dumps({"discountPercent": 8}), "pricing.json")
    assert same.discount_percent == 8
    assert terms_in("{}", "none").discount_percent == 0


@pytest.mark.parametrize(
    ("text", "place", "complaint"),
    [
        ("", "p.yaml:1:1", "holds no document"),
        ("", "p.yaml:1:1", "some of the fields discountPercent, freeTier, reserved"),
        ("a: 1\n---\nb: 2\n", "p.yaml:1:1", "or several"),
        ("discountPercent: [", "p.yaml:", ""),
        ("freeTeer: true", "p.yaml:1:1: freeTeer", "did you mean `freeTier`"),
        ("discountPercent: 108", "p.yaml:1:18: discountPercent", "108 is too large"),
        ("discountPercent: -1", "p.yaml:1:18: discountPercent", "too small"),
        ("discountPercent: 8%", "p.yaml:1:18: discountPercent", "must be a number"),
        ("reserved: [{region: eu-west-1, dimension: write, units: 550}]", "p.yaml:1:", "of 100"),
        ("reserved: [{region: here, dimension: write, units: 100}]", "p.yaml:1:", "region"),
        (
            "reserved: [{region: eu-west-1, dimension: both, units: 100}]",
            "p.yaml:1:",
            "read, write",
        ),
        (
            2 * "- {region: eu-west-1, dimension: read, units: 100}\n",
            "p.yaml:3:3: reserved[1]",
            "given twice",
        ),
        ("savingsPlan: {usdPerHour: -1}", "p.yaml:1:27: savingsPlan.usdPerHour", "too small"),
        (
            "prices: {eu-west-1: {storageUsd: 1}}",
            "p.yaml:1:34",
            "did you mean `storageUsdPerGbMonth`",
        ),
        (
            "prices: {eu-west-1: {zzzzzzzz: 1}}",
            "p.yaml:1:32",
            "`tablewright prices show --region eu-west-1` prints the names that there are",
        ),
        ("tables: [{name: x}]", "p.yaml:1:17: tables[0].name", "too short"),
        ("tables: [{name: abc}, {name: abc}]", "p.yaml:1:23: tables[1]", "given twice"),
    ],
)
def test_each_mistake_is_told_with_its_line(text, place, complaint):
    if text.startswith("- "):
        text = f"reserved:\n{text}"
    with pytest.raises(ManifestError) as caught:
        terms_in(text, "p.yaml")
    shown = str(caught.value)
    assert place in shown
    assert complaint in shown
    assert "p.yaml does not state prices" in shown


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_terms(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00\xd8a")
    with pytest.raises(InputError):
        read_terms(tmp_path / "bytes.yaml")


def test_the_command_that_answers_a_wrong_name_prints_the_names(store):
    _, printed = run(show, "--region", "eu-west-1")
    assert {"storageUsdPerGbMonth", "readCapacityUsdPerUnitHour"} <= PRICE_NAMES & {
        *printed.split()
    }


def test_what_replicated_writes_cost_is_known_from_what_writes_cost():
    usd = {"onDemandWriteUsdPerMillion": Decimal(1), "infrequentOnDemandWriteUsdPerMillion": 2}
    prices = Prices("eu-west-1", "2026-11-01", usd)
    assert prices.of("replicatedOnDemandWriteUsdPerMillion") == 1
    assert prices.of("infrequentReplicatedOnDemandWriteUsdPerMillion") == 2
    assert prices.of("replicatedWriteCapacityUsdPerUnitHour") is None


PRICING = """\
discountPercent: 10
prices: {ap-southeast-2: {streamReadsUsdPerMillion: 0.2}}
tables: [{name: orders, streamReads: 50000000}]
"""


def test_terms_are_in_every_figure_of_a_decision(store, tmp_path):
    file = tmp_path / "pricing.yaml"
    file.write_text(PRICING)
    arguments = ("--all", "--usage", store, "--output", "json")
    (listed,) = json.loads(run(optimize, *arguments)[1])["tables"]
    document = json.loads(run(optimize, *arguments, "--pricing", file)[1])
    (charged,) = document["tables"]
    assert document["fleet"]["bill"]["terms"] == str(file)
    # 50 million reads at 20 cents a million, and ten per cent off all of it.
    assert charged["decision"]["lines"]["streamReads"] == "9.00"
    before, after = (float(table["onDemand"]["usdPerMonth"]) for table in (listed, charged))
    assert after == pytest.approx(before * 0.9 + 9, abs=0.01)
    assert sum(map(float, charged["decision"]["lines"].values())) == pytest.approx(
        float(charged["decision"]["usdPerMonth"]), abs=0.02
    )
    file.write_text("tables: [{name: orders, streamReads: 5}]")
    status, text = run(optimize, *arguments[:3], "--pricing", file)
    assert status == 4
    assert "the prices of ap-southeast-2 have no streamReadsUsdPerMillion" in text
    assert "tablewright prices update --region ap-southeast-2" in text
