"""Where calls go: the embedded AWS of this machine, or AWS itself.

A `Target` is a value without any connection. `aws.session.Session` turns it into clients and holds
them to it: those of the sandbox reach loopback only, those of AWS never reach loopback.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from tablewright.errors import UsageError

from .guard import host_of, is_loopback

SANDBOX_ACCESS_KEY = "TABLEWRIGHTSANDBOX0"
"""A key id AWS never issues: its own begin with AKIA or ASIA."""
SANDBOX_SECRET_KEY = "the-sandbox-has-no-secrets"  # noqa: S105 - a dummy, known to everybody


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key given by hand; the token only for temporary ones."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


SANDBOX_CREDENTIALS = Credentials(SANDBOX_ACCESS_KEY, SANDBOX_SECRET_KEY)


@dataclass(frozen=True, slots=True)
class Target:
    """Who is asked, and as whom.

    Args:
        kind: `sandbox` or `aws`.
        endpoint: URL of the sandbox; None for AWS.
        profile: AWS profile; None for the usual chain of the environment. Never with a sandbox.
        credentials: given by hand, before profile and chain.
        role_arn: a role to assume first, e.g. in another account.
        external_id: what that role wants to hear, if anything.
    """

    kind: Literal["sandbox", "aws"]
    endpoint: str | None = None
    profile: str | None = None
    credentials: Credentials | None = None
    role_arn: str | None = None
    external_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse the combinations that would blur the line between the two."""
        if self.kind == "aws":
            if self.endpoint is not None:
                raise UsageError("--target aws takes no endpoint", "use --target sandbox for one")
        elif self.endpoint is None or not is_loopback(host_of(self.endpoint)):
            raise UsageError(
                f"the sandbox listens on loopback, not at {self.endpoint or 'no endpoint at all'}",
                "start one with `tablewright sandbox start`",
            )

    @classmethod
    def sandbox(cls, endpoint: str, credentials: Credentials = SANDBOX_CREDENTIALS) -> Target:
        """The embedded AWS at `endpoint`, `http://127.0.0.1:PORT`."""
        return cls("sandbox", endpoint=endpoint, credentials=credentials)

    @classmethod
    def aws(cls, profile: str | None = None, credentials: Credentials | None = None) -> Target:
        """AWS itself, as `profile`, as `credentials`, or as whom the environment says."""
        return cls("aws", profile=profile, credentials=credentials)

    def assuming(self, role_arn: str, external_id: str | None = None) -> Target:
        """The same target, in the account and with the rights of a role."""
        return replace(self, role_arn=role_arn, external_id=external_id)
