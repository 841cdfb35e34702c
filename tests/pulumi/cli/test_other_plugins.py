"""A program under `sandbox exec` that uses a provider of somebody else beside ours."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.support.terminal import Terminal

pytestmark = pytest.mark.engine

PROGRAM = """
import os
import pulumi
import pulumi_aws as aws

key = [{"name": "id", "type": "S"}]
aws.dynamodb.Table("orders", hash_key="id", billing_mode="PAY_PER_REQUEST", attributes=key)
if server := os.environ.get("ACME"):
    options = pulumi.ResourceOptions(version="1.0.0", plugin_download_url=server)
    pulumi.CustomResource("acme:index:Thing", "thing", {}, options)
"""


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server of plug-ins that has none, and what it was asked for."""
    paths: list[str] = []

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Shop) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()


def test_its_plug_in_is_acquired_and_that_of_aws_is_ours(machine: Terminal, tmp_path: Path, asked):
    server, paths = asked
    (tmp_path / "Pulumi.yaml").write_text("name: acme\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / "states").mkdir()
    machine.run("sandbox", "start", "--background").ended(0)
    pulumi = ("sandbox", "exec", "--", "pulumi", "-C", tmp_path)
    own = {
        "PULUMI_BACKEND_URL": f"file://{tmp_path}/states",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_HOME": str(tmp_path / "pulumi"),
        "PATH": f"{Path(sys.executable).parent}:{machine.environment['PATH']}",
    }
    machine.run(*pulumi, "stack", "init", "dev", **own).ended(0)
    preview = (*pulumi, "preview", "--stack", "dev", "--non-interactive")
    said = machine.run(*preview, **own).ended(0)
    assert f"using pulumi-resource-aws from $PATH at {machine.home}" in said.out
    said = machine.run(*preview, **own, ACME=server)
    assert paths, said.out
    assert {path.partition("-v")[0] for path in paths} == {"/pulumi-resource-acme"}
