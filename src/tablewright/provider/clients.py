"""Clients of AWS for one provider instance, made from its configuration and environment alone.

A resident host serves engines whose environment is not its own, so nothing here reads this
process's variables: region, profile, endpoints, proxies and keys come from the mapping that came
with the request. Making a client costs 30 to 100 ms, so they are kept, and sessions of equal
configuration and environment are shared between instances.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from tablewright.aws.connection import connect
from tablewright.aws.persistence import ATTEMPTS
from tablewright.errors import EndpointError

from .configuration import Configuration

if TYPE_CHECKING:
    from botocore.session import Session

RELEVANT: Final = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "HOME", "TABLEWRIGHT_")
"""Beginnings of the names of the variables that reach a client, whatever their case."""

LISTENER: Final[ContextVar[Callable[[str], None]]] = ContextVar("LISTENER", default=lambda _: None)
"""Told in words of a call that AWS keeps waiting; clients are shared, each request has its own."""

_SESSIONS_KEPT: Final = 32


def relevant(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that a client depends on."""
    return {
        name: value
        for name, value in environment.items()
        if name.upper().startswith(RELEVANT) and name != "TABLEWRIGHT_PROVIDER_HOST"
    }


def can_act_for(environment: Mapping[str, str]) -> bool:
    """Whether this process can act for that environment.

    With keys or a profile in it: yes. What else there is (web identity, containers, instance
    metadata) is read by botocore from the process's own variables, so they must be the same.
    """
    if environment.get("AWS_ACCESS_KEY_ID") or environment.get("AWS_PROFILE"):
        return True
    return relevant(environment) == relevant(os.environ)


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """Whom the credentials belong to, as STS says."""

    account: str
    arn: str
    user_id: str


class Clients:
    """The clients of one configuration in one environment, made when first asked for."""

    def __init__(self, configuration: Configuration, environment: Mapping[str, str]) -> None:
        self._configuration = configuration
        self._environment = environment
        self._lock = Lock()
        self._made: dict[tuple[str, str], Any] = {}
        self._session: Session | None = None
        self._identity: CallerIdentity | None = None

    def __call__(self, service: str, region: str) -> Any:
        """The client of a service in a region."""
        with self._lock:
            client = self._made.get((service, region))
            if client is None:
                client = self._made[service, region] = self._make(service, region)
            return client

    def identity(self) -> CallerIdentity:
        """Account and caller; asked once."""
        if self._identity is None:
            region = self._configuration.get("stsRegion") or self._configuration.region
            reply = self("sts", region or "us-east-1").get_caller_identity()
            self._identity = CallerIdentity(reply["Account"], reply["Arn"], reply["UserId"])
        return self._identity

    def _make(self, service: str, region: str) -> Any:
        if self._session is None:
            from .sessions import SessionMaker  # noqa: PLC0415 - loads botocore's credentials

            self._session = SessionMaker(
                self._configuration, self._environment, self._client
            ).open()
        return self._client(self._session, service, region)

    def _client(self, session: Session, service: str, region: str) -> Any:
        get = self._configuration.get
        verify: bool | str = session.get_config_variable("ca_bundle") or True
        if get("customCaBundle"):
            verify = get("customCaBundle")
        endpoint = self._endpoint(session, service)
        attempts = get("maxRetries") + 1 if get("maxRetries") is not None else ATTEMPTS
        try:
            return connect(
                session,
                service,
                region,
                endpoint=endpoint,
                settings=self._settings(),
                attempts=attempts,
                retry_mode=get("retryMode") or "standard",
                verify=False if get("insecure") else verify,
                tell=_tell,
            )
        except ValueError as error:
            message = f"the endpoint of {service} is not a URL: {endpoint}"
            raise EndpointError(message, "correct AWS_ENDPOINT_URL or aws:endpoints") from error

    def _settings(self) -> dict[str, Any]:
        get = self._configuration.get
        return {
            "max_pool_connections": 64,
            "connect_timeout": 10,
            "proxies": self._proxies(),
            "ignore_configured_endpoint_urls": True,
            "use_dualstack_endpoint": get("useDualstackEndpoint"),
            "use_fips_endpoint": get("useFipsEndpoint"),
            "user_agent_extra": " ".join(["tablewright", *(get("userAgents") or ())]),
        }

    def _proxies(self) -> dict[str, str]:
        """By scheme; empty keeps botocore from looking at this process's own variables."""
        proxies: dict[str, str] = {}
        for scheme in ("http", "https"):
            configured = self._configuration.get(f"{scheme}Proxy")
            named = self._environment.get(f"{scheme}_proxy")
            url = configured or named or self._environment.get(f"{scheme.upper()}_PROXY")
            if url:
                proxies[scheme] = url
        return {} if self._without_proxy() else proxies

    def _without_proxy(self) -> bool:
        """Whether the endpoint in the environment is one that no proxy shall see."""
        endpoint = self._environment.get("AWS_ENDPOINT_URL", "")
        host = endpoint.split("//")[-1].split("/")[0].rsplit(":", 1)[0]
        listed = self._configuration.get("noProxy") or self._environment.get(
            "no_proxy", self._environment.get("NO_PROXY", "")
        )
        names = [name.strip().lstrip(".") for name in listed.split(",") if name.strip()]
        return bool(host) and any(
            name in ("*", host) or host.endswith(f".{name}") for name in names
        )

    def _endpoint(self, session: Session, service: str) -> str | None:
        """Where a service answers: provider configuration, environment, profile, else AWS."""
        configured = self._configuration.endpoints.get(service)
        if configured:
            return configured
        if self._environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
            return None
        own = f"AWS_ENDPOINT_URL_{service.replace('-', '_').upper()}"
        named = self._environment.get(own) or self._environment.get("AWS_ENDPOINT_URL")
        if named:
            return named
        profile = session.get_scoped_config()
        services = session.full_config.get("services", {}).get(profile.get("services"), {})
        own_section = services.get(service.replace("-", "_"), {})
        url: str | None = own_section.get("endpoint_url") or profile.get("endpoint_url")
        return url


def _tell(text: str) -> None:
    """Tell the request under way in this thread."""
    LISTENER.get()(text)


class ClientPool:
    """Clients kept between instances: the same configuration and environment find the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, ...], Clients] = OrderedDict()

    def clients(self, configuration: Configuration, environment: Mapping[str, str]) -> Clients:
        """The clients of a configuration in an environment; the least used are let go."""
        narrowed = relevant(environment)
        key = (
            configuration.identity(),
            *(f"{name}={value}" for name, value in sorted(narrowed.items())),
            *_file_times(narrowed),
        )
        with self._lock:
            clients = self._kept.get(key)
            if clients is None:
                clients = self._kept[key] = Clients(configuration, narrowed)
            self._kept.move_to_end(key)
            while len(self._kept) > _SESSIONS_KEPT:
                self._kept.popitem(last=False)
            return clients


def _file_times(environment: Mapping[str, str]) -> list[str]:
    """When the profile files changed last, so that renewed credentials are seen."""
    home = Path(environment.get("HOME", "~")) / ".aws"
    files = (
        environment.get("AWS_CONFIG_FILE") or home / "config",
        environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials",
    )
    times = []
    for file in files:
        try:
            times.append(str(Path(file).stat().st_mtime_ns))
        except OSError:
            times.append("")
    return times
