"""The environment under which any AWS SDK, Terraform or Pulumi program talks to a sandbox.

Only what is listed here is set or unset; the user's own Pulumi backend and passphrase stay.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tablewright.aws.target import SANDBOX_ACCESS_KEY, SANDBOX_SECRET_KEY
from tablewright.engine.install.deferred import install_deferred_engine
from tablewright.engine.install.locate import find_engine
from tablewright.engine.python_host.language_plugin import install_language_host
from tablewright.errors import EngineMissingError
from tablewright.provider.hosting.plugin import VARIABLE as PROVIDER_HOST
from tablewright.provider.hosting.plugin import install_plugin

from .instance import NAME_VARIABLE, Instance

DEFAULT_REGION = "us-east-1"
REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
UNSET = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "PULUMI_IGNORE_AMBIENT_PLUGINS",  # under which the engine would not find our provider on PATH
)
ENDPOINT_PREFIX = "AWS_ENDPOINT_URL_"
LOOPBACK = "127.0.0.1,localhost,::1"


@dataclass(frozen=True, slots=True)
class Environment:
    """Variables to set, and names to unset."""

    variables: Mapping[str, str]
    unset: tuple[str, ...]

    def applied(self, outside: Mapping[str, str]) -> dict[str, str]:
        """A whole environment: the outside one, changed."""
        kept = {name: value for name, value in outside.items() if name not in self.unset}
        return {**kept, **self.variables}

    def shell(self) -> str:
        """`unset` and `export` lines that any POSIX shell can evaluate."""
        lines = [f"unset {name}" for name in self.unset]
        lines += [f"export {name}={_quoted(value)}" for name, value in self.variables.items()]
        return "\n".join(lines)


def prepare(instance: Instance, outside: Mapping[str, str]) -> Environment:
    """`environment` with the engine on PATH; one that is not there is built when it is called."""
    try:
        engine = find_engine(lambda _: None, build=False, environment=outside).path
    except EngineMissingError:
        engine = install_deferred_engine(instance.folder)
    return environment(instance, outside, engine)


def environment(instance: Instance, outside: Mapping[str, str], engine: Path | None) -> Environment:
    """What `sandbox env` prints and `sandbox exec` runs under.

    Args:
        instance: the sandbox.
        outside: the user's environment; its region is kept, its PATH is put behind ours.
        engine: the `pulumi` executable to put on PATH; None leaves it out.
    """
    region = next((outside[name] for name in REGION_VARIABLES if outside.get(name)), DEFAULT_REGION)
    endpoints = sorted(name for name in outside if name.startswith(ENDPOINT_PREFIX))
    return Environment(
        variables={
            **aws_variables(instance, region),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            PROVIDER_HOST: instance.provider_host,
            NAME_VARIABLE: instance.name,
            "PATH": _path(instance, outside.get("PATH", os.defpath), engine),
        },
        unset=(*UNSET, *endpoints),
    )


def aws_variables(instance: Instance, region: str) -> dict[str, str]:
    """What an AWS SDK needs to talk to the sandbox and to nothing else."""
    return {
        "AWS_ENDPOINT_URL": instance.endpoint,
        "AWS_ACCESS_KEY_ID": SANDBOX_ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SANDBOX_SECRET_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": LOOPBACK,
        "no_proxy": LOOPBACK,
    }


def _path(instance: Instance, outside: str, engine: Path | None) -> str:
    """PATH with our provider, and the engine, in front; only under a sandbox is that right.

    A plug-in on PATH is the one the engine takes, whatever version a program asks for: that of AWS
    is never looked for elsewhere, and those of other providers are acquired as usual.
    Our language host is behind everything: Pulumi's own, where the user has it, does more.
    """
    own = instance.folder / "bin"
    install_plugin(own)
    if engine is None:
        return os.pathsep.join((str(own), outside))
    hosts = instance.folder / "hosts"
    install_language_host(hosts)
    return os.pathsep.join((str(own), str(engine.parent), outside, str(hosts)))


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"
