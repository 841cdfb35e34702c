"""The engine's folder with our provider in it."""

from __future__ import annotations

import pytest

from tablewright.deploy import target_opening
from tablewright.provider.hosting.plugin import PLUGIN_DIRECTORY


@pytest.mark.parametrize("before", ["nothing", "logs of an engine"])
def test_the_engine_finds_our_provider_and_no_folder_for_logs(tmp_path, monkeypatch, before):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if before != "nothing":
        home = target_opening._embedded_home()
        (home / "logs").unlink()
        (home / "logs").mkdir()
        (home / "logs" / "pulumi-1.log").write_text("all properties of all resources")
    home = target_opening._embedded_home()
    assert (home / "plugins" / PLUGIN_DIRECTORY / "pulumi-resource-aws").exists()
    assert (home / "logs").is_file()
    assert (home / "logs").read_bytes() == b""
