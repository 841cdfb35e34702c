"""`usage` and `optimize` as commands: files in, decisions out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from tablewright.cli.optimize_command import command as optimize
from tablewright.cli.usage_command import command as usage
from tablewright.errors import InputError, UsageError
from tests.unit.cost.traces import per_minute

START = datetime(2026, 11, 2, tzinfo=UTC)
MANIFEST = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec: {region: ap-southeast-2, environment: dev, tags: {Team: shop, CostCenter: shop}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
  billingMode: PROVISIONED
  provisionedThroughput: {readCapacityUnits: 500, writeCapacityUnits: 500}
"""


def run(command, *arguments):
    """Exit status and standard output; errors are raised as they are."""
    result = CliRunner().invoke(command, [*map(str, arguments)], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value, result.stdout


@pytest.fixture
def store(tmp_path):
    """Two weeks of a load balancer as the use of a table `orders`."""
    units = per_minute("elb_request_count", 100)
    rows = (
        f"{START + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ},{value},{value}"
        for minute, value in enumerate(units)
    )
    file = tmp_path / "orders.csv"
    file.write_text("timestamp,read_units,write_units\n" + "\n".join(rows))
    folder = tmp_path / "usage"
    where = ("--store", folder, "--region", "ap-southeast-2", "--table", "orders")
    assert run(usage, "import", file, *where)[0] == 0
    return folder


def test_optimize_of_all_says_what_each_should_be_set_to(store):
    status, output = run(optimize, "--all", "--usage", store, "--output", "json")
    assert status == 0
    (table,) = json.loads(output)["tables"]
    assert table["name"] == "orders"
    assert table["current"] is None
    assert table["evidence"]["chosenOn"] == "2026-11-02/2026-11-11"
    assert table["evidence"]["judgedOn"] == "2026-11-12/2026-11-15"
    assert table["decision"]["spec"]["billingMode"] in {"PROVISIONED", "PAY_PER_REQUEST"}
    assert float(table["decision"]["usdPerMonth"]) <= float(table["onDemand"]["usdPerMonth"])


def test_a_manifest_is_what_it_costs_now_and_check_tells_ci(store, tmp_path):
    manifest = tmp_path / "orders.yaml"
    manifest.write_text(MANIFEST)
    arguments = (manifest, "--usage", store)
    output = run(optimize, *arguments, "--output", "json")[1]
    document = json.loads(output)
    saving = float(document["tables"][0]["savingUsdPerMonth"])
    assert saving > 100
    assert document["fleet"]["savingUsdPerMonth"] == document["tables"][0]["savingUsdPerMonth"]
    assert run(optimize, *arguments, "--check", "--min-saving", saving - 1)[0] == 3
    assert run(optimize, *arguments, "--check", "--min-saving", saving + 1)[0] == 0
    assert "| orders |" in run(optimize, *arguments, "--output", "markdown")[1]
    assert "less than now" in run(optimize, *arguments)[1]


def test_show_and_export_print_what_was_imported(store):
    assert "reads" in run(usage, "show", "orders", "--store", store)[1]
    exported = run(usage, "export", "orders", "--store", store)[1].splitlines()
    assert exported[0] == "timestamp,read_units,write_units"
    assert exported[1].startswith("2026-11-02T00:00:00Z,")
    with pytest.raises(UsageError, match="no use of a table 'sales'"):
        run(usage, "show", "sales", "--store", store)
    with pytest.raises(UsageError, match="no index 'by-user'"):
        run(usage, "export", "orders", "--index", "by-user", "--store", store)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "name manifests, or --all"),
        (("--all", "--budget", "much"), "is no share"),
        (("--all", "--budget", "101%"), "is no share"),
        (("--all", "--min-saving", "lots"), "is no sum"),
        (("--all", "--usage", "nowhere"), "there is no usage in nowhere"),
    ],
)
def test_what_cannot_be_is_refused(arguments, complaint):
    with pytest.raises(InputError, match=complaint):
        run(optimize, *arguments)
