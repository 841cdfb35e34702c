"""What looking into many accounts costs, one of which lets nobody in: calls, time, memory."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3

from .timing import TABLEWRIGHT, Home, sandbox_home

ACCOUNTS, REGIONS, TABLES = map(int, os.environ.get("BENCH_FLEET", "50 4 20").split())
PLACES = ("eu-west-1", "eu-central-1", "us-east-1", "ap-southeast-2")
UNREAD = 4
FINDINGS = 3
REFUSES_ONE = (
    *("--service", "sts", "--operation", "AssumeRole", "--times", "1"),
    *("--code", "AccessDenied", "--status", "403"),
)


def accounts() -> None:
    """`discover`, `audit` and `usage collect` of accounts by their roles, one of which refuses."""
    print(
        f"{ACCOUNTS} accounts x {REGIONS} regions x {TABLES} tables, and one account that refuses"
    )
    print("| command | calls | s | processor s | MB | unread |")
    print("|---|---|---|---|---|---|")
    with sandbox_home() as home, tempfile.TemporaryDirectory() as folder:
        roles = [role_of(number) for number in range(ACCOUNTS + 1)]
        regions = PLACES[:REGIONS]
        make(home, roles[1:], regions)
        file = Path(folder) / "accounts.txt"
        file.write_text("".join(f"{role}\n" for role in roles), "utf-8")
        where = ("--accounts", str(file), *(f"--region={region}" for region in regions))
        for command in (
            ("discover", *where, "--output", "json"),
            ("audit", *where, "--rule", "TW201", "--output", "json"),
            ("audit", *where, "--output", "json"),
            ("usage", "collect", "--all", "--yes", "--store", f"{folder}/usage", *where),
            ("usage", "collect", "--all", "--yes", "--store", f"{folder}/usage", *where),
        ):
            measure(home, command)


def role_of(number: int) -> str:
    """The role by which one gets into an account."""
    return f"arn:aws:iam::{100000000000 + number}:role/reader"


def make(home: Home, roles: Sequence[str], regions: Sequence[str]) -> None:
    """The tables of every account and region."""
    endpoint = json.loads(said(home, "sandbox", "env", "--json"))["AWS_ENDPOINT_URL"]

    def client(service: str, region: str, **credentials: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", **credentials}
        return boto3.client(service, region_name=region, endpoint_url=endpoint, **keys)

    sts = client("sts", regions[0])

    def fill(place: tuple[str, str]) -> None:
        role, region = place
        given = sts.assume_role(RoleArn=role, RoleSessionName="bench")["Credentials"]
        dynamodb = client(
            "dynamodb",
            region,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
        for number in range(TABLES):
            dynamodb.create_table(
                TableName=f"table-{number:02}",
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            )

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(fill, places(roles, regions)))


def places(roles: Sequence[str], regions: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every region of every account."""
    return ((role, region) for role in roles for region in regions)


def measure(home: Home, command: Sequence[str]) -> None:
    """One run, of which one account is refused; its row.

    Raises:
        RuntimeError: it ended in another way than a fleet with something unread does.
    """
    said(home, "sandbox", "faults", "clear")
    said(home, "sandbox", "faults", "add", *REFUSES_ONE)
    said(home, "sandbox", "calls", "--clear")
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(
            [str(TABLEWRIGHT), *command], env=home.environment, stdout=out, stderr=err
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text, messages = out.read(), err.read()
    if process.returncode not in {UNREAD, FINDINGS}:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{messages}")
    unread = len(json.loads(text)["unread"]) if text else messages.count("unread: ")
    calls = json.loads(said(home, "sandbox", "calls", "--output", "json"))["total"]
    rule = " --rule TW201" if "--rule" in command else ""
    shown = " ".join(command[: command.index("--accounts")][:2]) + rule
    print(f"| `{shown}` | {calls:,} | {seconds:.0f} | {used.ru_utime + used.ru_stime:.0f} "
          f"| {used.ru_maxrss / 1024:.0f} | {unread} |", flush=True)  # fmt: skip


def said(home: Home, *arguments: str) -> str:
    """What a command of ours prints."""
    command = [str(TABLEWRIGHT), *arguments]
    return subprocess.run(
        command, env=home.environment, capture_output=True, text=True, check=True
    ).stdout
