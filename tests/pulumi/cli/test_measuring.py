"""Usage, prices and decisions as a user types them; what their errors name is run."""

from __future__ import annotations

import gzip
import json

from tests.pulumi.cli.test_planton import MANIFEST
from tests.support.advice import follow, named
from tests.support.terminal import stack
from tests.unit.cost.traces import FOLDER

HEADER = b"timestamp,read_units,write_units\n"


def csv_file(terminal, name="orders.csv.gz"):
    """Two weeks of a load balancer, as many writes as reads."""
    rows = gzip.decompress((FOLDER / "elb_request_count.csv.gz").read_bytes()).splitlines()[1:]
    text = HEADER + b"\n".join(row + b"," + row.split(b",")[1] for row in rows)
    (terminal.folder / name).write_bytes(gzip.compress(text))
    return name


def test_what_is_missing_is_imported_and_decided_on(terminal):
    message = terminal.run("optimize", "--all").refused(2)
    _, command = named(message)
    assert command[-2:] == ("--store", "usage")
    given = {"FILE": csv_file(terminal), "NAME": "orders", "DIR": "usage", "REGION": "eu-west-1"}
    words = [given.get(word, word) for word in command[1:]]
    done = terminal.run(*words).ended(0)
    assert "15 days from 2014-04-10 to 2014-04-24" in done.err
    (decision,) = terminal.run("optimize", "--all", "--output", "json").ended(0).json["tables"]
    assert decision["name"] == "orders"
    message = terminal.run("optimize").refused(2)
    (command,) = named(message)
    terminal.run(*(given.get(word, word) for word in command[1:])).ended(0)
    message = terminal.run("usage", "export", "orders", "--index", "none").refused(2)
    assert "orders" in terminal.run(*named(message)[0][1:]).ended(0).out
    message = terminal.run("explain", "sales").refused(2)
    assert message == terminal.run("usage", "show", "sales").refused(2)
    words = [given.get(word, word) for word in named(message)[0][1:]]
    terminal.run(*words).ended(0)
    assert "sales" in terminal.run("usage", "show", "sales").ended(0).out


def test_a_manifest_in_another_mode_is_told_what_it_could_save(terminal):
    where = ("--table", "dear", "--region", "eu-west-1")
    terminal.run("usage", "import", csv_file(terminal), *where).ended(0)
    capacity = {"readCapacityUnits": 900, "writeCapacityUnits": 900}
    table = {"name": "dear", "billingMode": "PROVISIONED", "provisionedThroughput": capacity}
    index = {"partitionKey": {"name": "user", "type": "S"}, "provisionedThroughput": capacity}
    indexes = [{"name": "by-user", "projection": {"type": "ALL"}, **index}]
    manifest = terminal.write(
        "dear.yaml", stack("dear", {**table, "globalSecondaryIndexes": indexes})
    )
    # The index shares the table's billing mode: nothing is decided without it.
    _, import_ = named(terminal.run("optimize", manifest).ended(4).err)
    words = ["orders.csv.gz" if word == "FILE" else word for word in import_[1:]]
    terminal.run(*words).ended(0)
    shown = terminal.run("optimize", manifest, "--check", "--min-saving", "100").ended(3)
    assert "provisioned" in shown.out
    (command,) = named(terminal.run("optimize", "--all", "--write").refused(2))
    words = [str(manifest) if word == "PATH" else word for word in command[1:]]
    assert "Write this into the manifests?" in terminal.run(*words).ended(2).err
    assert "PROVISIONED" in manifest.read_text("utf-8")
    terminal.run(*words, "--yes").ended(0)
    # What was written is what a preview shows with its price, and nothing is left to save.
    assert "PROVISIONED" not in manifest.read_text("utf-8")
    assert "on demand" in terminal.run("optimize", manifest).ended(0).out
    terminal.run("validate", manifest).ended(0)


def test_prices_are_fetched_kept_and_used(terminal, aws):
    message = terminal.run("prices", "show", "--region", "eu-south-2").refused(2)
    fetch = ("tablewright", "prices", "update", "--region", "eu-south-2")
    # The embedded AWS has the ten regions of the snapshot, and no others.
    assert named(message) == ((*fetch, "--target", "aws"),)
    assert "no prices of 'eu-south-2'" in terminal.run(*fetch[1:]).refused(2)
    terminal.run("prices", "update", "--region", "eu-west-1").ended(0)
    (kept,) = terminal.run("prices", "show", "--region", "eu-west-1", "-o", "json").ended(0).json
    (file,) = terminal.home.rglob("prices/eu-west-1.json")
    assert kept["source"].startswith("the embedded AWS"), "nobody takes them for today's of AWS"
    assert kept["usd"]["onDemandWriteUsdPerMillion"] == "0.705"
    file.write_text("{", "utf-8")
    follow(terminal, aws, terminal.run("prices", "show", "--region", "eu-west-1").refused(2))
    terminal.run("prices", "show", "--region", "eu-west-1").ended(0)
    kept = json.loads(file.read_text("utf-8")) | {"date": "2026-01-05"}
    file.write_text(json.dumps(kept), "utf-8")
    old = terminal.run("prices", "show", "--region", "eu-west-1").ended(0).err
    assert named(old)[0][-2:] == ("--target", "aws")
    terminal.run(*named(old)[0][1:-2]).ended(0)
    assert json.loads(file.read_text("utf-8"))["date"] > "2026-01-05"


def test_live_tables_are_collected_and_a_week_is_asked_for(terminal, aws):
    aws.make_table("live")
    aws.client("dynamodb").put_item(TableName="live", Item={"id": {"S": "a"}})
    collect, _ = named(terminal.run("optimize", "--all").refused(2))
    done = terminal.run(*collect[1:], "--region", "eu-west-1").ended(0)
    assert "1 table: 1 day stored in usage; 1 call for 14 metrics (about $0.00 at" in done.err
    again = named(terminal.run("usage", "collect").refused(2))[0]
    terminal.run(*again[1:], "--region", "eu-west-1").ended(0)
    (decision,) = terminal.run("optimize", "--all", "-o", "json").ended(0).json["tables"]
    assert decision["name"] == "live"
    assert decision["decision"]["spec"] == {"billingMode": "PAY_PER_REQUEST"}
    assert "Only 0." in decision["reasons"][0]
    manifest = terminal.write("live.yaml", stack("live", "live", "other"))
    told = terminal.run("usage", "collect", manifest).ended(0).err
    assert "there is no table other in eu-west-1" in told
    document = terminal.run("usage", "collect", manifest, "-o", "json").ended(0).json
    assert (document["tables"], document["missing"]) == (1, ["other"])
    assert (document["store"], document["unread"]) == ("usage", [])
    roles = terminal.write("accounts.txt", "arn:aws:iam::210987654321:role/reader s3cret\n")
    where = ("--accounts", roles, "--region", "eu-west-1")
    found = terminal.run("discover", *where, "-o", "json").ended(0).json
    assert (found["tables"], found["regions"]) == ([], 1)
    assert "0 tables: 0 days" in terminal.run("usage", "collect", "--all", *where).ended(0).err
    roles.write_text("reader\n", "utf-8")
    assert "accounts.txt:1 is no role" in terminal.run("discover", *where).refused(2)
    aws.client("dynamodb").delete_table(TableName="live")


def test_plantons_manifest_is_converted_before_it_is_written_to(terminal):
    file = terminal.write("planton.yaml", MANIFEST)
    csv = csv_file(terminal)
    terminal.run("usage", "import", csv, file, "--table", "orders").ended(0)
    (command,) = named(terminal.run("optimize", file, "--write").refused(2))
    words = [str(file) if word == "PATH" else word for word in command[1:]]
    ours = terminal.write("ours.yaml", terminal.run(*words).ended(0).out)
    shown = terminal.run("optimize", ours, "--write", "--yes", "-o", "json").ended(0)
    assert shown.json["tables"][0]["name"] == "orders"


def test_a_bill_of_other_days_names_what_to_collect(terminal, aws):
    aws.make_table("billed")
    bill = terminal.write(
        "bill.csv",
        "lineItem/ProductCode,lineItem/UsageStartDate,lineItem/UsageType,lineItem/ResourceId,"
        "lineItem/UsageAmount,lineItem/UnblendedCost\n"
        "AmazonDynamoDB,2020-01-01T00:00:00Z,EU-ReadRequestUnits,"
        "arn:aws:dynamodb:eu-west-1:123456789012:table/billed,10,0.1\n",
    )
    terminal.run("usage", "collect", "--all", "--region", "eu-west-1").ended(0)
    (command,) = named(terminal.run("usage", "bill", bill).refused(2))
    terminal.run(*command[1:], "--region", "eu-west-1").ended(0)
    aws.client("dynamodb").delete_table(TableName="billed")
