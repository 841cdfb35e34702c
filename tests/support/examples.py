"""The examples in the docstrings of the installed `pulumi_aws`, as programs.

Nothing of them is kept here: they are read from the SDK when a test runs. Each runs in an account
and under a component of its own, so that many of them are one program.
"""

from __future__ import annotations

import builtins
import importlib
import inspect
import re
import symtable
import typing
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import pulumi_aws as aws

import pulumi
from tablewright.provider.catalogue import INVOKES, RESOURCES

_BLOCK = re.compile(r"```python\n(?P<code>.*?)```", re.DOTALL)
_MADE = re.compile(r"\baws\.(?:(?P<module>\w+)\.)?(?P<name>[A-Z]\w+)\(")
_ASKED = re.compile(r"\baws\.(?:(?P<module>\w+)\.)?(?P<name>get_\w+?)(?:_output)?\(")
_IMPORTED = re.compile(r"^import (?P<name>pulumi_\w+)", re.MULTILINE)
REGION = "us-east-1"


@dataclass(frozen=True)
class Example:
    """One example: the token that it documents, which of its examples it is, and its code."""

    token: str
    number: int
    code: str

    @property
    def id(self) -> str:
        """`dynamodb.Table 2`."""
        module, _, name = self.token.removeprefix("aws:").partition("/")
        return f"{module}.{name.partition(':')[0]} {self.number}"

    @property
    def stand_ins(self) -> set[str]:
        """Names that it leaves to its reader, and that are given something here."""
        return set(_undefined(self.code)) & STAND_INS.keys()

    @property
    def obstacle(self) -> str:
        """Why it cannot run by itself, in words; empty where it can."""
        packages = {match["name"] for match in _IMPORTED.finditer(self.code)} - {"pulumi_aws"}
        missing = {package for package in packages if find_spec(package) is None}
        missing |= {name for name in _used(self.code, _MADE) if name.lower() not in _CARRIED}
        missing |= {name for name in _used(self.code, _ASKED) if name not in _FUNCTIONS}
        if missing:
            return f"uses {', '.join(sorted(missing))}"
        undefined = sorted(set(_undefined(self.code)) - STAND_INS.keys())
        return f"leaves out what {', '.join(undefined)} is" if undefined else ""


def examples() -> Iterator[Example]:
    """All examples of what is carried."""
    for token in sorted([*RESOURCES, *INVOKES]):
        for number, match in enumerate(_BLOCK.finditer(_documentation(token)), 1):
            yield Example(token, number, match["code"])


def program(chosen: Collection[Example], failed: dict[str, str]) -> Callable[[], None]:
    """One program of several examples; what goes wrong in their own code is noted in `failed`."""

    def run() -> None:
        for account, example in enumerate(chosen, 100000000001):
            own = aws.Provider(
                f"account-{account}", region=REGION, access_key=str(account), secret_key="secret"
            )
            name = example.id.replace(" ", "-")
            there = pulumi.ResourceOptions(providers={"aws": own})
            place = pulumi.ComponentResource(f"examples:index:{name}", name, None, there)
            try:
                with _under(place):
                    given = {name: STAND_INS[name]() for name in example.stand_ins}
                    exec(compile(example.code, example.id, "exec"), given)  # noqa: S102
            except Exception as error:  # noqa: BLE001 - an example may fail in any way
                failed[example.id] = f"{type(error).__name__}: {error}"

    return run


@contextmanager
def _under(place: pulumi.Resource) -> Iterator[None]:
    """Make resources under a component unless they have a parent; no transformation can do that."""
    made = pulumi.CustomResource.__init__

    def make(self: Any, t: Any, name: Any, props: Any = None, opts: Any = None, *rest: Any) -> None:
        merged = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=place), opts)
        made(self, t, name, props, merged, *rest)

    pulumi.CustomResource.__init__ = make  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        pulumi.CustomResource.__init__ = made  # type: ignore[method-assign]


def _documentation(token: str) -> str:
    module, _, name = token.removeprefix("aws:").rpartition(":")
    module = module.partition("/")[0]
    sdk = importlib.import_module("pulumi_aws" if module == "index" else f"pulumi_aws.{module}")
    if token in INVOKES:
        return inspect.getdoc(getattr(sdk, _snake(name))) or ""
    overloads = typing.get_overloads(getattr(sdk, name).__init__)
    return inspect.cleandoc(overloads[0].__doc__ or "") if overloads else ""


def _used(code: str, pattern: re.Pattern[str]) -> Iterator[str]:
    for match in pattern.finditer(code):
        name = match["name"]
        if not name.endswith(("Args", "ArgsDict")) and (match["module"], name) != (
            None,
            "Provider",
        ):
            yield f"{match['module'] or 'index'}.{name}"


def _short(token: str) -> str:
    module, _, name = token.removeprefix("aws:").rpartition(":")
    return f"{module.partition('/')[0]}.{name}"


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _undefined(code: str) -> Iterator[str]:
    """Names that the code uses and nothing defines."""
    table = symtable.symtable(code, "example", "exec")
    tables = [table, *table.get_children()]
    defined = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()}
    defined |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_imported()}
    for scope in tables:
        for symbol in scope.get_symbols():
            name = symbol.get_name()
            if symbol.is_global() and name not in defined and not hasattr(builtins, name):
                yield name


_CARRIED = {_short(token).lower() for token in RESOURCES}
_FUNCTIONS = {_snake(_short(token)) for token in INVOKES}


def _table() -> dict[str, Any]:
    """A provisioned table."""
    made = aws.dynamodb.Table(
        "stand-in",
        hash_key="id",
        range_key="at",
        attributes=[{"name": "id", "type": "S"}, {"name": "at", "type": "S"}],
        global_secondary_indexes=[
            {
                "name": "stand-in",
                "hash_key": "at",
                "projection_type": "ALL",
                "read_capacity": 5,
                "write_capacity": 5,
            }
        ],
        read_capacity=5,
        write_capacity=5,
        point_in_time_recovery={"enabled": True},
    )
    return {"name": made.name, "arn": made.arn}


def _trust() -> dict[str, Any]:
    principal = {"type": "Service", "identifiers": ["ec2.amazonaws.com"]}
    statement = {"actions": ["sts:AssumeRole"], "principals": [principal]}
    return {"json": aws.iam.get_policy_document_output(statements=[statement]).json}


STAND_INS: dict[str, Callable[[], Any]] = {
    "alerts": lambda: {"arn": aws.sns.Topic("stand-in").arn},
    "example_aws_dynamodb_table": _table,
    "example_aws_sns_topic": lambda: {"arn": aws.sns.Topic("stand-in").arn},
    "index_name": lambda: "stand-in",
    "instance_assume_role_policy": _trust,
    "lb": lambda: {"arnSuffix": "net/stand-in/1"},
    "lb_tg": lambda: {"arnSuffix": "targetgroup/stand-in/1"},
    "logstash_servers_count": lambda: 3,
    "s3_bucket_name": lambda: "stand-in",
    "sns": lambda: {"arn": aws.sns.Topic("stand-in").arn},
    "trusted_role_arn": lambda: "arn:aws:iam::123456789012:role/stand-in",
    "account_id": lambda: "123456789012",
    "provider_name": lambda: "stand-in",
}
"""What examples name and do not make, made here. What they put into texts has to be known."""
