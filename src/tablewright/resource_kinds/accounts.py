"""The account in which a resource was made, as its own ARN tells. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_ACCOUNT: Final = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):")
_OWN_ARNS: Final = ("arn", "dashboardArn")
"""Outputs that name the resource itself; others may name what somebody else has."""


def account_of(outputs: Mapping[str, Any]) -> str | None:
    """The account of a recorded resource; None where its outputs do not tell.

    Args:
        outputs: on record.
    """
    matches = (_ACCOUNT.match(str(outputs.get(name) or "")) for name in _OWN_ARNS)
    return next((match[1] for match in matches if match), None)
