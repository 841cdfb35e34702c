"""Options that are settings of the project: where their values come from, and what that means."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from tablewright.errors import UsageError

from . import advice, console
from .settings import SETTINGS, ProjectFile, Setting, project_file, variables

Command = TypeVar("Command", bound=Callable[..., Any])
_META = "tablewright.project"
_PLAN = "tablewright.plan"


class SettingOption(click.Option):
    """An option whose value may stand in a variable or in the project's file.

    Args:
        setting: which one.
        given: as for any option of click.
    """

    def __init__(self, *given: Any, setting: Setting, **more: Any) -> None:
        more |= {"envvar": setting.variable, "show_envvar": True}
        super().__init__(*given, **more)
        self.setting = setting

    def consume_value(
        self, ctx: click.Context, opts: Mapping[str, Any]
    ) -> tuple[Any, ParameterSource]:
        """The value of the command line, the variable, the file or the default, in this order."""
        value, source = super().consume_value(ctx, opts)
        if ctx.resilient_parsing or source is ParameterSource.COMMANDLINE:
            return value, source
        # The target is read by now: it is eager.
        where = self.setting.on_sandbox if ctx.params.get("target") == "sandbox" else "file"
        if source is ParameterSource.ENVIRONMENT:
            return (None, ParameterSource.DEFAULT) if where == "option" else (value, source)
        given = _project(ctx).given.get(self.setting.name) if where == "file" else None
        if given:
            return given.value, ParameterSource.DEFAULT_MAP
        if self.setting.name == "target" and (planned := _planned_target(ctx, opts)):
            return planned, ParameterSource.COMMANDLINE
        return value, source


def setting(name: str, *words: str, **more: Any) -> Callable[[Command], Command]:
    """The option of a setting; `words` are its names where they are not the setting's own."""
    declared = SETTINGS[name]
    if declared.choices:
        more["type"] = click.Choice(declared.choices)
    more.setdefault("help", declared.meaning)
    names = words or (declared.option,)
    return click.option(*names, cls=SettingOption, setting=declared, **more)


def begin(context: click.Context | None) -> None:
    """Make a command's settings hold, and say which of them its command line does not show.

    Raises:
        UsageError: in CI no target is given.
    """
    if context is None:
        return
    os.environ.update(variables(_project(context), os.environ))
    if "target" not in context.params:
        return
    _require_target(context)
    if unseen := ", ".join(_unseen(context)):
        console.say(f"settings: {unseen}")


def target_origin() -> str:
    """Where the target comes from, for a question: empty where the command line says it."""
    context = click.get_current_context(silent=True)
    place = _place(context, "target") if context else ""
    return f", target from {place}" if place else ""


def _require_target(context: click.Context) -> None:
    """What passes on the embedded AWS changes nothing in AWS: in CI nobody would see it."""
    unsaid = context.get_parameter_source("target") is ParameterSource.DEFAULT
    if unsaid and os.environ.get("CI", "").lower() in {"1", "true"}:
        raise UsageError(
            "in CI the target must be given: the default is the embedded AWS of that machine, "
            "where nothing reaches AWS",
            f"run `{advice.as_typed(context)} --target aws`, or with --target sandbox; or set "
            f'TABLEWRIGHT_TARGET, or write target = "aws" into tablewright.toml',
        )


def _unseen(context: click.Context) -> Iterator[str]:
    for parameter in context.command.params:
        name = parameter.name or ""
        if place := _place(context, name):
            yield f"{name} {context.params[name]} (from {place})"


def _place(context: click.Context, name: str) -> str:
    """The variable or the line of the file that gives a parameter its value, if one does."""
    options = {option.name: option for option in context.command.params}
    option = options.get(name)
    if not isinstance(option, SettingOption):
        return ""
    if name == "target" and _PLAN in context.meta:
        return str(context.meta[_PLAN])
    match context.get_parameter_source(name):
        case ParameterSource.ENVIRONMENT:
            return option.setting.variable
        case ParameterSource.DEFAULT_MAP:
            return _project(context).given[option.setting.name].place
    return ""


def _planned_target(context: click.Context, typed: Mapping[str, Any]) -> str:
    """The target of the saved preview that `up` is to do: whoever names the file says it."""
    match context.info_name, typed.get("paths"):
        case "up", (str(path),) if path.endswith(".json"):
            from tablewright.deploy.source import saved_target  # noqa: PLC0415 - for these alone

            if (target := saved_target(path)) in SETTINGS["target"].choices:
                context.meta[_PLAN] = path
                return target
    return ""


def _project(context: click.Context) -> ProjectFile:
    """Read once for a command."""
    root = context.find_root()
    if _META not in root.meta:
        root.meta[_META] = project_file(Path.cwd())
    settings: ProjectFile = root.meta[_META]
    return settings
