"""Next steps as they can be typed: with the paths and the place of the command that names them.

Errors and findings name commands with `PATH` for the manifests, `tablewright up PATH --refresh`.
Who runs `tablewright verify tables/ --target aws` reads `tablewright up tables/ --refresh --target
aws`: copied and run, it does what was said.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from functools import wraps
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from tablewright.errors import TablewrightError

Command = TypeVar("Command", bound=Callable[..., Any])

_NAMED = re.compile(r"`tablewright (?P<verb>\w+) PATH(?P<rest>[^`]*)`")
_CARRIED = (
    "environment",
    "stack",
    "stacks",
    "target",
    "backend",
    "provider",
    "profile",
    "accounts",
    "sandbox",
    "planton_stack",
    "module_dir",
    "overrides",
)
"""Parameters that say which stack is meant and where it is."""
_ONE_STACK = "tablewright.stack"
_PLANTON_VERBS: Mapping[str, str] = {
    "up": "update",
    "preview": "preview",
    "refresh": "refresh",
    "destroy": "destroy",
}


def literal(text: str) -> str:
    """A text whose commands are about the manifests of the running command."""
    context = click.get_current_context(silent=True)
    if context is None or "PATH" not in text:
        return text
    return _NAMED.sub(lambda match: f"`{_command(context, match['verb'], match['rest'])}`", text)


@contextmanager
def about_stack(option: str) -> Iterator[None]:
    """Within the block the running command is about one of its stacks, which is named.

    Args:
        option: the value of `--stack` that means it.
    """
    context = click.get_current_context(silent=True)
    meta = context.meta if context else {}
    meta[_ONE_STACK] = option
    try:
        yield
    finally:
        del meta[_ONE_STACK]


def command_line(verb: str, *words: str, stack: str | None = None) -> str:
    """A command about the same place as the running one, on the paths of one stack.

    Args:
        verb: the command.
        words: its paths.
        stack: of Pulumi, where it was said.
    """
    context = click.get_current_context()
    named = [f"--stack {shlex.quote(stack)}"] if stack else []
    place = [option for option in _options(context) if not option.startswith("--stack ")]
    return " ".join(["tablewright", verb, *map(shlex.quote, words), *named, *place])


def as_typed(context: click.Context) -> str:
    """The running command with what was given to it, in the order of its help."""
    words = [context.command_path]
    for parameter in context.command.params:
        name = parameter.name or ""
        if context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        value = context.params.get(name, True)
        many = parameter.multiple or parameter.nargs != 1
        for item in value if many else (value,):
            words += _words(parameter, item)
    return " ".join(words)


def _words(parameter: click.Parameter, value: Any) -> list[str]:
    if isinstance(parameter, click.Argument):
        return [shlex.quote(str(value))]
    flag = isinstance(parameter, click.Option) and parameter.is_flag
    return [parameter.opts[0]] if flag else [parameter.opts[0], shlex.quote(str(value))]


def make_literal(error: TablewrightError) -> None:
    """Let the commands that an error names be such that can be typed."""
    for field in fields(error):
        if isinstance(text := getattr(error, field.name), str):
            setattr(error, field.name, literal(text))


def literal_errors(function: Command) -> Command:
    """A command whose errors name commands that can be typed."""

    @wraps(function)
    def wrapped(*args: Any, **given: Any) -> Any:
        try:
            return function(*args, **given)
        except TablewrightError as error:
            make_literal(error)
            raise

    return wrapped  # type: ignore[return-value]


def _command(context: click.Context, verb: str, rest: str) -> str:
    given = context.params
    if "manifest" in given and verb in _PLANTON_VERBS:
        named = ["pulumi", _PLANTON_VERBS[verb]]
        words = [*named, "--manifest", shlex.quote(given["manifest"])]
    else:
        named = [verb]
        paths = [given["manifest"]] if "manifest" in given else given.get("paths") or ["PATH"]
        words = [verb, *map(shlex.quote, _manifests(paths))]
    known = _known_options(context, named)
    known -= {*rest.split()}  # what the text says itself
    carried = [option for option in _options(context) if option.partition(" ")[0] in known]
    return " ".join(["tablewright", *words, *rest.split(), *carried])


def _known_options(context: click.Context, words: Sequence[str]) -> set[str]:
    """The options of the command of these words."""
    root = context.find_root()
    command: click.Command | None = root.command
    for word in words:
        command = command.get_command(root, word) if isinstance(command, click.Group) else None
    return (
        {option for parameter in command.params for option in parameter.opts} if command else set()
    )


def _manifests(paths: Sequence[str]) -> Sequence[str]:
    """The paths, or the placeholder for a saved preview: only `up` takes one, and only as it is."""
    # What is saved is known by the layer that reads it, which is loaded by then.
    from tablewright.deploy.source import is_saved  # noqa: PLC0415

    return ["PATH"] if any(map(is_saved, paths)) else paths


def _options(context: click.Context) -> Iterator[str]:
    """Those that were given on the command line; the environment goes on saying the others."""
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if name == "stacks" and _ONE_STACK in context.meta:
            yield f"--stack {shlex.quote(context.meta[_ONE_STACK])}"
        elif name in _CARRIED and given:
            value = context.params[name]
            for item in value if parameter.multiple else (value,):
                yield f"{parameter.opts[0]} {shlex.quote(str(item))}"
