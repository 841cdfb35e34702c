"""Commands whose bodies are imported when they are called.

What is typed (options, help, completion) stands in `NAME_command.py`, which is quick to import;
what is done stands in `NAME.py` beside it, whose imports are at its top like anywhere else. So
`tablewright up --help` imports neither Pulumi nor boto3.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

import click

from tablewright.extras import Extra, require

from .setting_option import begin


class Body:
    """A callback of click that is imported when it is called; reads like `described` until then.

    Args:
        described: says what the command does.
        module: within `tablewright.cli`.
        function: takes the command's parameters, and returns its exit status or nothing.
        extra: of this distribution, without whose packages the module cannot be imported.
    """

    def __init__(
        self,
        described: Callable[[], None],
        *,
        module: str,
        function: str,
        extra: Extra | None = None,
    ) -> None:
        update_wrapper(self, described)
        self._module = f"tablewright.cli.{module}"
        self._function = function
        self._extra = extra

    def load(self) -> Callable[..., Any]:
        """Import the function.

        Raises:
            ExtraMissingError: the packages that it needs are not installed.
        """
        if self._extra is not None:
            require(self._extra)
        loaded: Callable[..., Any] = getattr(importlib.import_module(self._module), self._function)
        return loaded

    def __call__(self, **parameters: Any) -> Any:
        """Run the command."""
        begin(click.get_current_context(silent=True))
        return self.load()(**parameters)


def body(
    module: str, function: str = "run", *, extra: Extra | None = None
) -> Callable[[Callable[[], None]], Body]:
    """The decorated function says what a command does; a function of `module` does it."""
    return partial(Body, module=module, function=function, extra=extra)
