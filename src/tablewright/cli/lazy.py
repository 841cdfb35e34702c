"""Commands whose bodies are imported when they are called.

What is typed (options, help, completion) stands in `cli/NAME_command.py`, which is quick to import;
what is done stands in `cli/bodies/NAME.py`, whose imports are at its top like anywhere else. So
`tablewright up --help` imports neither Pulumi nor boto3.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any


class Body:
    """A callback of click that is imported when it is called; reads like `described` until then.

    Args:
        described: says what the command does.
        module: within `tablewright.cli.bodies`.
        function: takes the command's parameters, and returns its exit status or nothing.
    """

    def __init__(self, described: Callable[[], None], *, module: str, function: str) -> None:
        update_wrapper(self, described)
        self._module = f"tablewright.cli.bodies.{module}"
        self._function = function

    def load(self) -> Callable[..., Any]:
        """Import the function."""
        loaded: Callable[..., Any] = getattr(importlib.import_module(self._module), self._function)
        return loaded

    def __call__(self, **parameters: Any) -> Any:
        """Run the command."""
        return self.load()(**parameters)


def body(module: str, function: str = "run") -> Callable[[Callable[[], None]], Body]:
    """The decorated function says what a command does; a function of `cli.bodies` does it."""
    return partial(Body, module=module, function=function)
