"""The action, the hook and the container recipe, as far as they run away from their hosts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.terminal import stack

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
[HOOK] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "shop.yaml").write_text(stack("shop", "orders"), "utf-8")
    return tmp_path


def run_step(name: str, project: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the script of a step as a runner does, with inputs in the place of expressions."""
    defaults = {key: declared["default"] for key, declared in ACTION["inputs"].items()}
    values = {**defaults, **inputs}
    variables = {
        key: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda match: values[match[1]], text)
        for key, text in STEPS[name]["env"].items()
    }
    files = {key: str(project / key) for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    return subprocess.run(
        ["/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS[name]["run"]],
        cwd=project,
        env={
            **{key: text for key, text in os.environ.items() if not key.startswith("TABLEWRIGHT_")},
            **variables,
            **files,
            "PATH": PATH,
            "CI": "true",
            "RUNNER_TEMP": str(project),
            "TABLEWRIGHT_HOME": str(project / "home"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_step_has_a_shell_and_takes_inputs_through_its_environment_alone():
    declared = {f"inputs.{name}" for name in ACTION["inputs"]}
    for step in STEPS.values():
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an input in a script is code of whoever fills it in"
        asked = set(re.findall(r"\$\{\{ ([\w.]+) \}\}", yaml.safe_dump(step["env"])))
        assert asked <= declared


def test_the_action_validates_with_annotations(project: Path):
    assert run_step("Validate", project).returncode == 0
    bad = (project / "tables" / "shop.yaml").read_text("utf-8").replace('"dev"', "7")
    (project / "tables" / "shop.yaml").write_text(bad, "utf-8")
    refused = run_step("Validate", project)
    assert refused.returncode == 2
    assert "::error file=tables/shop.yaml" in refused.stdout


@pytest.mark.engine
def test_the_action_previews_into_the_summary(project: Path):
    done = run_step("Run", project, target="sandbox", environment="dev")
    assert done.returncode == 0, done.stderr
    assert "orders" in (project / "GITHUB_STEP_SUMMARY").read_text("utf-8")
    outputs = (project / "GITHUB_OUTPUT").read_text("utf-8")
    assert outputs == f"preview={project}/tablewright-preview.md\n"
    subprocess.run(
        [Path(sys.executable).with_name("tablewright"), "sandbox", "stop"],
        env={**os.environ, "TABLEWRIGHT_HOME": str(project / "home")},
        check=True,
        capture_output=True,
    )


def test_the_hook_accepts_and_refuses(project: Path):
    hook: dict[str, Any] = {**HOOK, "language": "system"}
    repositories = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(repositories), "utf-8")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=project,
            env={**os.environ, "PATH": PATH, "PRE_COMMIT_HOME": str(project / "cache")},
            capture_output=True,
            text=True,
            check=False,
        )

    run("git", "init", "-q")
    run("git", "add", "tables", ".pre-commit-config.yaml")
    hooked = (sys.executable, "-m", "pre_commit", "run", "--all-files")
    accepted = run(*hooked)
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    (project / "tables" / "shop.yaml").write_text("kind: Nothing\n", "utf-8")
    run("git", "add", "tables")
    refused = run(*hooked)
    assert refused.returncode == 1
    assert "tables/shop.yaml" in refused.stdout


def test_the_container_copies_what_is_there_and_does_not_run_as_root():
    text = (ROOT / "Containerfile").read_text("utf-8")
    for file in re.findall(r"/source/(\S+\.txt)", text):
        assert (ROOT / file).is_file()
    last_stage = text[text.rindex("\nFROM") :]
    assert re.search(r"^USER (?!0|root)", last_stage, re.MULTILINE)
    assert 'ENTRYPOINT ["tablewright"]' in last_stage
