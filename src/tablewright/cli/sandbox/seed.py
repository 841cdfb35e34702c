"""`tablewright sandbox seed`: tables to try things on."""

from __future__ import annotations

import dataclasses

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.cli import console
from tablewright.cli.inputs.sandboxes import running
from tablewright.sandbox.demo.seed import REGION
from tablewright.sandbox.demo.seed import seed as seed_company


def run(name: str, items: int, output_format: str) -> None:
    """Make the demo company's three provisioned tables, in ap-southeast-2."""
    target = Target.sandbox(running(name).endpoint)
    seeded = seed_company(Session(target, region=REGION), items)
    if output_format == "json":
        console.data_json([dataclasses.asdict(table) for table in seeded])
        return
    for table in seeded:
        made = "made" if table.made else "was there"
        console.data(f"{table.name}: {table.items} items ({made})")
