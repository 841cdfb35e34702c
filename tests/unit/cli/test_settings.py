"""Settings of a project: from the option, the variable, the file or the default, in this order."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from tests.support.terminal import stack as stack_of

from tablewright import manifest
from tablewright.cli.commands import root
from tablewright.cli.deploy.state_places import from_now_on
from tablewright.cli.setting_option import begin, target_origin
from tablewright.cli.settings import SETTINGS, project_file, variables
from tablewright.deploy.source import Source
from tablewright.engine import Backend
from tablewright.engine.confirmed import SavedPreview
from tablewright.errors import ManifestError, UsageError

VALUES = {name: each.choices[-1] if each.choices else "./a" for name, each in SETTINGS.items()}
WITH_OPTION = [name for name, each in SETTINGS.items() if each.option]


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS.values():
        monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


COMMANDS = {"rules": "audit"}
"""Which command has an option, where not every one that deploys has it."""


def context(*words: str, name: str = "preview") -> click.Context:
    command = root.get_command(click.Context(root), name)
    assert command is not None
    return command.make_context(name, ["t/", *words])


def parameter(*words: str, of: str) -> Any:
    return context(*words, name=COMMANDS.get(of, "preview")).params[of]


@pytest.mark.parametrize("name", WITH_OPTION)
def test_the_option_wins_over_the_variable_and_that_over_the_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting, aws = SETTINGS[name], () if name == "target" else ("--target", "aws")
    values = [*setting.choices, *setting.choices] or ["./file", "variable", "option"]
    default = parameter(*aws, of=name)
    (tmp_path / "tablewright.toml").write_text(f'{name} = "{values[0]}"\n')
    of_file = str(tmp_path / values[0]) if setting.is_path else values[0]
    assert parameter(*aws, of=name) == of_file
    monkeypatch.setenv(setting.variable, values[1])
    assert parameter(*aws, of=name) == values[1]
    assert parameter(*aws, setting.option, values[2], of=name) == values[2]
    monkeypatch.setenv(setting.variable, "")
    (tmp_path / "tablewright.toml").unlink()
    assert parameter(*aws, of=name) == default


@pytest.mark.parametrize("name", WITH_OPTION)
def test_the_help_names_the_variable(name: str) -> None:
    shown = "".join(
        CliRunner().invoke(root, [COMMANDS.get(name, "preview"), "--help"]).output.split()
    )
    assert SETTINGS[name].variable in shown


def test_accounts_in_the_file_may_be_no_path(tmp_path: Path) -> None:
    (tmp_path / "tablewright.toml").write_text('accounts = "organization:path/reader:id"\n')
    assert parameter("--target", "aws", of="accounts") == "organization:path/reader:id"


def test_a_sandbox_takes_nothing_of_aws_from_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'backend = "s3://states"\nprofile = "prod"\nprovider = "official"\n'
    (tmp_path / "tablewright.toml").write_text(text)
    monkeypatch.setenv("TABLEWRIGHT_PROFILE", "other")
    for name in ("backend", "profile", "provider"):
        assert parameter(of=name) is None
        assert parameter("--target", "aws", of=name) is not None
    assert parameter("--profile", "typed", of="profile") == "typed"


def test_a_setting_without_an_option_becomes_its_variable(tmp_path: Path) -> None:
    (tmp_path / "tablewright.toml").write_text('engine = "bin/pulumi"\ntarget = "aws"\n')
    file = project_file(tmp_path)
    assert dict(variables(file, {})) == {"TABLEWRIGHT_PULUMI": str(tmp_path / "bin/pulumi")}
    assert dict(variables(file, {"TABLEWRIGHT_PULUMI": "/mine"})) == {}


@pytest.mark.parametrize(
    ("file", "header"),
    [("tablewright.toml", ""), ("pyproject.toml", "[project]\nname = 'x'\n[tool.tablewright]\n")],
)
def test_the_nearest_file_counts_up_to_the_root_of_the_repository(
    file: str, header: str, tmp_path: Path
) -> None:
    below = tmp_path / "repository" / "folder"
    below.mkdir(parents=True)
    (tmp_path / file).write_text(f"{header}sandbox = 'above'\n")
    assert project_file(below).given["sandbox"].value == "above"
    (tmp_path / "repository" / ".git").mkdir()
    assert project_file(below).given == {}
    (tmp_path / "repository" / file).write_text(f"{header}sandbox = 'own'\n")
    given = project_file(below).given["sandbox"]
    assert (given.value, given.place) == ("own", f"{file}:{header.count(chr(10)) + 1}")


def test_a_pyproject_of_others_is_passed_over(tmp_path: Path) -> None:
    below = tmp_path / "package"
    below.mkdir()
    (tmp_path / "tablewright.toml").write_text('target = "aws"\n')
    (below / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    assert project_file(below).given["target"].value == "aws"


@pytest.mark.parametrize(
    ("line", "message", "fix"),
    [
        ('traget = "aws"', "there is no such setting", "did you mean `target`?"),
        ('yes = "true"', "there is no such setting", "there are: target,"),
        ('target = "prod"', '"prod" is not one of its values', "sandbox, aws"),
        ("profile = 3", "must be a text", 'profile = "NAME"'),
        ('profile = ""', "must be a text", 'profile = "NAME"'),
        ('backend = "prod"', "neither a path nor a URL", 'backend = "./prod"'),
        ("[environments]", "there is no such setting", "did you mean `environment`?"),
        ("target.name = 'x'", "must be a text", "target"),
        ("target aws", "is not TOML", "correct it"),
    ],
)
@pytest.mark.parametrize("shared", [False, True])
def test_a_mistake_is_told_with_file_and_line(
    line: str, message: str, fix: str, shared: object, tmp_path: Path
) -> None:
    file, first = tmp_path / "tablewright.toml", "# ours"
    if shared:
        file, first = tmp_path / "pyproject.toml", "[tool.tablewright]"
        line = line.replace("[", "[tool.tablewright.")
    file.write_text(f"{first}\n{line}\n")
    with pytest.raises(ManifestError) as raised:
        project_file(tmp_path)
    [problem] = raised.value.problems
    assert (problem.file, problem.line) == (str(file), 2)
    assert message in problem.message
    assert fix in problem.fix


def test_two_files_in_one_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tablewright.toml").write_text('target = "aws"\n')
    (tmp_path / "pyproject.toml").write_text("[tool.tablewright]\ntarget = 'sandbox'\n")
    with pytest.raises(UsageError, match="both have settings"):
        project_file(tmp_path)


def test_what_the_command_line_does_not_show_is_said_first(tmp_path: Path) -> None:
    (tmp_path / "tablewright.toml").write_text('\ntarget = "sandbox"\nenvironment = "prod"\n')
    result = CliRunner().invoke(root, ["preview", "none"], env={"TABLEWRIGHT_SANDBOX": "own"})
    assert result.stderr == (
        "settings: environment prod (from tablewright.toml:3), "
        "target sandbox (from tablewright.toml:2), sandbox own (from TABLEWRIGHT_SANDBOX)\n"
    )
    typed = ["preview", "none", "--target", "sandbox", "--environment", "dev", "--sandbox", "own"]
    assert CliRunner().invoke(root, typed).stderr == ""


GIVEN = {
    "pulumi": ("-f", "t"),
    "prices": ("--region", "us-east-1"),
    "migrate": ("t", "u"),
    "permissions": ("up", "t"),
    "state mv": ("t", "a", "b"),
    "state import": ("t", "f.json"),
    "state move-backend": ("t", "./states"),
}
"""What commands take besides a path."""


def targeted(command: click.Command = root, *words: str) -> list[tuple[str, ...]]:
    """Every command that has a target, as it can be typed."""
    if not isinstance(command, click.Group):
        if "target" not in {each.name for each in command.params}:
            return []
        further = GIVEN.get(" ".join(words)) or GIVEN.get(words[0]) or ("t",)
        return [(*words, *further)]
    names = command.list_commands(click.Context(command))
    below = [(name, command.get_command(click.Context(command), name)) for name in names]
    return [each for name, child in below if child for each in targeted(child, *words, name)]


@pytest.mark.parametrize("words", targeted(), ids=" ".join)
def test_in_ci_a_command_without_a_target_is_refused_with_the_line_to_write(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    if words[0] in {"adopt", "discover"}:
        words = words[:-1]
    error = CliRunner().invoke(root, words).exception
    assert isinstance(error, UsageError), error
    typed = " ".join(words).replace("-f", "--manifest")
    assert f"{typed} --target aws`" in error.next_step
    (tmp_path / "tablewright.toml").write_text('target = "sandbox"\n')
    error = CliRunner().invoke(root, words).exception
    assert "in CI" not in str(error)


def saved(tmp_path: Path, target: str) -> Path:
    stack = stack_of("orders")
    preview = SavedPreview("shop/dev", "0", {"target": target}, ())
    path = tmp_path / "change.json"
    path.write_text(Source.of(manifest.load_text(stack, {})).saved(preview))
    return path


@pytest.mark.parametrize("ci", ["true", ""])
def test_the_target_of_a_saved_preview_is_said_by_naming_it(
    ci: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = saved(tmp_path, "aws")
    monkeypatch.setenv("CI", ci)
    up = root.get_command(click.Context(root), "up")
    assert up is not None
    made = up.make_context("up", [str(plan)])
    with made:
        assert made.params["target"] == "aws"
        assert target_origin() == f", target from {plan}"
        begin(made)  # refuses nothing
    assert up.make_context("up", [str(plan), "--target", "sandbox"]).params["target"] == "sandbox"
    monkeypatch.setenv("TABLEWRIGHT_TARGET", "sandbox")
    assert up.make_context("up", [str(plan)]).params["target"] == "sandbox"
    monkeypatch.delenv("TABLEWRIGHT_TARGET")
    for damaged in (saved(tmp_path, "mars").read_text(), plan.read_text()[:-20], "[]"):
        plan.write_text(damaged)
        assert up.make_context("up", [str(plan)]).params["target"] == "sandbox"
    other = root.get_command(click.Context(root), "destroy")
    assert other is not None
    saved(tmp_path, "aws")
    assert other.make_context("destroy", [str(plan)]).params["target"] == "sandbox"


@pytest.mark.parametrize("backend", ["file:///srv/states", "s3://states?region=eu-west-1&x=%20y"])
@pytest.mark.parametrize("target", ["sandbox", "aws"])
@pytest.mark.parametrize("before", ["", "file:///old"])
def test_what_is_advised_after_a_state_has_moved_leads_to_it(
    backend: str, target: str, before: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As typed, by the variable, or by the file, which a sandbox does not heed."""
    monkeypatch.setenv("TABLEWRIGHT_BACKEND", before)
    own = Backend("file:///own")
    typed, _, kept = from_now_on(backend, target, own).partition(", or ")
    options = shlex.split(typed.removeprefix("give ").removesuffix(" from now on"))
    assert context("--target", target, *options).params["backend"] == backend
    if kept.startswith("set "):
        name, _, value = shlex.split(kept)[1].partition("=")
        monkeypatch.setenv(name, value)
    else:
        line = kept.removeprefix("write ").removesuffix(" into tablewright.toml")
        (tmp_path / "tablewright.toml").write_text(line)
    assert context("--target", target).params["backend"] == backend
    assert from_now_on(own.url, target, own).startswith("give no --backend")
