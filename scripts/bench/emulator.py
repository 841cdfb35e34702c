"""The embedded AWS beside moto, and beside others where they are named.

    python -m scripts.bench.emulator

`TABLEWRIGHT_DYNOXIDE` names the executable of dynoxide, `TABLEWRIGHT_DYNAMODB_LOCAL` the folder
with the jars of DynamoDB Local. Each server runs in a process of its own. Calls of items are sent
as bytes by a client that costs next to nothing; what counts are the ratios, and the server's
processor time for each call.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import psutil
from botocore.config import Config

from scripts.bench.wire_client import WireClient

SECONDS = 1.0
ITEMS = 20_000
POINTS = 20_160
MOTO = """
import time
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(f"http://{host}:{port}", flush=True)
time.sleep(3600)
"""
KEYS = {
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
}
Row = list[tuple[str, str]]


def command_of(name: str, port: int) -> tuple[list[str], str]:
    """How a server is started, and in which folder; one that takes no port prints its address."""
    if name == "dynoxide":
        return [os.environ["TABLEWRIGHT_DYNOXIDE"], "--port", str(port)], "."
    if name == "DynamoDB Local":
        main = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"
        libraries = ["-Djava.library.path=.", "-Dsqlite4java.library.path=."]
        words = ["java", *libraries, "-cp", "*", main, "-inMemory", "-sharedDb"]
        words += ["-port", str(port)]
        return words, os.environ["TABLEWRIGHT_DYNAMODB_LOCAL"]
    if name == "moto":
        return [sys.executable, "-c", MOTO], "."
    return [sys.executable, "-m", "tablewright_emulator", "--durations", "none"], "."


@contextmanager
def server(name: str) -> Iterator[tuple[str, psutil.Process, float]]:
    """A running server: its address, its process, and how long its start took."""
    started = time.perf_counter()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, folder = command_of(name, port)
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        if name in {"tablewright", "moto"}:
            address = process.stdout.readline().strip() if process.stdout else ""
        else:
            address = f"http://127.0.0.1:{port}"
            _wait_for(port)
        yield address, psutil.Process(process.pid), time.perf_counter() - started
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError


def client(service: str, address: str) -> Any:
    """A client that sends a request once."""
    return boto3.client(
        service,
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="none",  # noqa: S106 - nobody checks it
        config=Config(retries={"total_max_attempts": 1}),
    )


def measured(client: WireClient, process: psutil.Process, requests: list[bytes]) -> str:
    """Calls a second of one client, and the server's processor time for each in microseconds."""
    for request in requests[:50]:
        client.send(request)
    started, count, used = time.perf_counter(), 0, sum(process.cpu_times()[:2])
    while time.perf_counter() - started < SECONDS:
        client.send(requests[count % len(requests)])
        count += 1
    seconds = time.perf_counter() - started
    used = sum(process.cpu_times()[:2]) - used
    return f"{count / seconds:,.0f} ({used / count * 1e6:,.0f})"


def item_of(number: int) -> dict[str, Any]:
    """An item of 1 kB."""
    texts = {f"k{position}": {"S": "v" * 100} for position in range(9)}
    key = {"pk": {"S": f"p{number % 1000}"}, "sk": {"N": str(number)}}
    return {**key, **texts, "n": {"N": "12.5"}}


def items_of(numbers: range) -> list[dict[str, Any]]:
    """Put requests of small items over a thousand partitions."""
    return [
        {"PutRequest": {"Item": {
            "pk": {"S": f"p{number % 1000}"}, "sk": {"N": str(number)}, "v": {"S": "y" * 50},
        }}}
        for number in numbers
    ]  # fmt: skip


def tables(address: str, process: psutil.Process, items: int) -> Row:
    """Describe, put, get, update, query and scan."""
    client = WireClient(address)
    table = {"TableName": "orders"}
    client.call("CreateTable", {**table, **KEYS, "BillingMode": "PAY_PER_REQUEST"})
    time.sleep(0.5)
    started = time.perf_counter()
    for start in range(0, items, 25):
        puts = {"RequestItems": {"orders": items_of(range(start, start + 25))}}
        client.send(client.request("BatchWriteItem", puts))
    row = [
        (f"items/s in batches, {items}", f"{items / (time.perf_counter() - started):,.0f}"),
        (f"MB with {items} items", f"{process.memory_info().rss / 1e6:.0f}"),
    ]
    for number in range(5, 2_000, 20):
        client.call("PutItem", {**table, "Item": item_of(number * 1000 + 5)})
    for name, operation, requests in calls():
        sent = [client.request(operation, {**table, **params}) for params in requests]
        row.append((f"{name}: calls/s (µs)", measured(client, process, sent)))
    row.append(("DescribeTable/s, 8 clients of boto3", f"{_at_once(address):.0f}"))
    return row


def calls() -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """What is measured: its name, the operation, its requests."""
    yield "DescribeTable", "DescribeTable", [{}]
    yield "PutItem, 1 kB", "PutItem", [{"Item": item_of(number)} for number in range(1000)]
    keys = [
        {"pk": {"S": "p5"}, "sk": {"N": str(number * 1000 + 5)}} for number in range(5, 2000, 20)
    ]
    yield "GetItem, 1 kB", "GetItem", [{"Key": key} for key in keys]
    update = {
        "UpdateExpression": "SET n = n + :one, #status = :status",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":status": {"S": "open"}},
    }
    yield "UpdateItem, 1 kB", "UpdateItem", [{"Key": key, **update} for key in keys]
    batch = [{"PutRequest": {"Item": item_of(number)}} for number in range(25)]
    yield "BatchWriteItem, 25 of 1 kB", "BatchWriteItem", [{"RequestItems": {"orders": batch}}]
    query = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "p5"}}}
    for limit in (10, 100):
        yield f"Query, {limit}", "Query", [{**query, "Limit": limit, "ScanIndexForward": False}]
    yield "Scan, 100", "Scan", [{"Limit": 100}]


def _at_once(address: str) -> float:
    def work() -> None:
        dynamodb = client("dynamodb", address)
        for _ in range(150):
            dynamodb.describe_table(TableName="orders")

    threads = [threading.Thread(target=work) for _ in range(8)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 8 * 150 / (time.perf_counter() - started)


def metrics(address: str) -> Row:
    """14 days of minutes of one series, written and read."""
    cloudwatch = client("cloudwatch", address)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    started = time.perf_counter()
    for start in range(0, POINTS, 1000):
        data = [
            {"MetricName": "load", "Timestamp": now - timedelta(minutes=minute), "Value": 1.0}
            for minute in range(start, min(start + 1000, POINTS))
        ]
        cloudwatch.put_metric_data(Namespace="mine", MetricData=data)
    row = [(f"s to put {POINTS} points", f"{time.perf_counter() - started:.1f}")]
    stat = {"Metric": {"Namespace": "mine", "MetricName": "load"}, "Period": 60, "Stat": "Sum"}
    for days in (1, 14):
        started = time.perf_counter()
        cloudwatch.get_metric_data(
            StartTime=now - timedelta(days=days),
            EndTime=now,
            MetricDataQueries=[{"Id": "m", "MetricStat": stat}],
        )
        row.append((f"s GetMetricData, {days} d by the minute",
                    f"{time.perf_counter() - started:.2f}"))  # fmt: skip
    return row


def main() -> int:
    """Measure each server and print one table."""
    names = ["tablewright", "moto"]
    others = {"DynamoDB Local": "TABLEWRIGHT_DYNAMODB_LOCAL", "dynoxide": "TABLEWRIGHT_DYNOXIDE"}
    names += [name for name, variable in others.items() if variable in os.environ]
    columns: dict[str, dict[str, str]] = {}
    for name in names:
        # moto reads every item for a query, and a query over all points: fewer, or it never ends.
        items = 2_000 if name == "moto" else ITEMS
        with server(name) as (address, process, seconds):
            row = [("start s", f"{seconds:.2f}"),
                   ("MB at start", f"{process.memory_info().rss / 1e6:.0f}")]  # fmt: skip
            row += tables(address, process, items)
            row += metrics(address) if name in {"tablewright", "moto"} else []
        columns[name] = {label.replace(str(items), "N"): value for label, value in row}
        columns[name]["N"] = f"{items:,}"
    labels = dict.fromkeys(label for column in columns.values() for label in column)
    print(f"| | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for label in labels:
        print(f"| {label} | {' | '.join(columns[name].get(label, '') for name in names)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
