"""Following the advice of a message: the commands that it names, exactly as it names them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Any

from tests.pulumi.cli.conftest import REGION, EmbeddedAws
from tests.support.terminal import Said, Terminal

_NAMED = re.compile(r"`((?:tablewright|aws) [^`]+)`")
_ANSWERED = frozenset({"up", "destroy", "release", "refresh", "update"})


def named(text: str) -> tuple[tuple[str, ...], ...]:
    """The commands in back quotes, as words."""
    return tuple(tuple(shlex.split(command)) for command in _NAMED.findall(" ".join(text.split())))


def follow(terminal: Terminal, aws: EmbeddedAws, text: str) -> list[Said]:
    """Run each command that a message names, in its order; each must end well."""
    commands = named(text)
    assert commands, f"no command is named in: {text}"
    return [done for command in commands if (done := run(terminal, aws, command)) is not None]


def run(terminal: Terminal, aws: EmbeddedAws, words: Sequence[str]) -> Said | None:
    """Run one named command; the only thing added is the yes that a person would type."""
    program, *rest = words
    if program == "aws":
        call(aws, rest)
        return None
    verbs = rest[1:] if rest[0] == "pulumi" else rest
    answer = ("--yes",) if verbs[0] in _ANSWERED else ()
    return terminal.run(*rest, *answer).ended(0)


def call(aws: EmbeddedAws, words: Sequence[str]) -> Any:
    """What the AWS CLI does with these words; starting it would take a second."""
    service, operation, *rest = words
    options = {rest[place][2:]: rest[place + 1] for place in range(0, len(rest), 2)}
    region = options.pop("region", REGION)
    members = {_member(name): _value(text) for name, text in options.items()}
    method = getattr(aws.client(service, region), operation.replace("-", "_"))
    return method(**members)


def _member(option: str) -> str:
    return "".join(word.capitalize() for word in option.split("-"))


def _value(text: str) -> Any:
    """Shorthand of the AWS CLI as far as messages use it: `Delete={RegionName=eu-west-1}`."""
    if shorthand := re.fullmatch(r"(\w+)=\{(\w+)=([\w-]+)\}", text):
        outer, inner, value = shorthand.groups()
        return [{outer: {inner: value}}]
    return text
