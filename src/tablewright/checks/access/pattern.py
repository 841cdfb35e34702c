"""IAM's patterns: wildcards, ARNs compared part by part, policy variables.

Source: IAM User Guide, "IAM JSON policy elements: Resource" and "Variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from .context import UNDECIDED, RequestContext

_PARTS = 6
_VARIABLE = re.compile(r"\$\{\s*([^}',]*?)\s*(?:,\s*'([^']*)'\s*)?\}")
_SIGNS = {"*": "*", "?": "?", "$": "$"}


class UndecidedVariableError(LookupError):
    """A variable's value is not known before a request; its name is the argument."""


class AbsentVariableError(LookupError):
    """No request of this kind has a value for a variable."""


def action_fits(pattern: str, action: str) -> bool:
    """Whether `service:Action` fits a pattern; case does not matter."""
    return _of_action(pattern).fullmatch(action.lower()) is not None


@lru_cache(maxsize=16_384)
def _of_action(pattern: str) -> re.Pattern[str]:
    """Managed policies have a thousand patterns, and each is held to every action asked about."""
    return _regular(_wild(pattern.lower()))


def text_fits(pattern: str, text: str, context: RequestContext | None) -> bool:
    """Whether a text fits a pattern whose variables are filled in; `context` None leaves them.

    Raises:
        UndecidedVariableError, AbsentVariableError: a variable has no one value.
    """
    return _regular(_filled(pattern, context, _wild)).fullmatch(text) is not None


def filled(text: str, context: RequestContext | None) -> str:
    """A text that is no pattern, its variables filled in.

    Raises:
        UndecidedVariableError, AbsentVariableError: a variable has no one value.
    """
    return _filled(text, context, str)


def resource_fits(pattern: str, arn: str, context: RequestContext | None) -> bool | None:
    """Whether an ARN, or `*`, fits a pattern; None when that hangs on an undecided variable.

    A `*` does not reach beyond the part of the ARN in which it stands.

    Raises:
        AbsentVariableError: a variable has no value, and nothing else keeps it from fitting.
    """
    if pattern in {"*", arn}:
        return True
    wanted, parts = pattern.split(":", _PARTS - 1), arn.split(":", _PARTS - 1)
    if len(wanted) != _PARTS or len(parts) != _PARTS:
        return _becomes(pattern, arn, context)
    unfilled: list[LookupError] = []
    for wild, part in zip(wanted, parts, strict=True):
        try:
            if not text_fits(wild, part, context):
                return False
        except (AbsentVariableError, UndecidedVariableError) as error:
            unfilled.append(error)
    absent = [error for error in unfilled if isinstance(error, AbsentVariableError)]
    if absent:
        raise absent[0]
    return None if unfilled else True


def _becomes(pattern: str, text: str, context: RequestContext | None) -> bool | None:
    """Whether what is no ARN is this text when filled in; None when that hangs on a variable."""
    try:
        return "${" in pattern and filled(pattern, context) == text
    except UndecidedVariableError:
        return None


def _filled(text: str, context: RequestContext | None, plain: Callable[[str], str]) -> str:
    """`plain` is done to what stands around the variables; a value stands for itself."""
    if context is None or "${" not in text:
        return plain(text)
    escape: Callable[[str], str] = re.escape if plain is _wild else str
    parts, end = [], 0
    for match in _VARIABLE.finditer(text):
        parts += [plain(text[end : match.start()]), escape(_value(match, context))]
        end = match.end()
    return "".join([*parts, plain(text[end:])])


def _value(match: re.Match[str], context: RequestContext) -> str:
    name, default = match[1], match[2]
    if name in _SIGNS:
        return _SIGNS[name]
    values = context.get(name)
    if values is UNDECIDED:
        raise UndecidedVariableError(name)
    if len(values) == 1:
        return values[0]
    if not values and default is not None:
        return default
    raise AbsentVariableError(name)


def _wild(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")


@lru_cache(maxsize=16_384)
def _regular(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"(?:\.\*){2,}", ".*", pattern), re.DOTALL)
