"""The bill beside the model: three kinds of bill, the same charges, differences explained."""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner

from tablewright.cli.measure.usage_command import command as usage
from tablewright.cost.bill import _FORMATS, billed, compared, modelled
from tablewright.cost.pricing.prices import PriceBook, Prices
from tablewright.cost.pricing.terms_file import terms_in
from tablewright.errors import InputError, UsageError
from tablewright.usage.day import CapacitySettings, ResourceId, UsageDay
from tablewright.usage.metrics import DAY_MINUTES
from tablewright.usage.store import UsageStore
from tests.unit.cost.commands import HELP

FIRST = dt.date(2026, 11, 2)
REGION = "eu-west-1"


def series(value):
    return np.full(DAY_MINUTES, value, np.float32)


def day(number, mode, table="orders", **minutes):
    settings = CapacitySettings(mode, "STANDARD", items=0, size_bytes=2**30, recovery=True)
    return UsageDay(
        ResourceId("111111111111", REGION, table),
        FIRST + dt.timedelta(days=number),
        60,
        {name: series(value) for name, value in minutes.items()},
        settings,
    )


DAYS = [
    day(0, "PROVISIONED", provisioned_read_units=10, provisioned_write_units=20),
    day(1, "PAY_PER_REQUEST", consumed_read_units=600, consumed_write_units=60),
]
ARN = f"arn:aws:dynamodb:{REGION}:111111111111:table/orders"
LINES = [
    # day, usage type, resource, units, USD
    (0, "EU-ReadCapacityUnit-Hrs", ARN, 240, 240 * 0.000147),
    (0, "EU-WriteCapacityUnit-Hrs", ARN, 480, 480 * 0.000735 * 0.9),
    (1, "EU-ReadRequestUnits", ARN, 864_000, 0.864 * 0.1415),
    (1, "EU-WriteRequestUnits", ARN + "/index/by-user", 95_040, 0.09504 * 0.705),
    (0, "EU-TimedStorage-ByteHrs", ARN, 1 / 30, 0.283 / 30),
    (1, "EU-TimedStorage-ByteHrs", ARN, 1 / 30, 0.283 / 30),
    (5, "EU-ReadRequestUnits", ARN, 5, 9.0),
    (1, "EU-DataTransfer-Out-Bytes", ARN, 5, 9.0),
    (1, "EU-ReadRequestUnits", "", 5, 9.0),
]


def write_bill(path, columns, service="AmazonDynamoDB"):
    """A bill with these columns, besides a line of another service and a column of no use."""
    lines = [(service, *line) for line in LINES] + [("AmazonS3", *LINES[0])]
    names = [columns[name] for name in ("service", "day", "usage_type", "resource", "units", "usd")]
    rows = ", ".join(
        f"({name!r}, TIMESTAMP '{FIRST + dt.timedelta(days=number)} 05:00:00', {usage_type!r}, "
        f"{resource!r}, {units!r}::DOUBLE, {usd!r}::DOUBLE, 'x')"
        for name, number, usage_type, resource, units, usd in lines
    )
    quoted = ", ".join(f'"{name}"' for name in (*names, "other"))
    table = duckdb.sql(f"SELECT * FROM (VALUES {rows}) AS bill({quoted})")  # noqa: S608 - ours
    table.write_parquet(str(path)) if path.suffix == ".parquet" else table.write_csv(str(path))


@pytest.mark.parametrize("ending", ["csv", "parquet", "csv.gz"])
@pytest.mark.parametrize("columns", _FORMATS, ids=["CUR 2.0", "CUR", "FOCUS"])
def test_each_kind_of_bill_gives_the_same_charges(tmp_path, columns, ending):
    path = tmp_path / f"bill.{ending}"
    service = "Amazon DynamoDB" if "ServiceName" in columns.values() else "AmazonDynamoDB"
    write_bill(path, columns, service)
    comparisons = compared(billed(path).charges, modelled(DAYS, PriceBook()))
    found = {comparison.charge.name: comparison for comparison in comparisons}
    assert found["readCapacityUsdPerUnitHour"].notes == ()
    assert found["writeCapacityUsdPerUnitHour"].notes == (
        "the price differs by -10.0 %: a discount, reservation or tier",
    )
    assert found["onDemandReadUsdPerMillion"].notes == ()
    assert found["onDemandReadUsdPerMillion"].billed.units == 864_000
    assert found["onDemandWriteUsdPerMillion"].notes == ("units differ by -9.1 %",)
    storage = found["storageUsdPerGbMonth"]
    assert storage.notes == ()
    assert storage.billed.days == {FIRST, FIRST + dt.timedelta(days=1)}
    assert found["recoveryUsdPerGbMonth"].notes[0].startswith("not billed")
    transfer = found["EU-DataTransfer-Out-Bytes"]
    assert (transfer.billed.usd, transfer.modelled) == (9, None)
    assert transfer.notes == ("not modelled: it does not depend on how the table is set",)
    assert billed(path).without_table_usd == 9
    assert storage.modelled.usd == pytest.approx(Decimal("0.283") / 15)


def test_the_command_lays_both_side_by_side(tmp_path):
    UsageStore(tmp_path / "use").write(DAYS)
    bill = tmp_path / "bill.parquet"
    write_bill(bill, _FORMATS[0])
    runner = CliRunner()
    arguments = ["bill", str(bill), "--store", str(tmp_path / "use")]
    text = runner.invoke(usage, arguments, standalone_mode=False, **HELP)
    assert text.exception is None, text.exception
    assert "units differ by -9.1 %" in text.stdout
    result = runner.invoke(usage, [*arguments, "--output", "json"], standalone_mode=False, **HELP)
    document = json.loads(result.stdout)
    assert len(document["charges"]) == 7
    assert (document["billedUsd"], document["withoutTableUsd"]) == ("9.56", "9.00")
    assert "besides, $9.00 of DynamoDB for no table" in text.stdout
    other = tmp_path / "other"
    UsageStore(other).write([day(300, "PAY_PER_REQUEST", consumed_read_units=1)])
    nothing = runner.invoke(usage, [*arguments[:3], str(other)], standalone_mode=False, **HELP)
    assert isinstance(nothing.exception, UsageError)


def test_replicas_and_what_is_stated_are_modelled_by_the_names_of_the_bill():
    """A table with replicas and an index, on a day of November, which has 30."""
    settings = CapacitySettings("PAY_PER_REQUEST", "STANDARD", replicas=("us-east-1",))
    days = [
        replace(
            day(1, "", consumed_read_units=0, consumed_write_units=60),
            resource=ResourceId("111111111111", REGION, "orders", index),
            settings=settings,
        )
        for index in ("", "by-user")
    ]
    text = "tables: [{name: orders, backupGb: 30, streamReads: 3e7}]"
    book = PriceBook(
        [Prices(REGION, "2026-11-01", PriceBook()("us-east-1").usd)], terms_in(text, "p")
    )
    found = {charge.name: of_days[days[0].day].units
             for charge, of_days in modelled(days, book).items()}  # fmt: skip
    assert found == {
        "onDemandReadUsdPerMillion": 0,
        "onDemandWriteUsdPerMillion": 86_400,
        "replicatedOnDemandWriteUsdPerMillion": 86_400,
        "backupUsdPerGbMonth": 1,
        "streamReadsUsdPerMillion": 10**6,
    }


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.csv", b"a,b\n1,2\n", "has not the columns of a bill"),
        ("a.parquet", b"PAR1", "cannot be read"),
        ("none.csv", None, "does not exist"),
    ],
)
def test_what_is_no_bill_is_refused(tmp_path, name, content, complaint):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=complaint):
        billed(path)
