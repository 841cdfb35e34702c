"""The environment the engine runs in. Pure.

Pulumi reads some eighty variables of its own, and one left over from a user's other work can turn
a run into another one. So none is inherited but those that say who the user is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tablewright.engine.state.backend import Backend
from tablewright.pulumi_values import ENGINE_OWNER_VARIABLE

_PREFIX = "PULUMI_"
_INHERITED = frozenset(
    {"PULUMI_ACCESS_TOKEN", "PULUMI_CREDENTIALS_PATH", "PULUMI_CREDENTIAL_STORE"}
)
_TRUE = "true"
_MANY_RESOURCES = 1500


def engine_environment(
    outside: Mapping[str, str], backend: Backend, home: Path | None, resources: int = 0
) -> dict[str, str]:
    """Build the engine's whole environment, except for the passphrase.

    Args:
        outside: what the engine and its providers run under. Of its PULUMI_ variables only the
            access token and the like are taken over, and without a `home` PULUMI_HOME.
        backend: where the state is.
        home: the engine's own folder with its plugins. With one, nothing is ever downloaded: what
            is not there is an error at once, not after 2.5 s of looking. None is the user's own
            folder, and plugins are acquired as usual.
        resources: about how many the stack has, or is to have.
    """
    inherited = _INHERITED if home else _INHERITED | {"PULUMI_HOME"}
    kept = {
        name: value
        for name, value in outside.items()
        if not name.startswith(_PREFIX) or name in inherited
    }
    own = {
        "PULUMI_BACKEND_URL": backend.url,
        "PULUMI_SKIP_UPDATE_CHECK": _TRUE,
        "PULUMI_DEBUG_COMMANDS": _TRUE,  # else there is no --event-log
        "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": _TRUE,  # its project folder is always new
        "PULUMI_DIY_BACKEND_NO_LEGACY_WARNING": _TRUE,
        ENGINE_OWNER_VARIABLE: str(os.getpid()),
        **_collecting(resources),
        **{name: outside[name] for name in ("GOGC", "GOMEMLIMIT") if name in outside},
    }
    if home:
        own["PULUMI_HOME"] = str(home)
        own["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = _TRUE
    return {**kept, **own}


def _collecting(resources: int) -> dict[str, str]:
    """When the engine collects garbage.

    Half of its boot is that: 0.05 s less of 0.3 s with a fifth of the collections. It then holds
    five times what it needs, 30 MB and up to 80 kB a resource, which a stack of thousands may not:
    half of that takes a fifth more of its processor time. Near a limit it would do little else than
    collect, so that such a stack has none.
    """
    if resources > _MANY_RESOURCES:
        return {"GOGC": "100", "GOMEMLIMIT": "off"}
    return {"GOGC": "400", "GOMEMLIMIT": "1GiB"}
