"""`usage` and `optimize` as commands: files in, decisions out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from tablewright import manifest
from tablewright.cli.measure.explain_command import command as explain
from tablewright.cli.measure.optimize_command import command as optimize
from tablewright.cli.measure.usage_command import command as usage
from tablewright.errors import ConsentError, InputError, UsageError
from tests.support import printed_json
from tests.unit.cost.commands import HELP
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
    result = CliRunner().invoke(command, [*map(str, arguments)], standalone_mode=False, **HELP)
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
    assert table["evidence"]["chosenOn"] == "2026-11-02/2026-11-08"
    assert table["evidence"]["judgedOn"] == "2026-11-09/2026-11-15"
    assert table["decision"]["spec"]["billingMode"] in {"PROVISIONED", "PAY_PER_REQUEST"}
    assert float(table["decision"]["usdPerMonth"]) <= float(table["onDemand"]["usdPerMonth"])


def test_what_is_printed_as_json_is_what_the_schema_says(store, tmp_path):
    manifest = tmp_path / "orders.yaml"
    manifest.write_text(MANIFEST)
    short = tmp_path / "short.csv"
    short.write_text("timestamp,read_units\n2026-11-02T00:00:00Z,5\n2026-11-02T00:01:00Z,6\n")
    where = ("--store", store, "--region", "ap-southeast-2")
    run(usage, "import", short, "--table", "young", *where)
    for source in (("--all",), (manifest,)):
        document = json.loads(run(optimize, *source, "--usage", store, "--output", "json")[1])
        printed_json.validate("optimization", document)
        with pytest.raises(AssertionError, match="'more' was unexpected"):
            printed_json.validate("optimization", document | {"more": 1})
    assert document["tables"][0]["current"]["name"] == "as declared"


def test_a_region_without_prices_stops_its_tables_alone(store, tmp_path, capsys):
    far = tmp_path / "far.csv"
    far.write_text("timestamp,read_units\n2026-11-02T00:00:00Z,5\n2026-11-02T00:01:00Z,6\n")
    # Both options have both names.
    where = ("--usage", store, "--region", "mars-north-1", "--table", "far")
    run(usage, "import", far, *where)
    status, output = run(optimize, "--all", "--store", store, "--output", "json")
    assert status == 4
    document = json.loads(output)
    printed_json.validate("optimization", document)
    first, second = document["tables"]
    assert (first["name"], first["error"]) == ("orders", None)
    assert first["alternatives"]
    assert second["decision"] is None
    assert "no prices of 'mars-north-1'" in second["error"]["message"]
    assert "tablewright prices update --region mars-north-1" in second["error"]["fix"]
    assert (document["fleet"]["failed"], list(document["prices"])) == (1, ["ap-southeast-2"])
    for form in ("text", "markdown"):
        status, output = run(optimize, "--all", "--usage", store, "--output", form)
        assert status == 4
        assert "not decided: there are no prices of" in output.replace("\\", "")
    with pytest.raises(InputError, match="no prices of 'mars-north-1'"):
        run(explain, "far", "--usage", store)


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


WITH_INDEX = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec: {region: ap-southeast-2, environment: dev, tags: {Team: shop, CostCenter: shop}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}  # the order's id
  billingMode: PROVISIONED
  provisionedThroughput: {readCapacityUnits: 900, writeCapacityUnits: 900}
  autoScaling:
    # bought for a peak
    read:
      minCapacity: 900
      maxCapacity: 2000
      scaleInCooldown: 30
      schedules: [{name: read-05, schedule: cron(0 5 * * ? *), minCapacity: 900}]
  # who bought what
  globalSecondaryIndexes:
    - name: by-user
      partitionKey: {name: user, type: S}
      projection: {type: ALL}
      provisionedThroughput: {readCapacityUnits: 900, writeCapacityUnits: 900}
      autoScaling:
        write: {minCapacity: 900, maxCapacity: 2000}
"""


BESIDE = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: books}
spec: {region: us-east-1, environment: dev, tags: {Team: books, CostCenter: books}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders, stack: books}
spec:
  partitionKey: {name: id, type: S}
  billingMode: PROVISIONED
  provisionedThroughput: {readCapacityUnits: 900, writeCapacityUnits: 900}
---
"""
"""Another stack, whose table has the same name."""


SHAPES = {
    "steady": lambda minute: 600,
    "rare": lambda minute: 600 if minute % 500 == 0 else 0,
    "nightly": lambda minute: 60_000 if 120 <= minute % 1440 < 240 else 600,
}


def shaped(tmp_path, store, shape, indexes=("by-user",)):
    """A table and its index, used evenly, now and then, or by a job in the night."""
    values = map(SHAPES[shape], range(14 * 1440))
    file = tmp_path / "use.csv"
    rows = (
        f"{START + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ},{value},{value}"
        for minute, value in enumerate(values)
    )
    file.write_text("timestamp,read_units,write_units\n" + "\n".join(rows))
    where = ("--store", store, "--region", "ap-southeast-2", "--table", "orders")
    run(usage, "import", file, *where)
    for index in indexes:
        run(usage, "import", file, *where, "--index", index)


@pytest.mark.parametrize(
    ("shape", "mode"),
    [("steady", "PROVISIONED"), ("rare", "PAY_PER_REQUEST"), ("nightly", "PROVISIONED")],
)
def test_what_is_written_is_what_was_decided_and_nothing_is_left_to_save(tmp_path, shape, mode):
    folder = tmp_path / "use"
    shaped(tmp_path, folder, shape)
    file = tmp_path / "orders.yaml"
    file.write_text(BESIDE + WITH_INDEX.replace("{name: orders}", "{name: orders, stack: shop}"))
    arguments = (file, "--stack", "shop", "--usage", folder)
    (table,) = json.loads(run(optimize, *arguments, "--output", "json")[1])["tables"]
    before = file.read_text()
    with pytest.raises(ConsentError, match="Write this into the manifests"):
        run(optimize, *arguments, "--write")
    assert file.read_text() == before
    shown = run(optimize, *arguments, "--write", "--yes")[1]
    assert "-  provisionedThroughput: {readCapacityUnits: 900, writeCapacityUnits: 900}" in shown
    before, others, text = file.read_text().partition(BESIDE)
    assert (before, others) == ("", BESIDE)
    assert "# the order's id" in text
    assert "# who bought what" in text
    (declared,) = manifest.load([str(file)], environment={}, stack="shop").tables
    assert declared.spec.billing_mode == mode
    if mode == "PAY_PER_REQUEST":
        assert "autoScaling" not in text
        assert "provisionedThroughput" not in text
    # The job is there before tracking could be; a schedule that was there before is gone.
    assert ("cron(0 1 * * ? *)" in text) == (shape == "nightly")
    assert "cron(0 5 * * ? *)" not in text
    (again,) = json.loads(run(optimize, *arguments, "--output", "json")[1])["tables"]
    assert again["current"]["usdPerMonth"] == table["decision"]["usdPerMonth"]
    assert again["savingUsdPerMonth"] == "0.00"
    assert run(optimize, *arguments, "--check", "--min-saving", "0.01")[0] == 0
    assert "@@" not in run(optimize, *arguments, "--write")[1]
    assert file.read_text() == BESIDE + text


def test_a_table_whose_index_was_not_measured_is_not_decided_without_it(tmp_path):
    folder = tmp_path / "use"
    shaped(tmp_path, folder, "steady", indexes=())
    file = tmp_path / "orders.yaml"
    file.write_text(WITH_INDEX)
    arguments = (file, "--usage", folder, "--output", "json")
    status, output = run(optimize, *arguments, "--write", "--yes")
    (table,) = json.loads(output)["tables"]
    assert (status, table["decision"]) == (4, None)
    assert "lacks its index by-user" in table["error"]["message"]
    assert "--table orders --region ap-southeast-2 --index by-user" in table["error"]["fix"]
    assert file.read_text() == WITH_INDEX
    # What nobody declares any more decides nothing.
    shaped(tmp_path, folder, "steady", indexes=("by-user", "gone"))
    status, output = run(optimize, *arguments)
    (table,) = json.loads(output)["tables"]
    indexes = table["decision"]["spec"]["globalSecondaryIndexes"]
    assert (status, [index["name"] for index in indexes]) == (0, ["by-user"])


def test_what_cannot_be_written_leaves_the_manifests_as_they_were(tmp_path):
    folder = tmp_path / "use"
    shaped(tmp_path, folder, "steady")
    capacity = "provisionedThroughput: {readCapacityUnits: 900, writeCapacityUnits: 900}"
    shared = capacity.replace(": {", ": &shared {", 1)
    text = WITH_INDEX.replace(capacity, shared, 1).replace(
        capacity, "provisionedThroughput: *shared"
    )
    file = tmp_path / "orders.yaml"
    file.write_text(text)
    with pytest.raises(InputError, match=r"table orders in .*: .*cannot be changed by itself"):
        run(optimize, file, "--usage", folder, "--write")
    assert file.read_text() == text
    with pytest.raises(UsageError, match="needs manifests"):
        run(optimize, "--all", "--usage", folder, "--write")


LONG = "a-table-with-a-name-" + 200 * "x"


@pytest.mark.parametrize("width", ["40", "80", None])
def test_no_line_is_cut_or_filled_up_with_blanks(tmp_path, monkeypatch, width):
    if width:
        monkeypatch.setenv("COLUMNS", width)
    file = tmp_path / "use.csv"
    file.write_text("timestamp,read_units\n2026-11-02T00:00:00Z,5\n2026-11-02T00:01:00Z,6\n")
    for table in (LONG, "tiny"):
        where = ("--table", table, "--region", "us-east-1")
        run(usage, "import", file, *where, "--store", tmp_path / "use")
    lines = run(optimize, "--all", "--usage", tmp_path / "use")[1].splitlines()
    assert lines[1].startswith(f"{LONG}  us-east-1  ?")
    assert lines[2].startswith("tiny ")
    assert lines[0].index("region") == lines[1].index("us-east-1") == lines[2].index("us-east-1")
    assert [line for line in lines if line != line.rstrip()] == []


def test_explain_draws_the_alternatives_and_the_break_even(store):
    shown = run(explain, "orders", "--usage", store)[1]
    assert "▶ " in shown
    assert "70 % target tracking" in shown
    assert "┼ provisioned pays from 29 % on" in shown
    with pytest.raises(UsageError, match="no use of a table 'sales'"):
        run(explain, "sales", "--usage", store)


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
        (("--all", "--budget", "much"), "is not a share"),
        (("--all", "--budget", "101%"), "is not a share"),
        (("--all", "--min-saving", "lots"), "is not an amount"),
        (("--all", "--usage", "nowhere"), "there is no usage in nowhere"),
        (("--all", "--usage", "s3a://bucket/usage"), "is no folder of this machine"),
    ],
)
def test_what_cannot_be_is_refused(arguments, complaint):
    with pytest.raises(InputError, match=complaint):
        run(optimize, *arguments)


def test_a_decision_that_something_else_decides_is_not_written(tmp_path):
    folder = tmp_path / "use"
    shaped(tmp_path, folder, "steady")
    # Two weeks of 600 units a second, which 900 fixed units are too much for.
    defaults = "{autoScaling: {write: {minCapacity: 900, maxCapacity: 2000}}}"
    text = MANIFEST.replace("shop}}\n", f"shop}}, defaults: {defaults}}}\n").replace("500", "900")
    file = tmp_path / "orders.yaml"
    file.write_text(text)
    with pytest.raises(InputError, match="something else of the manifests decides"):
        run(optimize, file, "--usage", folder, "--write")
    assert file.read_text() == text


def test_what_is_said_of_several_tables_is_said_once(tmp_path):
    file, store = tmp_path / "day.csv", tmp_path / "usage"
    rows = (f"{START + timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ},1,1" for n in range(1440))
    file.write_text("timestamp,read_units,write_units\n" + "\n".join(rows))
    for name in ("carts", "users"):
        run(usage, "import", file, "--store", store, "--region", "eu-west-1", "--table", name)
    _, output = run(optimize, "--all", "--usage", store)
    assert "carts (eu-west-1), users (eu-west-1)" in output
    assert output.count("Only 1.0 days were measured") == 1


def test_capacity_that_stays_is_nothing_to_set(tmp_path):
    rows = (
        f"{START + timedelta(minutes=5 * number):%Y-%m-%dT%H:%M:%SZ},9,9" for number in range(24)
    )
    file = tmp_path / "use.csv"
    file.write_text("timestamp,read_units,write_units\n" + "\n".join(rows))
    manifests, store = tmp_path / "orders.yaml", tmp_path / "use"
    manifests.write_text(MANIFEST)
    run(usage, "import", file, manifests, "--table", "orders", "--store", store)
    _, output = run(optimize, manifests, "--usage", store)
    assert "choosing capacity takes 7" in output
    assert "provisioned" in output
    assert "  set " not in output
    assert "chosen on" not in output
