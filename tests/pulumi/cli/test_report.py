"""`report` of a stack and of a fleet: what of resources, checks and money comes into the file."""

from __future__ import annotations

import json
import re
import signal
from http.client import HTTPConnection

import pytest
from tests.pulumi.cli.test_measuring import csv_file
from tests.support.advice import named
from tests.support.terminal import end, stack, until

pytestmark = pytest.mark.engine

TAG = "</script><script>alert(1)</script>"


def data_of(html: str):
    text = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    return json.loads(text[1])


def asked(port: int, method: str = "GET", path: str = "/", host: str = "127.0.0.1"):
    """Status, tag and body of an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers={"Host": f"{host}:{port}"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["ETag"], body


def written(terminal, *words):
    done = terminal.run("report", *words, "--to", "r.html").ended(0)
    assert done.out == "r.html\n"
    return data_of((terminal.folder / "r.html").read_text("utf-8"))


@pytest.fixture(scope="module")
def shop(aws, machine):
    insights = {"mode": "ACCESSED_AND_THROTTLED_KEYS"}
    tables = [{"name": "orders", "access": ["read"], "contributorInsights": insights}, "carts"]
    machine.write("shop.yaml", stack("shop", *tables))
    machine.run("up", "shop.yaml", "--yes").ended(0)
    csv_file(machine)
    where = ("--table", "orders", "--region", "eu-west-1")
    machine.run("usage", "import", "orders.csv.gz", *where).ended(0)
    aws.make_table("strange")
    dynamodb = aws.client("dynamodb")
    arn = dynamodb.describe_table(TableName="strange")["Table"]["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "Team", "Value": TAG}])
    for table in ("strange", "orders"):
        dynamodb.put_item(TableName=table, Item={"id": {"S": "an-item-of-nobodys-business"}})
    yield machine
    machine.run("destroy", "shop.yaml", "--yes").ended(0)


def test_a_stack_is_shown_with_all_that_commands_say_of_it(shop):
    data = written(shop, "shop.yaml")
    assert data["title"] == "shop/dev"
    assert [table["name"] for table in data["tables"]] == ["carts", "orders"]
    verified = shop.run("verify", "shop.yaml", "--access", "--output", "json").ended(0).json
    assert data["verify"]["counts"] == verified["counts"]
    audited = shop.run("audit", "shop.yaml", "--output", "json").ended(3).json
    assert data["audit"]["counts"] == audited["counts"]
    assert "not asked" not in json.dumps(data["audit"]), "the tables of a region are counted, too"
    decided = shop.run("optimize", "shop.yaml", "--output", "json").ended(0).json
    assert f"{data['money']['now']:.2f}" == decided["fleet"]["currentUsdPerMonth"]
    assert f"{data['money']['best']:.2f}" == decided["fleet"]["decisionUsdPerMonth"]
    assert (
        data["status"]["resources"]
        == shop.run("status", "shop.yaml", "--output", "json").json["resources"]
    )
    (role,) = data["roles"]
    assert (role["who"], role["table"]) == ("dynamodb-orders-read-role-dev", "orders")
    may, _, differs, unread = role["cells"]["table"]
    assert {"GetItem", "Query"} <= set(may)
    assert (differs, unread) == ([], 0)
    assert role["cells"]["another table"][0] == []
    assert data["drift"]["fields"] == []
    assert data["drift"]["compared"] > 30
    (run,) = data["runs"]
    assert (run["verb"], run["failed"]) == ("up", False)
    made = {(name, operation) for name, _, operation, began, ended, _ in run["steps"] if ended}
    assert {
        ("carts", "create"),
        ("orders", "create"),
        ("dynamodb-orders-read-role-dev", "create"),
    } <= made
    carts, orders = data["tables"]
    assert [(rank, share) for _, rank, share, _ in orders["hotKeys"]] == [(1, 1.0)]
    assert carts["hotKeys"] == []
    assert "of-nobodys-business" not in (shop.folder / "r.html").read_text("utf-8")
    assert carts["use"] is None
    assert orders["use"]["minutes"] > 14 * 1440 - 60
    assert "carts was not measured" in next(
        source["gaps"] for source in data["sources"] if source["section"] == "usage"
    )


def test_a_fleet_is_shown_with_tables_of_nobody_and_no_items(shop):
    data = written(shop, "--all", "--region", "eu-west-1", "--usage", "none-measured")
    assert {table["name"] for table in data["tables"]} == {"carts", "orders", "strange"}
    strange = next(table for table in data["tables"] if table["name"] == "strange")
    assert strange["tags"] == [["Team", TAG]]
    html = (shop.folder / "r.html").read_text("utf-8")
    assert TAG not in html
    assert "an-item-of-nobodys-business" not in html
    missing = {source["section"]: source["missing"] for source in data["sources"]}
    assert "there is no usage in none-measured" in missing["usage"]
    assert missing["live"] == ""
    assert data["money"] is None


def test_a_drifted_table_is_shown_to_differ(shop, aws):
    arn = aws.client("dynamodb").describe_table(TableName="carts")["Table"]["TableArn"]
    tags = aws.client("dynamodb").list_tags_of_resource(ResourceArn=arn)["Tags"]
    team = next(tag for tag in tags if tag["Key"] == "Team")
    aws.client("dynamodb").tag_resource(ResourceArn=arn, Tags=[{**team, "Value": "other"}])
    data = written(shop, "shop.yaml")
    assert data["verify"]["counts"]["failed"] == 1
    (finding,) = [finding for finding in data["verify"]["findings"] if finding[1] == 1]
    assert data["tables"][finding[0]]["name"] == "carts"
    (field,) = data["drift"]["fields"]
    declared, recorded, now = (data["texts"][number] for number in field[4:7])
    assert (field[1], "other" in now, "other" in declared) == ("changed outside", True, False)
    assert declared == recorded
    aws.client("dynamodb").tag_resource(ResourceArn=arn, Tags=[team])


def test_a_report_names_what_it_is_about(shop):
    (command,) = named(shop.run("report").refused(2))
    shop.run(*command[1:], "--region", "eu-west-1").ended(0)
    assert (shop.folder / "tablewright-report.html").exists()
    assert "--to" in shop.run("report", "--all", "--to", "no/such/folder.html").refused(2)


def test_a_served_report_is_for_this_machine_and_follows_what_happens(shop, aws):
    process = shop.fork("report", "shop.yaml", "--serve", "--every", "2")
    try:
        url = process.stdout.readline().strip()
        port = int(re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", url)[1])
        status, tag, html = asked(port)
        assert status == 200
        assert data_of(html)["refresh"] > 0
        assert asked(port, host="rebound.example.com")[0] == 403
        assert asked(port, path="/etc/passwd")[0] == 404
        aws.client("dynamodb").update_table(TableName="carts", DeletionProtectionEnabled=True)
        until(lambda: asked(port, "HEAD")[1] != tag, "the page has changed")
    finally:
        process.send_signal(signal.SIGINT)
        done = end(process)
        aws.client("dynamodb").update_table(TableName="carts", DeletionProtectionEnabled=False)
    done.ended(0)
    assert "no longer served" in done.err
