"""What moto's IAM and STS hold; None as long as nobody has used them."""

from __future__ import annotations

import sys
from typing import Any


def iam_backend(account: str, partition: str) -> Any:
    """The users, groups, roles and policies of an account; None as long as nobody has used IAM."""
    if "moto.iam.models" not in sys.modules:
        return None
    from moto.iam.models import iam_backends  # noqa: PLC0415 - moto is loaded when first needed

    return iam_backends[account][partition]


def assumed_role(access_key: str, account: str, partition: str) -> Any:
    """The session of a role behind an access key; None when there is none."""
    if "moto.sts.models" not in sys.modules:
        return None
    from moto.sts.models import sts_backends  # noqa: PLC0415 - moto is loaded when first needed

    return sts_backends[account][partition].get_assumed_role_from_access_key(access_key)


def account_of_key(access_key: str) -> str | None:
    """The account of a key that IAM or STS made; None as long as nobody has used IAM."""
    if "moto.iam.models" not in sys.modules:
        return None
    from moto.iam.models import get_account_id_from  # noqa: PLC0415

    account: str = get_account_id_from(access_key)
    return account
