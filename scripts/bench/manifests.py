"""Manifests of any number of tables, like those of a real team."""

from __future__ import annotations

from pathlib import Path

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {{name: bench-{first}}}
spec:
  region: ap-southeast-2
  environment: dev
  tags: {{Team: data-analytics, CostCenter: engineering}}
  defaults:
    billingMode: PAY_PER_REQUEST
    encryption: {{type: AWS_MANAGED}}
    alarms: {{userErrors: {{threshold: 5}}, systemErrors: {{threshold: 5}}}}
    access: [read, write]
"""

TABLE = """\
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {{name: bench-{number:05}}}
spec:
  partitionKey: {{name: id, type: S}}
  sortKey: {{name: at, type: N}}
  globalSecondaryIndexes:
    - name: owner-at-index
      partitionKey: {{name: owner, type: S}}
      sortKey: {{name: at, type: N}}
      projection: {{type: ALL}}
"""


def write(path: Path, tables: int, first: int = 0) -> Path:
    """Write a stack of that many tables, numbered from `first`, to one file.

    A table has ten resources, three of which are components.
    """
    numbers = range(first, first + tables)
    parts = [STACK.format(first=first), *(TABLE.format(number=n) for n in numbers)]
    path.write_text("".join(parts), "utf-8")
    return path
