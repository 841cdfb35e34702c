"""`pulumi` in a folder with `runtime: python`, where the user has no language host."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tests.pulumi.engine.conftest import until

from tablewright.engine import install_language_host
from tablewright.engine.python_host.language_host import interpreter
from tablewright.engine.state.checkpoint import empty_checkpoint

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from label import LABEL

config = pulumi.Config()
print("the program speaks")
pulumi.CustomResource("shelf:index:Box", "one", {"name": "one", "label": LABEL})
pulumi.export("said", config.require("said"))
pulumi.export("hidden", config.require_secret("hidden"))
pulumi.export("where", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
"""


@pytest.fixture
def project(room, tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: boxes\nruntime: python\nmain: .\n")
    (folder / "__main__.py").write_text(PROGRAM)
    (folder / "label.py").write_text('LABEL = "from a module beside it"\n')
    return folder


@pytest.fixture
def environment(room, engine, tmp_path):
    install_language_host(tmp_path / "hosts")
    state = room.states / ".pulumi" / "stacks" / "boxes" / "dev.json"
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps(empty_checkpoint("organization/boxes/dev")))
    return {
        **room.environment,
        "PATH": f"{os.environ['PATH']}{os.pathsep}{tmp_path / 'hosts'}",
        "PULUMI_HOME": str(room.home),
        "PULUMI_BACKEND_URL": f"file://{room.states}",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_STACK": "dev",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


@pytest.fixture
def pulumi(engine, project, environment):
    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess:
        command = [engine.path, *arguments, "--non-interactive", "--color=never"]
        return subprocess.run(
            command,
            cwd=project,
            env={**environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_project_runs_with_its_modules_configuration_and_secrets(pulumi, room):
    pulumi("config", "set-all", "--plaintext", "said=hello", "--secret", "hidden=treasure")

    done = pulumi("up", "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "the program speaks" in done.stdout
    assert room.boxes() == {"one": {"name": "one", "label": "from a module beside it"}}
    shown = pulumi("stack", "output", "--json")
    assert json.loads(shown.stdout) == {
        "said": "hello",
        "hidden": "[secret]",
        "where": ["boxes", "dev", "organization"],
    }
    assert pulumi("preview", "--expect-no-changes").returncode == 0
    assert pulumi("destroy", "--yes").returncode == 0
    assert room.boxes() == {}


def test_a_missing_setting_is_told_in_the_sdks_own_words(pulumi):
    done = pulumi("preview")
    assert done.returncode != 0
    assert "Missing required configuration variable 'boxes:said'" in done.stdout


def test_a_program_that_fails_shows_its_own_lines_and_not_ours(pulumi, project):
    (project / "__main__.py").write_text("def f():\n    raise KeyError('lost')\n\nf()\n")
    done = pulumi("preview")
    assert done.returncode != 0
    assert '__main__.py", line 2, in f' in done.stdout
    assert "KeyError: 'lost'" in done.stdout
    assert "runpy" not in done.stdout
    assert "project_runner" not in done.stdout


def test_a_program_that_exits_says_with_which_status(pulumi, project):
    (project / "__main__.py").write_text("import sys\n\nsys.exit(7)\n")
    assert "exit status 7" in pulumi("preview").stdout


def test_a_single_file_can_be_the_program(pulumi, project):
    (project / "Pulumi.yaml").write_text("name: boxes\nruntime: python\nmain: app.py\n")
    (project / "app.py").write_text("print('the file speaks')\n")
    done = pulumi("preview")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the file speaks" in done.stdout


def test_an_environment_without_pulumi_is_told_what_to_install(pulumi, project):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    done = pulumi("preview")
    assert "Pulumi's SDK is not installed" in done.stdout
    assert str(project / ".venv/bin/python") in done.stdout


def test_a_virtual_environment_that_is_named_and_missing_is_said_so(pulumi, project):
    (project / "Pulumi.yaml").write_text(
        textwrap.dedent(
            """
            name: boxes
            runtime: {name: python, options: {virtualenv: nowhere}}
            """
        )
    )
    assert "virtual environment nowhere of Pulumi.yaml does not exist" in pulumi("preview").stdout


def test_installing_says_that_nothing_is_installed(pulumi):
    assert "installs nothing" in pulumi("install").stdout


def test_an_interrupted_or_killed_engine_leaves_no_program_behind(
    engine, room, project, environment, pulumi
):
    (project / "__main__.py").write_text(
        "import pathlib, time\n\npathlib.Path('here').touch()\ntime.sleep(60)\n"
    )
    for number in (signal.SIGINT, signal.SIGKILL):
        process = subprocess.Popen(
            [engine.path, "preview", "--non-interactive"],
            cwd=project,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until((project / "here").exists, "the program runs")
        process.send_signal(number)
        process.wait(30)
        until(lambda: not room.processes(), "program and host are gone")
        (project / "here").unlink()


def test_the_interpreter_is_the_projects_own_where_it_has_one(tmp_path):
    assert interpreter(tmp_path, {}) == Path(sys.executable)
    for name in ("venv", ".venv", "named"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin/python").touch()
        options = {"virtualenv": "named"} if name == "named" else {}
        assert interpreter(tmp_path, options) == tmp_path / name / "bin/python"
    assert interpreter(tmp_path, {"virtualenv": "missing"}) is None
