"""Keys by their ARNs, which KMS takes wherever it takes an id, and moto in some operations only."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from tablewright_emulator.request import Engine, Reply, Request

_KEY = re.compile(r"arn:[^:]+:kms:([^:]+):([^:]+):key/([\w-]+)")


def by_id(request: Request, engine: Engine) -> Reply:
    """KMS, with the key of an ARN of this account and region named by its id."""
    try:
        params = json.loads(request.http.body or b"{}")
    except ValueError:
        return engine(request)
    named = params.get("KeyId") if isinstance(params, dict) else None
    key = _KEY.fullmatch(named) if isinstance(named, str) else None
    if key is not None:
        region, account, id_ = key.groups()
        if (region, account) == (request.region, request.account):
            body = json.dumps({**params, "KeyId": id_}).encode()
            request.http = replace(request.http, body=body)
    return engine(request)
