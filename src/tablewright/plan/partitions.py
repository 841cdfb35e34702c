"""AWS's partitions: whose regions they are, and under what name their services answer.

Source: AWS Fault Isolation Boundaries, Partitions; DNS suffixes as in botocore's `partitions.json`.
"""

from __future__ import annotations

from typing import Final

_BY_REGION: Final = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "us-isof-": "aws-iso-f",
    "eu-isoe-": "aws-iso-e",
    "eusc-": "aws-eusc",
}
"""By how the names of its regions begin; all others are `aws`, regions to come among them."""
_SUFFIXES: Final = {
    "aws-cn": "amazonaws.com.cn",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
    "aws-eusc": "amazonaws.eu",
}


def partition_of_region(region: str) -> str:
    """`aws`, `aws-cn`, ...: the partition that a region belongs to."""
    return next((name for start, name in _BY_REGION.items() if region.startswith(start)), "aws")


def dns_suffix(partition: str) -> str:
    """What the names of a partition's endpoints end with."""
    return _SUFFIXES.get(partition, "amazonaws.com")
