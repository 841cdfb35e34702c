"""States whose secrets are sealed with a key of the embedded AWS.

By itself the engine makes that key of a passphrase, a million times hashed: a quarter of a second
of a processor in each of its runs. A test that is about something else lets KMS keep the key, as
`pulumi stack init --secrets-provider awskms://…` does.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

from tablewright.engine.state.checkpoint import empty_checkpoint

_NO_ENGINE = {"time": "0001-01-01T00:00:00Z", "magic": "", "version": ""}


class Sealing:
    """A key, and new states that say so.

    Args:
        kms: a client of the embedded AWS.
    """

    def __init__(self, kms: Any) -> None:
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        sealed = kms.encrypt(KeyId=key, Plaintext=os.urandom(32))["CiphertextBlob"]
        self._state = {
            "url": f"awskms://{key}?region={kms.meta.region_name}",
            "encryptedkey": base64.b64encode(sealed).decode(),
        }

    def begin(self, file: Path, full_name: str) -> None:
        """Record a stack with nothing in it, unless there is one."""
        if file.exists():
            return
        document = empty_checkpoint(full_name)
        document["checkpoint"]["latest"] = {
            "manifest": _NO_ENGINE,
            "secrets_providers": {"type": "cloud", "state": self._state},
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document), "utf-8")
