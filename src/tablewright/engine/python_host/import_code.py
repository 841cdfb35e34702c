"""Python for resources that `pulumi import` took over, from the PCL that the engine writes of them.

    python_program('resource events "aws:dynamodb/table:Table" { name = "events" }')

The engine writes one block a resource, whose members are literals, and names of other resources in
its options. That is the part of PCL that is read here; Pulumi's own language host reads all of it.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"(?:\\.|[^"\\])*")
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<name>[A-Za-z_][\w.-]*(?:\[\d+\][\w.-]*)*)
    |(?P<mark>[{}\[\]()=,]))""",
    re.VERBOSE,
)
_WORDS: Final = {"true": "True", "false": "False", "null": "None"}
_OPTIONS: Final = "options"
_LOGICAL_NAME: Final = "__logicalName"
_STEP: Final = "    "


class UnreadableError(ValueError):
    """The PCL has something that is not read here."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that stands for something else: another resource, a property of one."""

    text: str


@dataclass(slots=True)
class _Block:
    """`resource NAME "TYPE" { members }`."""

    labels: list[str]
    members: dict[str, Any] = field(default_factory=dict)


def python_program(source: str) -> str:
    """A Python program that declares the resources of a PCL source.

    Raises:
        UnreadableError: it holds more than resources with literal members.
    """
    resources = [block for block in _Reader(source).blocks() if block.labels[0] == "resource"]
    packages = sorted({block.labels[2].partition(":")[0] for block in resources} - {"pulumi"})
    imports = ["import pulumi", *(f"import pulumi_{name} as {name}" for name in packages)]
    return "\n".join([*imports, "", *map(_resource, resources), ""])


class _Reader:
    """Reads PCL from its beginning to its end."""

    def __init__(self, source: str) -> None:
        self._tokens = list(_tokens(source))
        self._place = 0

    def blocks(self) -> Iterator[_Block]:
        """The blocks of the outermost level."""
        while self._place < len(self._tokens):
            yield self._block()

    def _block(self) -> _Block:
        labels = []
        while self._peek() != ("mark", "{"):
            kind, text = self._next()
            labels.append(_text_of(text) if kind == "text" else text)
        block = _Block(labels)
        self._expect("{")
        while self._peek() != ("mark", "}"):
            kind, name = self._next()
            if self._peek() == ("mark", "="):
                self._expect("=")
                block.members[name] = self._value()
            else:
                self._place -= 1
                inner = self._block()
                block.members[inner.labels[0]] = inner.members
        self._expect("}")
        return block

    def _value(self) -> Any:
        kind, text = self._next()
        match kind, text:
            case "text", _:
                return _text_of(text)
            case "number", _:
                return json.loads(text)
            case "name", "true" | "false" | "null":
                return _Name(_WORDS[text])
            case "name", _:
                return self._call(text) if self._peek() == ("mark", "(") else _Name(text)
            case "mark", "[":
                return list(self._items("]", self._value))
            case "mark", "{":
                return dict(self._items("}", self._entry))
            case _:
                raise UnreadableError(f"{text} where a value is expected")

    def _call(self, name: str) -> Any:
        self._expect("(")
        (inner,) = self._items(")", self._value)
        if name != "secret":
            raise UnreadableError(f"the function {name}")
        return inner

    def _items(self, end: str, read: Any) -> Iterator[Any]:
        while self._peek() != ("mark", end):
            yield read()
            if self._peek() == ("mark", ","):
                self._expect(",")
        self._expect(end)

    def _entry(self) -> tuple[Any, Any]:
        """A member: a bare name is the SDK's, a quoted one the user's own."""
        kind, text = self._next()
        self._expect("=")
        return (text if kind == "text" else _snake(text)), self._value()

    def _peek(self) -> tuple[str, str]:
        if self._place == len(self._tokens):
            raise UnreadableError("it ends too early")
        return self._tokens[self._place]

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._place += 1
        return token

    def _expect(self, mark: str) -> None:
        if self._next() != ("mark", mark):
            raise UnreadableError(f"something else where {mark} is expected")


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    place, end = 0, len(source.rstrip())
    while place < end:
        match = _TOKEN.match(source, place)
        if match is None or match.lastgroup is None:
            raise UnreadableError(source[place : place + 20].strip())
        yield match.lastgroup, match[match.lastgroup]
        place = match.end()


def _text_of(quoted: str) -> str:
    """A text of PCL, where `$${` and `%%{` stand for `${` and `%{`."""
    text: str = json.loads(quoted.replace("$${", "${").replace("%%{", "%{"))
    return text


def _resource(block: _Block) -> str:
    _, name, token = block.labels
    members = dict(block.members)
    options = members.pop(_OPTIONS, {})
    logical = members.pop(_LOGICAL_NAME, name)
    lines = [f"{_variable(name)} = {_class_of(token)}({json.dumps(logical)},"]
    lines += [f"{_STEP}{_snake(key)}={_python(value, 1)}," for key, value in members.items()]
    if options:
        lines.append(f"{_STEP}opts=pulumi.ResourceOptions({_option_list(options)}),")
    return "\n".join([*lines[:-1], lines[-1].removesuffix(",") + ")"])


def _option_list(options: Mapping[str, Any]) -> str:
    return ", ".join(f"{_snake(key)}={_python(value, 1)}" for key, value in options.items())


def _class_of(token: str) -> str:
    """`aws:dynamodb/table:Table` is `aws.dynamodb.Table`."""
    package, module, name = token.split(":")
    module = module.partition("/")[0]
    return ".".join(part for part in (package, module, name) if part not in ("", "index"))


def _python(value: Any, depth: int) -> str:
    match value:
        case _Name():
            return value.text if value.text in _WORDS.values() else _variable(value.text)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case dict():
            return _bracketed(
                "{}",
                [f"{_key(key)}: {_python(item, depth + 1)}" for key, item in value.items()],
                depth,
            )
        case list():
            return _bracketed("[]", [_python(item, depth + 1) for item in value], depth)
        case _:
            return repr(value)


def _bracketed(marks: str, items: list[str], depth: int) -> str:
    if not items:
        return marks
    inner = "".join(f"{_STEP * (depth + 1)}{item},\n" for item in items)
    return f"{marks[0]}\n{inner}{_STEP * depth}{marks[1]}"


def _key(key: str) -> str:
    return json.dumps(_text_of(key) if key.startswith('"') else key, ensure_ascii=False)


def _variable(name: str) -> str:
    """A name of PCL as one of Python: `my-events.arn` is `my_events.arn`."""
    plain = re.sub(r"[^\w.\[\]]", "_", name)
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def _snake(name: str) -> str:
    """The SDK's name of a property: `billingMode` is `billing_mode`."""
    spelled = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    return f"{spelled}_" if keyword.iskeyword(spelled) else spelled
