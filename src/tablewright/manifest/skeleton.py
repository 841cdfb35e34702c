"""The manifest that `tablewright init` writes: complete, commented, and valid as it stands."""

from __future__ import annotations

from tablewright.manifest.documents.node import Scalar

_TEXT = """\
# A stack: tables that are deployed together, and what they have in common.
# `tablewright validate` checks this file, `tablewright preview` shows what would happen.
apiVersion: tablewright.dev/v1
kind: Stack
metadata:
  name: {name}
spec:
  region: ${{AWS_REGION:-eu-west-1}}
  environment: ${{ENVIRONMENT_SUFFIX:-dev}}   # in names, in the tag Environment, the Pulumi stack

  # On every table, alarm and role. Environment, Team and CostCenter are mandatory; the tag
  # Environment is always the environment above.
  tags:
    Team: ${{TEAM:-platform}}
    CostCenter: ${{COST_CENTER:-engineering}}

  # Merged under each table; what a table says itself wins.
  defaults:
    billingMode: PAY_PER_REQUEST     # or PROVISIONED, with provisionedThroughput and autoScaling
    encryption:
      type: AWS_MANAGED              # or AWS_OWNED, or CUSTOMER with kmsKeyArn
    recovery:
      days: 35                       # restore to any second of this many days
    alarms:
      # alarmActions: [arn:aws:sns:eu-west-1:123456789012:on-call]
      userErrors:
        threshold: 5                 # AWS counts these per account and region, not per table
      systemErrors:
        threshold: 5                 # over ten operations of the table
    access: [read, write]            # a role each, for Lambda functions of this account
---
apiVersion: tablewright.dev/v1
kind: Table
metadata:
  name: orders                       # the table's name; spec.tableName can add the environment
spec:
  # adopt: true                      # the table exists already: import it, change it in place
  partitionKey: {{name: customerId, type: S}}
  sortKey: {{name: placedAt, type: N}}

  globalSecondaryIndexes:
    - name: by-status
      partitionKey: {{name: status, type: S}}
      sortKey: {{name: placedAt, type: N}}
      projection:
        type: KEYS_ONLY              # or ALL, or INCLUDE with nonKeyAttributes

  # stream:
  #   viewType: NEW_AND_OLD_IMAGES   # changes for 24 hours
  # timeToLive:
  #   attributeName: expiresAt       # items delete themselves after this moment
  # contributorInsights:
  #   mode: THROTTLED_KEYS           # which keys are throttled
  # deletionProtection: true
  # tags:
  #   Project: shop
"""


def skeleton(name: str = "analytics") -> str:
    """A starter manifest: a stack called `name` with one table.

    Args:
        name: letters, digits, `_`, `-`, `.`; what else stands in it is left out.
    """
    kept = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "_-."))
    plain = Scalar(None, 1, 1, text=kept or "analytics").value
    return _TEXT.format(name=plain if isinstance(plain, str) else f'"{kept}"')
