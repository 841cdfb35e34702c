"""Which manifests a test asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest


def asked_for(
    request: pytest.FixtureRequest, marker: str, setting: str
) -> tuple[list[Path], Mapping[str, str]]:
    """Manifests and variables: those of the nearest marker, else those of the configuration.

    Raises:
        pytest.UsageError: neither names any.
    """
    nearest = request.node.get_closest_marker(marker)
    if nearest is not None and nearest.args:
        folder = request.node.path
        folder = folder if folder.is_dir() else folder.parent
        return [folder / name for name in nearest.args], dict(nearest.kwargs)
    configured = request.config.getini(setting)
    if not configured:
        raise pytest.UsageError(
            f"sandbox_stack does not know what to deploy: mark the test with "
            f'@pytest.mark.{marker}("tables.yaml"), or set {setting} in the configuration'
        )
    variables = dict(nearest.kwargs) if nearest is not None else {}
    return [request.config.rootpath / name for name in configured], variables
