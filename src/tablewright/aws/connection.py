"""botocore's sessions and clients, as all of ours are: guarded, persistent, and sparing of memory.

`aws.session` makes its clients with them for a target, `provider.clients` for an engine's
environment; what botocore would read by itself is for these to say. Half of botocore, 50 ms, is
loaded here with the first session: a preview of what has not changed makes none.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from .guard import before_send
from .persistence import ATTEMPTS, Tell, persist

if TYPE_CHECKING:
    from botocore.session import Session

READ_TIMEOUT_SECONDS = 60


def open_session(
    kind: Literal["sandbox", "aws"] | None,
    *,
    environment: Mapping[str, str] | None = None,
    variables: Mapping[str, Any] | None = None,
    profile: str | None = None,
) -> Session:
    """A session without credentials of its own.

    Args:
        kind: of target that its clients are held to; None holds them to none.
        environment: variables that it knows; None is those of this process.
        variables: how it finds each of its settings, as botocore's `SESSION_VARIABLES`.
        profile: of the files.
    """
    session: Session = _botocore("session").Session(session_vars=variables, profile=profile)
    session.register_component("data_loader", _loader())
    if environment is not None:
        _know_only(session, environment)
    if kind is not None:
        session.register("before-send", before_send(kind))
    return session


def _know_only(session: Session, environment: Mapping[str, str]) -> None:
    store = session.get_component("config_store")
    provider = _botocore("configprovider")
    chains = provider.ConfigChainFactory(session, environ=dict(environment))
    variables = provider.BOTOCORE_DEFAUT_SESSION_VARIABLES
    for name, (member, variable, default, convert) in variables.items():
        chain = chains.create_config_chain(
            instance_name=name,
            env_var_names=variable,
            config_property_names=member,
            default=default,
            conversion_func=convert,
        )
        store.set_config_provider(name, chain)


def renew_credentials(
    session: Session, method: str, fetch: Callable[[], Mapping[str, Any]]
) -> Session:
    """Give a session credentials that are fetched at the first call and renew themselves."""
    credentials = _botocore("credentials").DeferredRefreshableCredentials
    # botocore has no setter for these.
    session._credentials = credentials(method=method, refresh_using=fetch)  # noqa: SLF001
    return session


def connect(
    session: Session,
    service: str,
    region: str,
    *,
    endpoint: str | None,
    settings: Mapping[str, Any],
    attempts: int = ATTEMPTS,
    retry_mode: str = "standard",
    verify: bool | str | None = None,
    tell: Tell = lambda _: None,
) -> Any:
    """A client of a service in a region.

    Args:
        session: whose credentials and settings it uses.
        service: botocore's name.
        region: where.
        endpoint: URL; None is AWS's own.
        settings: of botocore's `Config`, besides retries and the time to wait for a reply.
        attempts: of each call, the first included.
        retry_mode: botocore's.
        verify: whether and by which certificates the other side is believed.
        tell: told in words when AWS keeps a call waiting.

    Raises:
        BotoCoreError, ValueError: it cannot be made so.
    """
    config = _botocore("config").Config(
        retries={"mode": retry_mode, "total_max_attempts": attempts},
        read_timeout=READ_TIMEOUT_SECONDS,
        **settings,
    )
    client = session.create_client(
        service, region_name=region, endpoint_url=endpoint, verify=verify, config=config
    )
    return persist(client, attempts, tell)


@cache
def _loader() -> Any:
    """Botocore's descriptions of the services: megabytes of JSON, parsed once per process."""
    return importlib.import_module(".service_loader", __package__).ServiceLoader()


def _botocore(module: str) -> Any:
    return importlib.import_module(f"botocore.{module}")
