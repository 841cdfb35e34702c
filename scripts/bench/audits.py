"""What `audit` and `verify` of many tables cost: calls against the least, time, memory."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import boto3

from .timing import TABLEWRIGHT, Home, sandbox_home

REGION = "eu-west-1"
SIZES = tuple(map(int, os.environ.get("BENCH_TABLES", "100 300 1000").split()))
INDEXES = 1
OF_A_TABLE = 7 + INDEXES
"""DescribeTable, recovery, expiry, tags, policy, Kinesis, insights of it and of each index."""
METRICS_A_TABLE, METRICS_AN_INDEX, MOST_METRICS = 7, 6, 500
OF_THE_REGION = 8
"""What is asked once: who calls, scaling, alarms, quotas, backups, DAX, event sources, roles."""
MOST_NAMES = 100
"""Of tables in a page of ListTables."""
STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: bench}
spec: {region: eu-west-1, environment: dev, tags: {Team: data, CostCenter: data}}
"""
TABLE = """\
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {{name: {name}}}
spec:
  partitionKey: {{name: id, type: S}}
  globalSecondaryIndexes:
    - {{name: by-owner, partitionKey: {{name: owner, type: S}}, projection: {{type: ALL}}}}
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run of a command."""

    seconds: float
    processor_seconds: float
    megabytes: float
    calls: int


def audits() -> None:
    """Tables with an index in one region of a sandbox: `audit` of all rules, and `verify`."""
    print("| tables | command | calls | least | s | processor s | ms a table | MB |")
    print("|---|---|---|---|---|---|---|---|")
    for size in SIZES:
        with sandbox_home() as home, tempfile.TemporaryDirectory() as directory:
            names = [f"bench-{number:05}" for number in range(size)]
            _make(home, names)
            manifest = Path(directory) / "bench.yaml"
            manifest.write_text(STACK + "".join(TABLE.format(name=name) for name in names), "utf-8")
            queries = size * (METRICS_A_TABLE + INDEXES * METRICS_AN_INDEX)
            metrics = -(-queries // MOST_METRICS)
            of_tables = size * OF_A_TABLE + -(-size // MOST_NAMES)
            for command, least in (
                (("audit", "--region", REGION), of_tables + metrics + OF_THE_REGION),
                (("audit", "--region", REGION, "--rule", "TW201"), of_tables + 2),
                (("verify", str(manifest)), size * OF_A_TABLE + 2),
            ):
                cost = _measured(home, command)
                shown = " ".join(command[:1] + command[3:]) if command[0] == "audit" else "verify"
                print(f"| {size:,} | `{shown}` | {cost.calls:,} | {least:,} | {cost.seconds:.1f} "
                      f"| {cost.processor_seconds:.1f} | {1_000 * cost.seconds / size:.0f} "
                      f"| {cost.megabytes:.0f} |", flush=True)  # fmt: skip


def _make(home: Home, names: Sequence[str]) -> None:
    endpoint = json.loads(_said(home, "sandbox", "env", "--json"))["AWS_ENDPOINT_URL"]
    client = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the sandbox's
    )

    def make(name: str) -> None:
        key = [{"AttributeName": "owner", "KeyType": "HASH"}]
        index = {"IndexName": "by-owner", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": attribute, "AttributeType": "S"} for attribute in ("id", "owner")
            ],
            GlobalSecondaryIndexes=[index],
        )

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(make, names))


def _measured(home: Home, command: Sequence[str]) -> Cost:
    """One run by itself; what it finds is not looked at."""
    _said(home, "sandbox", "calls", "--clear")
    started = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere:
        process = subprocess.Popen(
            [str(TABLEWRIGHT), *command], env=home.environment, stdout=nowhere, stderr=nowhere
        )
        _, _, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = 0  # wait4 has it
    calls = json.loads(_said(home, "sandbox", "calls", "--output", "json"))["total"]
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, calls)


def _said(home: Home, *arguments: str) -> str:
    command = [str(TABLEWRIGHT), *arguments]
    return subprocess.run(
        command, env=home.environment, capture_output=True, text=True, check=True
    ).stdout
