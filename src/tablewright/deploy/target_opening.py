"""Opening the place where a stack is deployed: its sandbox is started, its account entered."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tablewright.aws.target import Target
from tablewright.engine import Backend
from tablewright.engine.install.folders import cache_folder, state_folder
from tablewright.errors import UsageError
from tablewright.extras import require
from tablewright.fleet.accounts import read_accounts
from tablewright.provider.hosting.plugin import PLUGIN_DIRECTORY, install_plugin, plugin_digest
from tablewright.provider.hosting.plugin import VARIABLE as PROVIDER_HOST
from tablewright.sandbox import instance, lifecycle, stacks
from tablewright.sandbox.environment import ENDPOINT_PREFIX, UNSET, aws_variables

from .account import entered
from .options import Options
from .target_environment import TargetEnvironment


def require_extra(options: Options) -> None:
    """Refuse to go on without the packages that the target needs, before anything else is done.

    Raises:
        ExtraMissingError: they are not installed.
    """
    if options.target == "sandbox":
        require("sandbox")


@contextmanager
def open_target_environment(
    options: Options,
    region: str,
    progress: Callable[[str], None],
    account: str | None = None,
) -> Iterator[TargetEnvironment]:
    """The target of the options, for the life of the block.

    A sandbox that does not run is started, and goes on running afterwards.

    Args:
        options: where a stack goes.
        region: of the stack.
        progress: told in words of what takes time.
        account: the only one that the stack may be in; None is any.

    Raises:
        UsageError: the options, or the environment, contradict the target.
        RefusedError: the credentials are of another account.
        InputError: the roles of the accounts cannot be read.
        SandboxError: the sandbox does not start.
    """
    with _opened(options, region, progress) as place:
        yield entered(place, account, options.accounts)


@contextmanager
def _opened(
    options: Options, region: str, progress: Callable[[str], None]
) -> Iterator[TargetEnvironment]:
    if options.backend:
        Backend.of(options.backend)  # what can be no backend is refused before anything is started
    if options.accounts:
        read_accounts(options.accounts)  # likewise, whether or not the stack names an account
    if options.target == "sandbox":
        yield _sandbox(options, region, progress)
    elif (options.provider or "official") == "official":
        yield _aws(options, region, {}, progress, embedded=False)
    else:
        from tablewright.provider.hosting.host import ProviderHost  # noqa: PLC0415 - only where it serves

        with ProviderHost() as host:
            served = {PROVIDER_HOST: host.variable}
            yield _aws(options, region, served, progress, embedded=True)


def _embedded_home() -> Path:
    """A home for the engine in which our provider is its `aws` plug-in; made where it is not.

    One for each installation of tablewright: two that share one would put theirs in for the
    other's while its engines run.
    """
    home = cache_folder(os.environ) / "pulumi-home" / plugin_digest()
    install_plugin(home / "plugins" / PLUGIN_DIRECTORY)
    _keep_from_logging(home)
    return home


def _keep_from_logging(home: Path) -> None:
    """Put a file where the engine would keep logs, so that it keeps none.

    It writes (3.259) every message and all properties into a compressed and encrypted log of
    its own, whatever its verbosity is: more than half of the time of a large preview, up to 500 MB
    on disk. There is no switch for it; without a folder it goes on without
    (`pkg/logging/encrypted.go`, `StartLogging`).
    """
    logs = home / "logs"
    if logs.is_dir():
        shutil.rmtree(logs, ignore_errors=True)
    logs.touch()


def _sandbox(options: Options, region: str, progress: Callable[[str], None]) -> TargetEnvironment:
    if options.provider == "official":
        raise UsageError(
            "the sandbox is served by our own provider, not by Pulumi's plug-in",
            "leave out --provider, or use --target aws",
        )
    if options.profile:
        raise UsageError("--profile is for --target aws; a sandbox has no profiles")
    instance.require_known(options.sandbox)
    running = lifecycle.start(options.sandbox, progress=progress)
    if not options.backend:
        stacks.check(running.backend, running.id)
    hidden = ("AWS_", *UNSET)
    outside = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
    return TargetEnvironment(
        kind="sandbox",
        label=f"sandbox {running.name}" if running.name != "default" else "sandbox",
        target=Target.sandbox(running.endpoint),
        region=region,
        environment={
            **outside,
            **aws_variables(running, region),
            PROVIDER_HOST: running.provider_host,
        },
        backend=options.backend or running.backend.as_uri(),
        home=_embedded_home(),
        world=running.id if options.backend else None,
        progress=progress,
        served_by=f"{running.id} {running.pid} {running.born}",
    )


def _aws(
    options: Options,
    region: str,
    further: Mapping[str, str],
    progress: Callable[[str], None],
    *,
    embedded: bool,
) -> TargetEnvironment:
    redirected = [
        name
        for name, value in os.environ.items()
        if value and (name == "AWS_ENDPOINT_URL" or name.startswith(ENDPOINT_PREFIX))
    ]
    if redirected:
        raise UsageError(
            f"--target aws means AWS itself, but {', '.join(sorted(redirected))} redirects calls",
            "unset it, or use --target sandbox",
        )
    profile = {"AWS_PROFILE": options.profile} if options.profile else {}
    regions = {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    return TargetEnvironment(
        kind="aws",
        label="AWS",
        target=Target.aws(options.profile),
        region=region,
        environment={**os.environ, **profile, **regions, **further},
        backend=options.backend or (state_folder(os.environ) / "stacks").as_uri(),
        home=_embedded_home() if embedded else None,
        progress=progress,
    )
