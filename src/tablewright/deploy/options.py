"""What the user says about a deployment besides the manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Options:
    """Where and as what a stack is deployed.

    Args:
        target: `sandbox` or `aws`.
        stack: name of the Pulumi stack; None takes the environment. `organization/project/name` is
            understood, but the project must be the stack's own name.
        backend: URL of the state; None for the folder of the target.
        provider: `embedded` (ours) or `official`; None takes ours on the sandbox, else Pulumi's.
        profile: AWS profile, for `aws` only.
        sandbox: name of the sandbox, for `sandbox` only.
        accounts: how the account of a stack is entered that names one: a file of roles, or
            `organization:ROLE[:EXTERNAL-ID]`; None is by the credentials themselves.
    """

    target: Literal["sandbox", "aws"] = "sandbox"
    stack: str | None = None
    backend: str | None = None
    provider: Literal["embedded", "official"] | None = None
    profile: str | None = None
    sandbox: str = "default"
    accounts: str | None = None
