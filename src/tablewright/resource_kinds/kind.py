"""What a kind of resource is, and the identity of a live thing. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import InitVar, dataclass, field
from typing import Any, Final, TypeGuard

Inputs = Mapping[str, Any]
"""Properties of a resource by the engine's names, as given or as recorded."""

UNKNOWN: Final = "(known after the run)"
"""Stands for a value that only the real run can know, such as the ARN of a table not yet made."""

_REGION_SUFFIX: Final = re.compile(r"(?P<id>.+)@(?P<region>[a-z]{2,}(?:-[a-z]+)+-\d+)")


@dataclass(frozen=True, slots=True)
class Identity:
    """One live thing of AWS: resources of the same identity are the same thing.

    Args:
        space: within what the name is unique; the two kinds of alarms share one.
        region: empty for what is the account's own.
        name: its one spelling, without region and account.
        caseless: whether AWS takes names that differ in case alone for one.
    """

    space: str
    region: str
    name: str = field(compare=False)
    caseless: InitVar[bool] = False
    compared: str = field(init=False, repr=False)

    def __post_init__(self, caseless: bool) -> None:
        """Note what is compared."""
        object.__setattr__(self, "compared", self.name.casefold() if caseless else self.name)

    def __str__(self) -> str:
        return f"{self.name}@{self.region}" if self.region else self.name


@dataclass(frozen=True, slots=True)
class Account:
    """Where ids lead that name an account.

    Args:
        id: twelve digits.
        region: the provider's, in which an id needs not name it.
        partition: `aws`, `aws-cn`, ...
    """

    id: str = ""
    region: str = ""
    partition: str = "aws"


def _inputs_alone(inputs: Inputs) -> Inputs:
    return inputs


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """One type of resource.

    Args:
        type: the engine's name of it.
        word: how people call it.
        name: spelling of the name in an identity; what stands in braces are inputs.
        pattern: of every spelling that an id has or had, with the same inputs as groups.
        names: inputs by which its owner knows it, best first.
        space: of the name; the type itself unless several share one.
        regional: whether it lives in a region.
        holds_data: whether its deletion loses data.
        tagged: whether it can carry tags.
        alone: inputs that no two resources can share at a time, besides the region: the new one
            can be made only after the old one went. Those of the name unless AWS allows fewer.
        first_goes_the_old: whether a replacement deletes first, whatever it is replaced for.
        parent: type of what it is part of, and where the inputs that identify that stand in its
            own; it goes with its parent.
        imported_as: spelling of the id in an import, where it is not the name: more inputs,
            `account`, `partition` and `region` can stand in it.
        read: adds to the inputs what only they together tell.
        known_by: spelling of inputs that tell which it is, where AWS gives the name and allows one.
        caseless: whether AWS takes names that differ in case alone for one.
    """

    type: str
    word: str
    name: str
    pattern: str
    names: tuple[str, ...] = ("name",)
    space: str = ""
    regional: bool = True
    holds_data: bool = False
    tagged: bool = False
    alone: tuple[str, ...] = ()
    first_goes_the_old: bool = False
    parent: tuple[str, Mapping[str, str]] | None = None
    imported_as: str = ""
    read: Callable[[Inputs], Inputs] = _inputs_alone
    known_by: str = ""
    caseless: bool = False

    @property
    def identifying(self) -> tuple[str, ...]:
        """What makes up the name."""
        return tuple(re.findall(r"{(\w+)}", self.name))

    def identify(self, inputs: Inputs, region: str = "") -> Identity | None:
        """Which live thing inputs mean; None where one that decides it is not known yet.

        Args:
            inputs: of a resource.
            region: where it is if the inputs do not say.
        """
        where, read = inputs.get("region"), self.read(inputs)
        if not (where is None or is_known(where)):
            return None
        if self.known_by and (values := _texts(read, re.findall(r"{(\w+)}", self.known_by))):
            name = self.known_by.format_map(values)
            return Identity(self.space or self.type, where or region, name)
        values = _texts(read, self.identifying)
        return None if values is None else self._identity(values, where or region)

    def parse(self, id_: str) -> Mapping[str, str]:
        """The inputs that an id of any spelling tells, `region` among them if it is named.

        Empty where it tells too little: the recorded id of a scaling policy is its bare name.
        """
        suffix = _REGION_SUFFIX.fullmatch(id_) if self.regional else None
        bare, where = (suffix["id"], suffix["region"]) if suffix else (id_, None)
        match = re.fullmatch(self.pattern, bare)
        if match is None:
            return {}
        parts = {name: value for name, value in match.groupdict().items() if value is not None}
        return parts if where is None else {**parts, "region": where}

    def identity_of_id(self, id_: str, region: str = "") -> Identity | None:
        """Which live thing an id means; None if it tells too little."""
        parts = self.parse(id_)
        if not set(self.identifying) <= set(parts):
            return None
        return self._identity(parts, parts.get("region", region))

    def import_id(self, inputs: Inputs, account: Account) -> str | None:
        """What an import calls the live thing; None where an input is not known yet."""
        spelling = self.imported_as or self.name
        region = inputs.get("region") or account.region
        around = {"account": account.id, "partition": account.partition, "region": region}
        wanted = tuple(name for name in re.findall(r"{(\w+)}", spelling) if name not in around)
        values = _texts(self.read(inputs), wanted)
        if values is None or not is_known(region):
            return None
        id_ = spelling.format_map({**around, **values})
        elsewhere = self.regional and region != account.region and "{region}" not in spelling
        return f"{id_}@{region}" if elsewhere else id_

    def displaces(self, old: Inputs, new: Inputs) -> bool:
        """Whether the old resource has to go before the new one can come.

        So it is where both are the same thing, and where AWS allows one only. What is not known
        yet may turn out to be the same.
        """
        olds, news = self.read(old), self.read(new)
        names = (self.alone or self.identifying) + (("region",) if self.regional else ())
        return all(self._may_be_equal(olds.get(name), news.get(name)) for name in names)

    def owner_name(self, inputs: Inputs) -> str | None:
        """How its owner calls it, if the inputs tell."""
        texts = (inputs.get(name) for name in self.names)
        return next((text for text in texts if isinstance(text, str) and text), None)

    def _identity(self, values: Mapping[str, str], region: str) -> Identity:
        name = self.name.format_map(values)
        where = region if self.regional else ""
        return Identity(self.space or self.type, where, name, self.caseless)

    def _may_be_equal(self, old: Any, new: Any) -> bool:
        if any(not is_known(value) for value in (old, new) if value is not None):
            return True
        texts = [str(value or "") for value in (old, new)]
        return texts[0] == texts[1] or (
            self.caseless and texts[0].casefold() == texts[1].casefold()
        )


_OPTIONAL: Final = {"indexName": "", "path": "/"}
"""What those that may be left out are then."""


def _texts(inputs: Inputs, names: Collection[str]) -> dict[str, str] | None:
    values = {name: inputs.get(name) or _OPTIONAL.get(name) for name in names}
    texts = {name: value for name, value in values.items() if is_known(value)}
    return texts if len(texts) == len(values) else None


def is_known(value: Any) -> TypeGuard[str]:
    """Whether a value is a text, and not the one that stands for what a run will tell."""
    return isinstance(value, str) and value != UNKNOWN
