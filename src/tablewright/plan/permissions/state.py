"""What the engine needs to keep a stack's state in a bucket of S3."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from tablewright.plan.partitions import partition_of_region

from .permission import Permission, permissions

STATE_COMMANDS = (
    "status", "state list", "state export", "state import", "state mv", "state move-backend",
)  # fmt: skip
"""Those that are about the state alone."""
WITH_STATE = frozenset({
    *STATE_COMMANDS,
    *("preview", "up", "refresh", "destroy", "outputs", "drift", "release", "report", "doctor"),
})  # fmt: skip
"""Those that read or write it."""


def state_permissions(backend: str, region: str) -> Iterator[Permission]:
    """For a backend's URL; nothing for one that is not in S3.

    The engine keeps states, their history and locks below `.pulumi/` (pkg/backend/diy).
    """
    parts = urlsplit(backend)
    if parts.scheme != "s3":
        return
    bucket = f"arn:{partition_of_region(region)}:s3:::{parts.netloc}"
    folder = f"{parts.path.strip('/')}/".lstrip("/")
    objects = f"{bucket}/{folder}.pulumi/*"
    yield from permissions("State", "s3:DeleteObject GetObject PutObject", objects)
    yield from permissions("StateBucket", "s3:ListBucket", bucket)
