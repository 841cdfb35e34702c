"""The wheels as somebody installs them, away from any checkout."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from tests.support.installed import ROOT, install

from tablewright.engine import find_engine

pytestmark = pytest.mark.engine


def plain(text: str) -> str:
    """A text without what differs from run to run: numbers, lines of trees, where lines end."""
    return " ".join(re.sub(r"\d[\d,.:]*", "0", re.sub("[│├└─]", " ", text)).split())


def transcript() -> list[str]:
    """What the README shows of the demo."""
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.search(r"## What `make demo` shows\n\n```text\n(.*?)```", readme, re.DOTALL)[1]
    lines = [line.partition("…")[0] for line in shown.splitlines()]
    return [plain(line) for line in lines if line.strip() not in {"", "..."}]


def test_the_demo_runs_from_the_wheels_and_its_next_steps_work(tmp_path):
    names = ("tablewright", "tablewright-emulator")
    installed = install(tmp_path, *names, extras=("sandbox", "optimize"))
    folder = tmp_path / "empty"
    folder.mkdir()
    environment = {
        **installed.environment,
        "PATH": f"{installed.folder / 'bin'}{os.pathsep}{os.defpath}",
        "TABLEWRIGHT_PULUMI": str(find_engine(lambda _: None).path),
    }

    def run(*words: str) -> str:
        done = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    try:
        shown = run("tablewright", "demo")
        assert "0 lost" in shown
        assert [line for line in transcript() if line not in plain(shown)] == []
        copied = {file.name for file in (folder / "tablewright-demo" / "three-tables").iterdir()}
        assert copied == {"events.yaml", "sessions.yaml", "stack.yaml", "users.yaml"}
        report = (folder / "cfn-outputs" / "report.html").read_text("utf-8")
        assert "cfn-outputs/report.html" in shown
        assert all(f'"name":"{table}"' in report for table in ("events", "sessions", "users"))
        (verifying,) = (line for line in shown.splitlines() if "tablewright verify" in line)
        assert "Verified: all" in run(*verifying.split())
    finally:
        run("tablewright", "sandbox", "stop", "--name", "demo")
