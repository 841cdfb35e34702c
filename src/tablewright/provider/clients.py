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
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, ConfigChainFactory
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    AssumeRoleWithWebIdentityCredentialFetcher,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import PartialCredentialsError, ProfileNotFound
from botocore.loaders import Loader

from tablewright.aws.guard import before_send, is_loopback
from tablewright.errors import CredentialsError, EndpointError, InputError

from .configuration import Configuration, seconds_of

RELEVANT: Final = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "HOME", "TABLEWRIGHT_")
"""Beginnings of the names of the variables that reach a client, whatever their case."""

_ATTEMPTS: Final = 3
"""Of botocore, for broken connections and 5xx; throttling is retried above it, with a deadline."""

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
class Identity:
    """Whom the credentials belong to, as STS says."""

    account: str
    arn: str
    user_id: str


class Clients:
    """The clients of one configuration in one environment, made when first asked for."""

    def __init__(
        self, configuration: Configuration, environment: Mapping[str, str], loader: Loader
    ) -> None:
        self._configuration = configuration
        self._environment = environment
        self._loader = loader
        self._lock = Lock()
        self._made: dict[tuple[str, str], Any] = {}
        self._session: botocore.session.Session | None = None
        self._identity: Identity | None = None

    def __call__(self, service: str, region: str) -> Any:
        """The client of a service in a region."""
        with self._lock:
            client = self._made.get((service, region))
            if client is None:
                client = self._made[service, region] = self._make(service, region)
            return client

    def identity(self) -> Identity:
        """Account and caller; asked once."""
        if self._identity is None:
            region = self._configuration.get("stsRegion") or self._configuration.region
            reply = self("sts", region or "us-east-1").get_caller_identity()
            self._identity = Identity(reply["Account"], reply["Arn"], reply["UserId"])
        return self._identity

    def _make(self, service: str, region: str) -> Any:
        if self._session is None:
            self._session = self._open_session()
        return self._client(self._session, service, region)

    def _client(self, session: botocore.session.Session, service: str, region: str) -> Any:
        get = self._configuration.get
        verify: bool | str = session.get_config_variable("ca_bundle") or True
        if get("customCaBundle"):
            verify = get("customCaBundle")
        endpoint = self._endpoint(session, service)
        try:
            return session.create_client(
                service,
                region_name=region,
                endpoint_url=endpoint,
                verify=False if get("insecure") else verify,
                config=self._client_config(),
            )
        except ValueError as error:
            message = f"the endpoint of {service} is not a URL: {endpoint}"
            raise EndpointError(message, "correct AWS_ENDPOINT_URL or aws:endpoints") from error

    def _client_config(self) -> Config:
        get = self._configuration.get
        attempts = get("maxRetries") + 1 if get("maxRetries") is not None else _ATTEMPTS
        return Config(
            retries={"mode": get("retryMode") or "standard", "total_max_attempts": attempts},
            max_pool_connections=64,
            connect_timeout=10,
            read_timeout=60,
            proxies=self._proxies(),
            ignore_configured_endpoint_urls=True,
            use_dualstack_endpoint=get("useDualstackEndpoint"),
            use_fips_endpoint=get("useFipsEndpoint"),
            user_agent_extra=" ".join(["tablewright", *(get("userAgents") or ())]),
        )

    def _proxies(self) -> dict[str, str]:
        """By scheme; empty keeps botocore from looking at this process's own variables."""
        found: dict[str, str] = {}
        for scheme in ("http", "https"):
            configured = self._configuration.get(f"{scheme}Proxy")
            named = self._environment.get(f"{scheme}_proxy")
            url = configured or named or self._environment.get(f"{scheme.upper()}_PROXY")
            if url:
                found[scheme] = url
        return {} if self._without_proxy() else found

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

    def _endpoint(self, session: botocore.session.Session, service: str) -> str | None:
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

    def _open_session(self) -> botocore.session.Session:
        session = self._bare_session()
        get = self._configuration.get
        key, secret = get("accessKey"), get("secretKey")
        if key or secret:
            if not (key and secret):
                message = "aws:accessKey and aws:secretKey must be given together"
                raise InputError(message, "set both, or neither to use the environment")
            session.set_credentials(key, secret, get("token"))
        elif self._environment.get("AWS_ACCESS_KEY_ID") and not get("profile"):
            session.set_credentials(
                self._environment["AWS_ACCESS_KEY_ID"],
                self._environment.get("AWS_SECRET_ACCESS_KEY", ""),
                self._environment.get("AWS_SESSION_TOKEN"),
            )
        else:
            self._require_credentials(session)
        if get("assumeRoleWithWebIdentity"):
            session = self._with_web_identity(session, get("assumeRoleWithWebIdentity"))
        for role in get("assumeRoles") or ():
            session = self._with_role(session, role)
        return session

    def _bare_session(self) -> botocore.session.Session:
        """A session that knows the instance's environment and no other, without credentials."""
        session = botocore.session.Session()
        session.register_component("data_loader", self._loader)
        store = session.get_component("config_store")
        chains = ConfigChainFactory(session, environ=dict(self._environment))
        for name, (member, variable, default, convert) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items():
            chain = chains.create_config_chain(
                instance_name=name,
                env_var_names=variable,
                config_property_names=member,
                default=default,
                conversion_func=convert,
            )
            store.set_config_provider(name, chain)
        for name, value in self._session_variables().items():
            session.set_config_variable(name, value)
        if is_loopback(urlsplit(self._environment.get("AWS_ENDPOINT_URL", "")).hostname):
            session.register("before-send", before_send("sandbox"))
        return session

    def _session_variables(self) -> dict[str, str]:
        get = self._configuration.get
        home = Path(self._environment.get("HOME", "~"))
        variables: dict[str, str] = {}
        for name, variable, configured, file in (
            ("config_file", "AWS_CONFIG_FILE", "sharedConfigFiles", "config"),
            (
                "credentials_file",
                "AWS_SHARED_CREDENTIALS_FILE",
                "sharedCredentialsFiles",
                "credentials",
            ),
        ):
            files = get(configured) or [
                self._environment.get(variable) or str(home / ".aws" / file)
            ]
            variables[name] = files[0]
        profile = get("profile") or self._environment.get("AWS_PROFILE")
        if profile:
            variables["profile"] = profile
        return variables

    def _require_credentials(self, session: botocore.session.Session) -> None:
        cure = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or aws:profile"
        try:
            found = session.get_credentials()
        except ProfileNotFound as error:
            name = session.get_config_variable("profile")
            message = f"the AWS profile {name} does not exist"
            raise CredentialsError(message, "correct AWS_PROFILE or aws:profile") from error
        except PartialCredentialsError as error:
            message = "the AWS credentials are incomplete: a secret key is missing"
            raise CredentialsError(message, cure) from error
        if found is None:
            message = "no AWS credentials were found"
            raise CredentialsError(message, cure)

    def _sts_of(self, session: botocore.session.Session) -> Callable[..., Any]:
        region = self._configuration.get("stsRegion") or self._configuration.region or "us-east-1"
        return lambda service, **_: self._client(session, service, region)

    def _with_role(
        self, session: botocore.session.Session, role: Mapping[str, Any]
    ) -> botocore.session.Session:
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=self._sts_of(session),
            source_credentials=session.get_credentials(),
            role_arn=role["roleArn"],
            extra_args=_session_arguments(role),
        )
        return self._refreshing("assume-role", fetcher)

    def _with_web_identity(
        self, session: botocore.session.Session, role: Mapping[str, Any]
    ) -> botocore.session.Session:
        file = Path(role.get("webIdentityTokenFile") or "")
        token = role.get("webIdentityToken")
        fetcher = AssumeRoleWithWebIdentityCredentialFetcher(
            client_creator=self._sts_of(session),
            web_identity_token_loader=lambda: token or file.read_text("utf-8").strip(),
            role_arn=role["roleArn"],
            extra_args=_session_arguments(role),
        )
        return self._refreshing("assume-role-with-web-identity", fetcher)

    def _refreshing(self, method: str, fetcher: Any) -> botocore.session.Session:
        session = self._bare_session()
        credentials = DeferredRefreshableCredentials(
            method=method, refresh_using=fetcher.fetch_credentials
        )
        # botocore offers no public way to give a session refreshable credentials.
        session._credentials = credentials  # noqa: SLF001
        return session


def _session_arguments(role: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {
        "RoleSessionName": role.get("sessionName") or "tablewright",
        "ExternalId": role.get("externalId"),
        "Policy": role.get("policy"),
        "PolicyArns": [{"arn": arn} for arn in role.get("policyArns") or ()],
        "SourceIdentity": role.get("sourceIdentity"),
        "Tags": [{"Key": key, "Value": value} for key, value in (role.get("tags") or {}).items()],
        "TransitiveTagKeys": role.get("transitiveTagKeys"),
        "DurationSeconds": seconds_of(role["duration"]) if role.get("duration") else None,
    }
    return {name: value for name, value in arguments.items() if value}


class ClientPool:
    """Clients kept between instances: the same configuration and environment find the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loader = Loader(include_default_search_paths=True)
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
                clients = self._kept[key] = Clients(configuration, narrowed, self._loader)
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
