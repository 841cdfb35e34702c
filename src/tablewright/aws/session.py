"""Clients for a target, one per service and region, shared by threads.

    session = Session(Target.sandbox("http://127.0.0.1:4566"), region="eu-west-1")
    session.client("dynamodb").list_tables()

Nothing is connected, and no credential is looked up, before the first call.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError

from tablewright import __version__
from tablewright.errors import EndpointError
from tablewright.plan.partitions import partition_of_region

from .connection import connect, open_session, renew_credentials
from .failures import translate, translated
from .persistence import ATTEMPTS, Tell
from .target import Target

if TYPE_CHECKING:
    from botocore.session import Session as BotocoreSession

    from .journal import ReplyJournal

CONNECT_TIMEOUT_SECONDS = 5

_SEALED: Mapping[str, tuple[None, None, Any, None]] = {
    # Neither the user's files nor the environment have a word in a sandbox's session: no profile,
    # no region, no service endpoint, no monitoring.
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
    "region": (None, None, None, None),
    "csm_enabled": (None, None, False, None),
}


class Session:
    """All clients of one target, under one identity.

    Args:
        target: where calls go.
        region: default region of `client`; None takes the environment's (on AWS).
        connections: size of each client's connection pool; at least the number of threads.
        tell: told in words when AWS keeps a call waiting.
        attempts: of each call, the first included.

    Attributes:
        journal: keeps what AWS answers, and answers what it has; set before the first client.
    """

    journal: ReplyJournal | None = None

    def __init__(
        self,
        target: Target,
        region: str | None = None,
        connections: int = 32,
        tell: Tell = lambda _: None,
        attempts: int = ATTEMPTS,
    ) -> None:
        self.target = target
        self._tell = tell
        self._attempts = attempts
        self._connections = connections
        self._lock = RLock()
        self._clients: dict[tuple[str, str], Any] = {}
        self._account_id: str | None = None
        self._default_region = region
        self._botocore = _open(target)
        if target.role_arn is not None:
            renew_credentials(self._botocore, "assume-role", self._assume_role)

    @property
    def region(self) -> str:
        """The default region.

        Raises:
            EndpointError: none was given and the environment names none.
        """
        if self._default_region is None:
            with translated("find the region"):
                self._default_region = self._botocore.get_config_variable("region")
        if self._default_region is None:
            raise EndpointError("no region is given", "set AWS_REGION, or `spec.region`")
        return self._default_region

    @property
    def account_id(self) -> str:
        """The account calls are made in; asked for once."""
        with self._lock:
            if self._account_id is None:
                with translated("ask AWS which account this is"):
                    self._account_id = self.client("sts").get_caller_identity()["Account"]
            return self._account_id

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn`, ..., of the default region."""
        return partition_of_region(self.region)

    def known_regions(self, service: str) -> tuple[str, ...]:
        """Regions of the default region's partition that botocore knows `service` to be in."""
        names = self._botocore.get_available_regions(service, partition_name=self.partition)
        return tuple(sorted(names))

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of `service` in `region`, made at the first call and shared after."""
        place = (service, region or self.region)
        with self._lock:
            if place not in self._clients:
                self._clients[place] = self._create(*place)
            return self._clients[place]

    def close(self) -> None:
        """Close all connections; the session can be used again after it."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _create(self, service: str, region: str) -> Any:
        try:
            client = connect(
                self._botocore,
                service,
                region,
                endpoint=self.target.endpoint,
                settings=_settings(self.target, self._connections),
                attempts=self._attempts,
                tell=self._tell,
            )
        except (BotoCoreError, ValueError) as error:
            raise translate(error, f"connect to {service} in {region}") from error
        if self.journal is not None:
            self.journal.attach(client, service, region, lambda: self.account_id)
        return client

    def _assume_role(self) -> Mapping[str, Any]:
        """Temporary credentials of the target's role, asked for with the target's own."""
        source = Session(
            replace(self.target, role_arn=None),
            self.region,
            connections=1,
            attempts=self._attempts,
            tell=self._tell,
        )
        request = {"RoleArn": self.target.role_arn, "RoleSessionName": "tablewright"}
        if self.target.external_id is not None:
            request["ExternalId"] = self.target.external_id
        reply = source.client("sts").assume_role(**request)["Credentials"]
        source.close()
        return {
            "access_key": reply["AccessKeyId"],
            "secret_key": reply["SecretAccessKey"],
            "token": reply["SessionToken"],
            "expiry_time": reply["Expiration"].isoformat(),
        }


def _open(target: Target) -> BotocoreSession:
    sealed = _SEALED if target.kind == "sandbox" else None
    session = open_session(target.kind, variables=sealed, profile=target.profile)
    if target.credentials is not None:
        given = target.credentials
        session.set_credentials(given.access_key, given.secret_key, given.session_token)
    return session


def _settings(target: Target, connections: int) -> dict[str, Any]:
    sandbox = target.kind == "sandbox"
    # What the environment could add to a sandbox's client is named here, so that it cannot: a
    # proxy, endpoints per service, defaults that ask the metadata service.
    sealed: dict[str, Any] = (
        {
            "proxies": {},
            "ignore_configured_endpoint_urls": True,
            "defaults_mode": "standard",
            "inject_host_prefix": False,
            "s3": {"addressing_style": "path"},
            "use_fips_endpoint": False,
            "use_dualstack_endpoint": False,
        }
        if sandbox
        else {}
    )
    return {
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "max_pool_connections": connections,
        "user_agent_extra": f"tablewright/{__version__}",
        **sealed,
    }
