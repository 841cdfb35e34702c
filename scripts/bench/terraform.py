"""The same stack by Terraform beside us, its AWS provider against moto, each in one run.

`TABLEWRIGHT_TERRAFORM_PLUGINS` names the folder of a mirror that has the provider.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from .emulator import server
from .manifests import write
from .timing import sandbox_home, timed

REGION: Final = "ap-southeast-2"
PROVIDER: Final = "registry.terraform.io/hashicorp/aws"
_TAGS: Final = {"Environment": "dev", "Team": "data-analytics", "CostCenter": "engineering"}
_READ: Final = ("GetItem", "BatchGetItem", "Query", "Scan", "DescribeTable")
_WRITE: Final = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")


def terraform() -> None:
    """A stack by Terraform and by us: seconds each, and our share of its time."""
    mirror = os.environ.get("TABLEWRIGHT_TERRAFORM_PLUGINS", "")
    if shutil.which("terraform") is None or not Path(mirror, PROVIDER).is_dir():
        print("Skipped: no terraform, or TABLEWRIGHT_TERRAFORM_PLUGINS names no AWS provider.")
        return
    runs = int(os.environ.get("BENCH_RUNS", "3"))
    for tables in map(int, os.environ.get("BENCH_TABLES", "3").split()):
        samples: dict[str, tuple[list[float], list[float]]] = {}
        for _ in range(runs):
            _sample(samples, tables, Path(mirror))
        load = os.getloadavg()[0]
        print(f"{tables} tables, medians of {runs}, load of the machine {load:.1f}\n")
        print("| what | Terraform s | we s | ratio | least | most |\n|---|---|---|---|---|---|")
        for name, (terraform_seconds, seconds) in samples.items():
            ratios = [
                own / reference for own, reference in zip(seconds, terraform_seconds, strict=True)
            ]
            print(
                f"| {name} | {statistics.median(terraform_seconds):.1f} "
                f"| {statistics.median(seconds):.2f} "
                f"| {statistics.median(ratios):.2f} | {min(ratios):.2f} | {max(ratios):.2f} |"
            )
        print(flush=True)


def _sample(samples: dict[str, tuple[list[float], list[float]]], tables: int, mirror: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, sandbox_home() as home, server("moto") as moto:
        manifest = str(write(Path(folder) / "stack.yaml", tables))
        environment = _working_directory(Path(folder), tables, mirror, moto[0])
        for name, words, arguments in (
            ("first preview", ("plan",), ("preview", manifest)),
            ("up", ("apply", "-auto-approve"), ("up", manifest, "--yes")),
            ("preview, nothing changed", ("plan", "-refresh=false"), ("preview", manifest)),
            ("the same once more", ("plan", "-refresh=false"), ("preview", manifest)),
            ("preview --refresh", ("plan",), ("preview", manifest, "--refresh")),
            ("verify, beside a refreshing plan", ("plan",), ("verify", manifest)),
            ("destroy", ("destroy", "-auto-approve"), ("destroy", manifest, "--yes")),
        ):
            measured = samples.setdefault(name, ([], []))
            measured[0].append(_terraform(folder, environment, *words))
            measured[1].append(home.run(*arguments))


def _terraform(folder: str, environment: Mapping[str, str], *words: str) -> float:
    command = ["terraform", f"-chdir={folder}", words[0], "-no-color", "-input=false", *words[1:]]
    return timed(command, environment)


def _working_directory(folder: Path, tables: int, mirror: Path, endpoint: str) -> dict[str, str]:
    """Write the configuration and initialise it; the environment of Terraform's commands."""
    settings = folder / "terraform.rc"
    settings.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    )
    (folder / "main.tf.json").write_text(json.dumps(configuration(tables)))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TF_CLI_CONFIG_FILE": str(settings),
        "CHECKPOINT_DISABLE": "1",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    _terraform(str(folder), environment, "init")
    return environment


def configuration(tables: int) -> dict[str, Any]:
    """What `manifests.write` declares, for Terraform: seven resources a table."""
    resources: dict[str, dict[str, Any]] = {
        "aws_dynamodb_table": {},
        "aws_cloudwatch_metric_alarm": {},
        "aws_iam_role": {},
        "aws_iam_role_policy": {},
    }
    for number in range(tables):
        for kind, name, arguments in _resources(f"bench-{number:05}"):
            resources[kind][name] = arguments
    return {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "provider": {"aws": {
            "region": REGION,
            "skip_credentials_validation": True,
            "skip_metadata_api_check": True,
            "default_tags": {"tags": _TAGS},
        }},
        "resource": resources,
    }  # fmt: skip


def _resources(table: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield "aws_dynamodb_table", table, {
        "name": table,
        "billing_mode": "PAY_PER_REQUEST",
        "hash_key": "id",
        "range_key": "at",
        "attribute": [
            {"name": name, "type": kind}
            for name, kind in (("id", "S"), ("at", "N"), ("owner", "S"))
        ],
        "global_secondary_index": {
            "name": "owner-at-index",
            "hash_key": "owner",
            "range_key": "at",
            "projection_type": "ALL",
        },
        "server_side_encryption": {"enabled": True},
    }  # fmt: skip
    for metric in ("UserErrors", "SystemErrors"):
        yield "aws_cloudwatch_metric_alarm", f"{table}-{metric}", {
            "alarm_name": f"{table}-{metric}",
            "namespace": "AWS/DynamoDB",
            "metric_name": metric,
            "dimensions": {"TableName": table},
            "comparison_operator": "GreaterThanThreshold",
            "statistic": "Sum",
            "period": 300,
            "evaluation_periods": 1,
            "threshold": 5,
        }  # fmt: skip
    for role, actions in (("read", _READ), ("write", _WRITE)):
        name = f"{table}-{role}"
        yield "aws_iam_role", name, {"name": name, "assume_role_policy": _trust()}
        yield "aws_iam_role_policy", name, {
            "name": role,
            "role": f"${{aws_iam_role.{name}.name}}",
            "policy": _policy([f"dynamodb:{action}" for action in actions], table),
        }  # fmt: skip


def _trust() -> str:
    principal = {"AWS": "arn:aws:iam::123456789012:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _policy(actions: list[str], table: str) -> str:
    arn = f"${{aws_dynamodb_table.{table}.arn}}"
    statement = {"Effect": "Allow", "Action": actions, "Resource": [arn, f"{arn}/index/*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
