"""The embedded AWS beside plain moto, and beside ministack where one is named.

    python -m scripts.bench.emulator
    TABLEWRIGHT_MINISTACK=/path/to/bin/ministack python -m scripts.bench.emulator

Each server runs in a process of its own and is asked by one boto3 client in another.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import psutil
from botocore.config import Config

SECONDS = 3.0
ITEMS = 100_000
POINTS = 20_160
OURS = """
import time
from tablewright_emulator.server import Emulator
with Emulator() as emulator:
    print(emulator.endpoint, flush=True)
    time.sleep(3600)
"""
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


@contextmanager
def server(name: str) -> Iterator[tuple[str, psutil.Process, float]]:
    """A running server: its address, its process, and how long its start took."""
    started = time.perf_counter()
    environment = dict(os.environ)
    if name == "ministack":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        quiet = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0",
                 "SFTP_ENABLED": "0"}  # fmt: skip
        command = [os.environ["TABLEWRIGHT_MINISTACK"]]
        environment |= quiet
    else:
        command = [sys.executable, "-c", OURS if name == "tablewright" else MOTO]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        if name == "ministack":
            address = f"http://127.0.0.1:{port}"
            _wait_for(port)
        else:
            address = process.stdout.readline().strip() if process.stdout else ""
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


def per_second(call: Callable[[int], object]) -> float:
    """How many calls a second one client gets answered."""
    started, count = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        call(count)
        count += 1
    return count / (time.perf_counter() - started)


def items_of(numbers: range) -> list[dict[str, Any]]:
    """Put requests of small items over a thousand partitions."""
    return [
        {"PutRequest": {"Item": {
            "pk": {"S": f"p{number % 1000}"}, "sk": {"N": str(number)}, "v": {"S": "y" * 50},
        }}}
        for number in numbers
    ]  # fmt: skip


def tables(address: str, process: psutil.Process, items: int) -> Row:
    """Describe, put, get and query."""
    dynamodb = client("dynamodb", address)
    dynamodb.create_table(TableName="orders", **KEYS, BillingMode="PAY_PER_REQUEST")
    time.sleep(0.3)
    row = [("DescribeTable/s", per_second(lambda _: dynamodb.describe_table(TableName="orders")))]
    row.append(("PutItem/s", per_second(lambda number: dynamodb.put_item(
        TableName="orders", Item={"pk": {"S": "x"}, "sk": {"N": str(number)}}))))  # fmt: skip
    started = time.perf_counter()
    for start in range(0, items, 25):
        dynamodb.batch_write_item(RequestItems={"orders": items_of(range(start, start + 25))})
    row.append((f"items/s in batches, {items}", items / (time.perf_counter() - started)))
    row.append((f"MB with {items} items", process.memory_info().rss / 1e6))
    row.append((f"Query/s, 10 of {items}", per_second(lambda _: dynamodb.query(
        TableName="orders", KeyConditionExpression="pk = :p", Limit=10,
        ExpressionAttributeValues={":p": {"S": "p5"}}))))  # fmt: skip
    row.append(("DescribeTable/s, 8 clients", _at_once(address)))
    return [(name, f"{value:.3g}" if value < SECONDS else f"{value:.0f}") for name, value in row]


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
    if "TABLEWRIGHT_MINISTACK" in os.environ:
        names.append("ministack")
    columns: dict[str, dict[str, str]] = {}
    for name in names:
        # moto reads every item for a query, and a query over all points: fewer, or it never ends.
        items = 5_000 if name == "moto" else ITEMS
        with server(name) as (address, process, seconds):
            row = [("start s", f"{seconds:.2f}"),
                   ("MB at start", f"{process.memory_info().rss / 1e6:.0f}")]  # fmt: skip
            row += tables(address, process, items) + metrics(address)
        columns[name] = {label.replace(str(items), "N"): value for label, value in row}
        columns[name]["N"] = f"{items:,}"
    labels = dict.fromkeys(label for column in columns.values() for label in column)
    print(f"| | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for label in labels:
        print(f"| {label} | {' | '.join(columns[name].get(label, '') for name in names)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
