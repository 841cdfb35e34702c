"""IAM's AWS managed policies, each read from moto's list when a request first names it.

moto can load all of them into every account, which costs 0.8 s and 60 MB; a stack uses a few.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote_plus

from tablewright_emulator.request import Request

_ARN = re.compile(r"arn:[\w-]+:iam::aws:policy/(?:[\w.+=,@-]+/)*([\w.+=,@-]+)")


def provide(request: Request) -> None:
    """Have those policies in the account that an IAM request speaks of."""
    text = unquote_plus(request.http.body.decode(errors="replace") + "&" + request.http.query)
    everything = request.operation == "ListPolicies" and "Scope=Local" not in text
    provide_named(text, request.account, request.region, everything=everything)


def provide_named(text: str, account: str, region: str, *, everything: bool = False) -> None:
    """Have the policies that a text names in an account, or all of them."""
    names = set(_ARN.findall(text))
    if not names and not everything:
        return
    from moto.iam.aws_managed_policies import aws_managed_policies_data
    from moto.iam.models import AWSManagedPolicy, iam_backends
    from moto.utilities.utils import get_partition

    backend = iam_backends[account][get_partition(region)]
    present = {policy.name for policy in backend.aws_managed_policies}
    wanted = json.loads(aws_managed_policies_data) if everything else {
        name: document
        for name in names
        if (document := _one(aws_managed_policies_data, name)) is not None
    }  # fmt: skip
    for name, data in wanted.items():
        if name not in present:
            policy = AWSManagedPolicy.from_data(name, account, backend.region_name, data)
            backend.aws_managed_policies.append(policy)
            backend.managed_policies[policy.arn] = policy


def _one(everything: str, name: str) -> Any:
    """One policy of the list, without reading the others."""
    start = everything.find(f'\n "{name}":{{')
    if start < 0:
        return None
    return json.JSONDecoder().raw_decode(everything, everything.index("{", start))[0]
