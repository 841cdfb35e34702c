"""IAM's patterns: `*` and `?`, ARNs compared part by part, policy variables filled in.

Source: IAM user guide, "IAM JSON policy elements: Resource", "Variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

ARN_PARTS = 6
_VARIABLE = re.compile(r"\$\{\s*([^}',]*?)\s*(?:,\s*'([^']*)'\s*)?\}")
_LITERALS = {"*": "*", "?": "?", "$": "$"}

# A pattern is a sequence of characters in which these two stand for any text and any character.
ANY, ONE = "\ue000", "\ue001"
_HOLE = "\ue002"

Values = Mapping[str, Sequence[str]]
"""The context of a request: key in lower case to its values."""


class UnfilledError(ValueError):
    """A policy variable has no value in this request."""


def compiled(text: str, values: Values | None = None) -> str:
    """A pattern as written in a policy; with `values` its variables are filled in.

    A filled-in value is text: a `*` in it stands for itself.

    Raises:
        UnfilledError: when a variable has no value, no default, or more than one value.
    """
    if values is None or "${" not in text:
        return text.replace("*", ANY).replace("?", ONE)
    parts, end = [], 0
    for match in _VARIABLE.finditer(text):
        parts.append(text[end : match.start()].replace("*", ANY).replace("?", ONE))
        parts.append(_value(match, values))
        end = match.end()
    parts.append(text[end:].replace("*", ANY).replace("?", ONE))
    return "".join(parts)


def widened(text: str) -> str:
    """An ARN's pattern in which every part with a variable fits anything."""
    parts = _VARIABLE.sub(_HOLE, text).split(":", ARN_PARTS - 1)
    return compiled(":".join("*" if _HOLE in part else part for part in parts))


def filled(text: str, values: Values | None) -> str:
    """A text of a policy that is no pattern, its variables filled in."""
    if values is None or "${" not in text:
        return text
    return _VARIABLE.sub(lambda match: _value(match, values), text)


def _value(match: re.Match[str], values: Values) -> str:
    name, default = match[1], match[2]
    if name in _LITERALS:
        return _LITERALS[name]
    replacement = values.get(name.lower(), ())
    if len(replacement) == 1:
        return replacement[0]
    if not replacement and default is not None:
        return str(default)
    raise UnfilledError(name)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits a compiled pattern; time is bounded by their product."""
    place = spot = 0
    star, resume = -1, 0
    while spot < len(text):
        if place < len(pattern) and pattern[place] in {text[spot], ONE} and pattern[place] != ANY:
            place, spot = place + 1, spot + 1
        elif place < len(pattern) and pattern[place] == ANY:
            star, resume = place, spot
            place += 1
        elif star >= 0:
            resume += 1
            place, spot = star + 1, resume
        else:
            return False
    return all(sign == ANY for sign in pattern[place:])


@lru_cache(maxsize=65_536)
def action_matches(pattern: str, action: str) -> bool:
    """Whether `service:Action` fits a pattern; upper and lower case are the same."""
    return matches(compiled(pattern.lower()), action.lower())


def arn_matches(pattern: str, arn: str) -> bool:
    """Whether an ARN fits a compiled pattern, part by part; a lone `*` fits everything.

    A pattern of fewer parts than an ARN fits nothing: AWS does not accept such a policy.
    """
    if pattern == ANY:
        return True
    wanted, parts = pattern.split(":", ARN_PARTS - 1), arn.split(":", ARN_PARTS - 1)
    if len(wanted) != ARN_PARTS or len(parts) != ARN_PARTS:
        return pattern == arn
    return all(matches(part, other) for part, other in zip(wanted, parts, strict=True))
