"""A stack as a configuration of Terraform, with an `import` block for each resource."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tablewright.components.rendering import (
    CALLER,
    Joined,
    JsonDocument,
    Reference,
    ResourceSpec,
)
from tablewright.components.templates.handover import (
    CREATION,
    ToolTemplate,
    lost_of_creation,
    parts_of,
)
from tablewright.components.templates.hcl import (
    Called,
    Expression,
    HclBlock,
    Interpolated,
    block_text,
)
from tablewright.components.templates.import_ids import ACCOUNT_ID, STREAM, import_id
from tablewright.components.templates.terraform_types import TYPES, Block, Field, Newer
from tablewright.components.transcript import transcript
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.plan.owner import OWNER_TAG
from tablewright.resource_kinds import KINDS

_ACCOUNT = Expression("data.aws_caller_identity.current.account_id")
_OLDEST, _NEWER = "5.100", "6.40"


def terraform(stack: DeclaredStack) -> ToolTemplate:
    """The configuration of a stack, which imports everything that the stack has deployed."""
    writer = _Writer(stack)
    resources = [writer.resource(part) for part in writer.parts]
    imports = [block for part in writer.parts for block in writer.imports(part)]
    head = [*writer.head(), *writer.data(imports)]
    outputs = [*writer.outputs()]
    return ToolTemplate(
        files={
            "main.tf": "\n".join(map(block_text, (*head, *resources))),
            "imports.tf": "\n".join(map(block_text, imports)),
            **({"outputs.tf": "\n".join(map(block_text, outputs))} if outputs else {}),
        },
        lost=tuple(writer.lost),
        added=len(resources) - len(imports),
        changed=sum(bool(TYPES[part.kind].written_again) for part in writer.parts),
    )


class _Writer:
    def __init__(self, stack: DeclaredStack) -> None:
        self._stack = stack
        self.parts = tuple(parts_of(stack))
        self._by_key = {part.key: part for part in self.parts}
        self._addresses = dict(_addresses(self.parts))
        self._regions: set[str] = set()
        self._is_newer = False
        self.lost: list[str] = []

    def resource(self, part: ResourceSpec) -> HclBlock:
        kind, name = self._addresses[part.key].split(".")
        self.lost.extend(lost_of_creation(part))
        given = {
            name: value
            for name, value in part.arguments.items()
            if name != "region" and name not in CREATION
        }
        attributes, blocks = self._body(part, given, TYPES[part.kind].fields, "")
        if part.tags:
            attributes.append(("tags", dict(sorted(part.tags.items()))))
        return HclBlock(
            f'resource "{kind}" "{name}"',
            [*self._provider(part), *attributes],
            [*blocks, *self._lifecycle(part)],
        )

    def imports(self, part: ResourceSpec) -> Iterator[HclBlock]:
        """None for what the provider cannot import: it is made over itself."""
        if not TYPES[part.kind].is_imported:
            self.lost.append(
                f"{part.subject}: Terraform cannot import it; the first apply adds it, which "
                "writes the same settings over the live ones"
            )
            return
        if TYPES[part.kind].written_again:
            self.lost.append(
                f"{part.subject}: {TYPES[part.kind].written_again}, so the first apply changes it, "
                "which writes the same policy again"
            )
        region = self._region(part)
        id_ = import_id(part, self._by_key, region)
        address = Expression(self._addresses[part.key])
        yield HclBlock(
            "import",
            [*self._provider(part), ("to", address), ("id", self._id(part, id_))],
        )

    def outputs(self) -> Iterator[HclBlock]:
        """Those that the stack names itself."""
        values = transcript(self._stack).exports
        for output in self._stack.outputs:
            value, name = self._value(values[output.name]), output.name.replace(".", "_")
            if name != output.name:
                self.lost.append(f"output {output.name}: its name, which cannot have dots: {name}")
            yield HclBlock(f'output "{name}"', [("value", value)])

    def head(self) -> Iterator[HclBlock]:
        version = f">= {_NEWER if self._is_newer else _OLDEST}"
        source = ("aws", {"source": "hashicorp/aws", "version": version})
        yield HclBlock(
            "terraform",
            [("required_version", ">= 1.7")],
            [HclBlock("required_providers", [source])],
        )
        for region in (self._stack.region, *sorted(self._regions)):
            alias = [] if region == self._stack.region else [("alias", _alias(region))]
            ignored = HclBlock("ignore_tags", [("keys", [OWNER_TAG])])
            yield HclBlock('provider "aws"', [*alias, ("region", region)], [ignored])

    def data(self, imports: Iterable[HclBlock]) -> Iterator[HclBlock]:
        """What only the account knows, asked where it is used."""
        yield HclBlock('data "aws_caller_identity" "current"', [])
        texts = "\n".join(map(block_text, imports))
        tables = [part for part in self.parts if part.kind == "dynamodb.Table"]
        for part in tables:
            name = self._addresses[part.key].split(".")[1]
            if f"data.aws_dynamodb_table.{name}." in texts:
                yield HclBlock(
                    f'data "aws_dynamodb_table" "{name}"', [("name", part.arguments["name"])]
                )

    def _body(
        self, part: ResourceSpec, given: Mapping[str, Any], fields: Mapping[str, Field], path: str
    ) -> tuple[list[tuple[str, Any]], list[HclBlock]]:
        attributes: list[tuple[str, Any]] = []
        blocks: list[HclBlock] = []
        for name, value in given.items():
            field = fields.get(name)
            if isinstance(field, Newer):
                if field.default == value:
                    continue
                self._is_newer, field = True, field.field
            if field is None:
                self.lost.append(f"{part.subject}: {path}{name}, which Terraform has no word for")
            elif isinstance(field, Block):
                elements = [value] if isinstance(value, Mapping) else value
                for element in elements:
                    inner = self._body(part, element, field.fields, f"{path}{name}.")
                    blocks.append(HclBlock(field.name, *inner))
            elif value is not None:
                attributes.append((field, self._value(value)))
        return attributes, blocks

    def _value(self, value: Any) -> Any:
        match value:
            case Reference(subject, attribute):
                return self._reference(subject, attribute)
            case Joined(parts):
                return Interpolated(tuple(self._value(part) for part in parts))
            case JsonDocument(document):
                return Called("jsonencode", self._value(document))
            case Mapping():
                return {key: self._value(item) for key, item in value.items()}
            case list() | tuple():
                return [self._value(item) for item in value]
            case _:
                return value

    def _reference(self, subject: str, attribute: str) -> Expression:
        if subject == CALLER:
            return _ACCOUNT
        return Expression(f"{self._addresses[subject]}.{attribute}")

    def _region(self, part: ResourceSpec) -> str:
        return str(part.arguments.get("region", self._stack.region))

    def _provider(self, part: ResourceSpec) -> list[tuple[str, Any]]:
        region = self._region(part)
        if region == self._stack.region:
            return []
        self._regions.add(region)
        return [("provider", Expression(f"aws.{_alias(region)}"))]

    def _lifecycle(self, part: ResourceSpec) -> Iterator[HclBlock]:
        attributes: list[tuple[str, Any]] = []
        if KINDS[part.type].holds_data:
            attributes.append(("prevent_destroy", True))
        if ignored := list(self._ignored(part)):
            attributes.append(("ignore_changes", [Expression(name) for name in ignored]))
        if attributes:
            yield HclBlock("lifecycle", attributes)

    def _ignored(self, part: ResourceSpec) -> Iterator[str]:
        """Attributes that something else moves; Terraform cannot name one index of a table."""
        known = TYPES[part.kind].ignored
        names = dict.fromkeys(path.partition("[")[0] for path in part.ignored)
        yield from (known[name] for name in names if name in known)
        if "globalSecondaryIndexes" in names:
            self.lost.append(
                f"{part.subject}: changes of an index's capacity are ignored, which Terraform can "
                "do for all of global_secondary_index only: take that out to change an index"
            )

    def _id(self, part: ResourceSpec, id_: str) -> Any:
        if STREAM in id_:
            subject = part.arguments["resource_arn"].subject
            return Expression(f"data.{self._addresses[subject]}.stream_arn")
        before, account, after = id_.partition(ACCOUNT_ID)
        if not account:
            return id_
        return Interpolated(tuple(text for text in (before, _ACCOUNT, after) if text))


def _addresses(parts: Sequence[ResourceSpec]) -> Iterator[tuple[str, str]]:
    """`aws_dynamodb_table.orders`, by key; a name that is no identifier is made one."""
    taken: set[str] = set()
    for part in parts:
        name = re.sub(r"[^A-Za-z0-9_-]", "-", part.name)
        name = name if re.match("[A-Za-z_]", name) else f"_{name}"
        address, number = f"{TYPES[part.kind].type}.{name}", 1
        while address in taken:
            number += 1
            address = f"{TYPES[part.kind].type}.{name}-{number}"
        taken.add(address)
        yield part.key, address


def _alias(region: str) -> str:
    return region.replace("-", "_")
