"""From Planton's `AwsDynamodb` to our own documents, value by value.

The result is a tree in our words whose values lie where Planton's manifest has them, so that all
further rules report their findings there. Nothing of the kind is dropped: what Planton's own module
leaves aside (time to live, deletion protection, insights, labels) is carried over like the rest.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from tablewright.errors import Problem
from tablewright.manifest.checking import MOST_PROBLEMS, Checked, check
from tablewright.manifest.documents.node import Items, Mapping, Node, Path, Scalar, child, find
from tablewright.manifest.models.base import API_VERSION
from tablewright.manifest.planton.labels import FORM, StackName, stack_of_labels
from tablewright.manifest.planton.models import AwsDynamodb, KeySchemaElement
from tablewright.manifest.planton.normalising import normalised
from tablewright.manifest.planton.rules import planton_findings
from tablewright.manifest.rules.finding import at

TAG_PREFIX = "planton.ai/"
RESOURCE_KIND = "AwsDynamodb"
WITHOUT_EFFECT = frozenset({"slug", "group", "annotations", "tags", "relationships"})
"""Fields of the metadata that are not about the table itself."""


@dataclass(slots=True)
class Adapted:
    """A Planton document in our words.

    Args:
        table: a document of kind Table.
        broken: paths in it whose values are missing because of a mistake reported already.
        problems: those mistakes.
        stack: the stack its labels name.
        uncarried: fields that are given but have no effect on a table.
    """

    table: Mapping
    broken: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    stack: StackName | None = None
    uncarried: tuple[str, ...] = ()


def adapt(root: Mapping) -> Adapted:
    """Read a document of kind AwsDynamodb; variables are filled in already."""
    tree, twice = normalised(root, AwsDynamodb)
    checked = check(tree, AwsDynamodb)
    writer = _Writer(root, checked)
    adapted = Adapted(writer.result, writer.broken, [*twice, *checked.problems])
    model = checked.model
    if model is None:
        adapted.broken.add(())
        return adapted
    for finding in islice(planton_findings(model, checked.is_sound), MOST_PROBLEMS):
        if all(checked.is_sound(path) for path in (finding.path, *finding.reads)):
            node, rest = find(tree, finding.path)
            adapted.problems.append(node.problem(finding.message, finding.fix, *rest))
    writer.write(model)
    given = model.metadata.model_dump(exclude_defaults=True).keys() & WITHOUT_EFFECT
    name = model.metadata.name
    adapted.uncarried = tuple(
        f"{name}: metadata.{name_of_label}" for name_of_label in sorted(given)
    )
    if model.status:
        adapted.uncarried += (f"{name}: status",)
    adapted.stack, wrong = stack_of_labels(model.metadata.labels)
    if wrong:
        node, _ = find(tree, ("metadata", "labels", wrong))
        message = f"the label does not name a stack: `{model.metadata.labels[wrong]}`"
        adapted.problems.append(node.problem(message, f"write {FORM}"))
    return adapted


class _Writer:
    """Writes our document; each value is put in with the node it came from."""

    def __init__(self, root: Mapping, checked: Checked[AwsDynamodb]) -> None:
        self.root = root
        self.checked = checked
        self.broken: set[Path] = set()
        self.definitions: dict[str, int] = {}
        self.result = self.mapping(root)
        self.spec = self.mapping(self.node(("spec",)))

    def write(self, model: AwsDynamodb) -> None:
        """The whole document."""
        for number, definition in enumerate(model.spec.attribute_definitions):
            self.definitions.setdefault(definition.name, number)
        self.put(self.result, "apiVersion", self.word(API_VERSION, ("apiVersion",)))
        self.put(self.result, "kind", self.word("Table", ("kind",)))
        self.put(self.result, "metadata", self._metadata())
        self.put(self.result, "spec", self.spec)
        self._capacity(model)
        self._keys(model)
        self._protection(model)
        self._changes(model)
        self.put(self.spec, "tags", self._tags(model))

    def node(self, path: Path) -> Node:
        """The node at a path of Planton's document, or the nearest above it."""
        return find(self.checked.root, path)[0]

    def word(self, text: str, path: Path) -> Scalar:
        """A text that stands for something at a path."""
        near = self.node(path)
        return Scalar(
            near.file, near.line, near.column, near.parent, near.key, text=text, plain=False
        )

    def flag(self, path: Path) -> Scalar:
        """`true`, for something at a path."""
        word = self.word("true", path)
        word.plain = True
        return word

    def mapping(self, near: Node) -> Mapping:
        """An empty mapping at the place of a node."""
        return Mapping(near.file, near.line, near.column, near.parent, near.key)

    def put(self, holder: Mapping, name: str, node: Node) -> None:
        """Put a value under a name, at the value's own place."""
        holder.entries[name] = node
        holder.key_places[name] = node.place

    def copy(self, holder: Mapping, name: str, source: Path, target: Path) -> None:
        """Carry a value over as it is; a broken one is left out and remembered."""
        if not self.checked.is_sound(source):
            self.broken.add(target)
            return
        below = (path for path in self.checked.broken if path[: len(source)] == source)
        self.broken.update((*target, *path[len(source) :]) for path in below)
        node, rest = find(self.checked.root, source)
        if not rest:
            self.put(holder, name, node)

    def _metadata(self) -> Mapping:
        metadata = self.mapping(self.node(("metadata",)))
        self.copy(metadata, "name", ("metadata", "name"), ("metadata", "name"))
        if "name" not in metadata.entries:
            self.broken.add(("metadata", "name"))
        return metadata

    def _capacity(self, model: AwsDynamodb) -> None:
        self.copy(self.spec, "billingMode", at("billingMode"), at("billingMode"))
        if model.spec.billing_mode is None:
            self.broken.add(at("billingMode"))
        self._throughput(self.spec, at(), model)
        self.copy(self.spec, "tableClass", at("tableClass"), at("tableClass"))

    def _throughput(self, holder: Mapping, path: Path, model: AwsDynamodb) -> None:
        """Zeros are as good as nothing, except where a capacity is needed."""
        here = (*path, "provisionedThroughput")
        node, rest = find(self.checked.root, here)
        if rest:
            return
        units = [child(node, name) for name in ("readCapacityUnits", "writeCapacityUnits")]
        zero = all(unit is None or (isinstance(unit, Scalar) and unit.value == 0) for unit in units)
        if not zero or model.spec.billing_mode == "PROVISIONED":
            self.copy(holder, "provisionedThroughput", here, here)

    def _keys(self, model: AwsDynamodb) -> None:
        spec = model.spec
        self._key(self.spec, at("keySchema"), spec.key_schema, at())
        if spec.global_secondary_indexes:
            name = "globalSecondaryIndexes"
            entries = self._indexes(
                name, [index.key_schema for index in spec.global_secondary_indexes]
            )
            for number, entry in enumerate(entries):
                self._throughput(entry, at(name, number), model)
        if spec.local_secondary_indexes:
            name = "localSecondaryIndexes"
            entries = self._indexes(
                name, [index.key_schema for index in spec.local_secondary_indexes]
            )
            for entry in entries:
                entry.entries.pop("partitionKey", None)

    def _indexes(self, name: str, keys: Sequence[Sequence[KeySchemaElement]]) -> list[Mapping]:
        near = self.node(at(name))
        entries: list[Mapping] = []
        for number, elements in enumerate(keys):
            path = at(name, number)
            entry = self.mapping(self.node(path))
            self.copy(entry, "name", (*path, "name"), (*path, "name"))
            self._key(entry, (*path, "keySchema"), elements, path)
            self._projection(entry, path)
            entries.append(entry)
        items = Items(near.file, near.line, near.column, near.parent, near.key, list(entries))
        self.put(self.spec, name, items)
        return entries

    def _key(
        self, holder: Mapping, source: Path, elements: Sequence[KeySchemaElement], target: Path
    ) -> None:
        for kind, name in (("HASH", "partitionKey"), ("RANGE", "sortKey")):
            numbers = [n for n, element in enumerate(elements) if element.key_type == kind]
            path = (*source, numbers[0]) if numbers else source
            sound = self.checked.is_sound((*path, "keyType"))
            sound = sound and self.checked.is_sound((*path, "attributeName"))
            if len(numbers) == 1 and sound:
                self.put(holder, name, self._attribute(path, (*target, name)))
            elif numbers or kind == "HASH" or not sound:
                self.broken.add((*target, name))

    def _attribute(self, path: Path, target: Path) -> Mapping:
        attribute = self.mapping(self.node(path))
        name = self.node((*path, "attributeName"))
        self.put(attribute, "name", name)
        text = name.text if isinstance(name, Scalar) else ""
        number = self.definitions.get(text)
        if number is None:
            self.put(attribute, "type", self.word("S", (*path, "attributeName")))
            self.broken.add((*target, "type"))
            return attribute
        type_path = at("attributeDefinitions", number, "type")
        self.copy(attribute, "type", type_path, (*target, "type"))
        if "type" not in attribute.entries:
            self.put(attribute, "type", self.word("S", at("attributeDefinitions", number, "name")))
        return attribute

    def _projection(self, entry: Mapping, path: Path) -> None:
        here = (*path, "projection")
        node, rest = find(self.checked.root, here)
        if rest:
            return
        projection = self.mapping(node)
        kind = child(node, "type")
        if isinstance(kind, Scalar) and kind.text == "KEYS_ONLY_PROJECTION":
            self.put(projection, "type", self.word("KEYS_ONLY", (*here, "type")))
        else:
            self.copy(projection, "type", (*here, "type"), (*here, "type"))
        names = (*here, "nonKeyAttributes")
        self.copy(projection, "nonKeyAttributes", names, names)
        self.put(entry, "projection", projection)

    def _protection(self, model: AwsDynamodb) -> None:
        spec = model.spec
        if spec.point_in_time_recovery_enabled:
            path = at("pointInTimeRecoveryEnabled")
            self._facet("recovery", path, {"enabled": self.flag(path)})
        if spec.deletion_protection_enabled:
            self.put(self.spec, "deletionProtection", self.flag(at("deletionProtectionEnabled")))
        if spec.ttl and spec.ttl.enabled:
            values = self._filled(at("ttl", "attributeName"), "attributeName")
            self._facet("timeToLive", at("ttl"), values)
        encryption = spec.server_side_encryption
        if encryption and encryption.enabled:
            here = at("serverSideEncryption")
            kind = "CUSTOMER" if encryption.kms_key_arn else "AWS_MANAGED"
            values = {"type": self.word(kind, (*here, "enabled"))}
            values |= self._filled((*here, "kmsKeyArn"), "kmsKeyArn")
            self._facet("encryption", here, values)

    def _changes(self, model: AwsDynamodb) -> None:
        spec = model.spec
        if spec.stream_enabled:
            values = self._filled(at("streamViewType"), "viewType")
            self._facet("stream", at("streamEnabled"), values)
        if spec.contributor_insights_enabled:
            path = at("contributorInsightsEnabled")
            self._facet("contributorInsights", path, {"enabled": self.flag(path)})

    def _filled(self, path: Path, name: str) -> dict[str, Node]:
        """The value at a path under a name of ours, if it is there, sound and not empty."""
        node, rest = find(self.checked.root, path)
        usable = not rest and self.checked.is_sound(path)
        return {name: node} if usable and isinstance(node, Scalar) and node.text else {}

    def _facet(self, name: str, path: Path, values: MappingType[str, Node]) -> None:
        facet = self.mapping(self.node(path))
        for key, node in values.items():
            self.put(facet, key, node)
        self.put(self.spec, name, facet)

    def _tags(self, model: AwsDynamodb) -> Mapping:
        """Labels, and under Planton's own prefix whose resource it is."""
        labels, rest = find(self.checked.root, ("metadata", "labels"))
        tags = self.mapping(labels)
        if isinstance(labels, Mapping) and not rest:
            for key, value in labels.entries.items():
                if self.checked.is_sound(("metadata", "labels", key)):
                    self.put(tags, key, value)
        self.put(tags, f"{TAG_PREFIX}resource", self.word("true", ("kind",)))
        self.put(tags, f"{TAG_PREFIX}resource-kind", self.word(RESOURCE_KIND, ("kind",)))
        named = {"organization": "org", "environment": "env", "resource-id": "id"}
        for tag, name in named.items():
            text = getattr(model.metadata, name)
            if text and self.checked.is_sound(("metadata", name)):
                self.put(tags, TAG_PREFIX + tag, self.node(("metadata", name)))
        return tags
