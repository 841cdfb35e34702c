"""Keys: each attribute has one type and one part to play (Developer Guide, Constraints)."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.documents.node import Path
from tablewright.manifest.models import KeyAttribute, TableSpec
from tablewright.manifest.rules.finding import Finding, Subject, at

LONGEST_NAME_BYTES = 255


def key_attributes(spec: TableSpec) -> Iterator[tuple[Path, KeyAttribute]]:
    """Every key attribute of the table and its indexes with its place, in order of definition."""
    yield at("partitionKey"), spec.partition_key
    if spec.sort_key:
        yield at("sortKey"), spec.sort_key
    for number, local in enumerate(spec.local_secondary_indexes):
        yield at("localSecondaryIndexes", number, "sortKey"), local.sort_key
    for number, index in enumerate(spec.global_secondary_indexes):
        for half, attributes in (
            ("partitionKey", index.partition_key),
            ("sortKey", index.sort_key),
        ):
            for part, attribute in enumerate(attributes):
                yield at("globalSecondaryIndexes", number, half, part), attribute


def one_type_each(subject: Subject) -> Iterator[Finding]:
    """An attribute is text, number or binary, and the same in every key it is part of."""
    first: dict[str, tuple[Path, KeyAttribute]] = {}
    for path, attribute in key_attributes(subject.spec):
        known_path, known = first.setdefault(attribute.name, (path, attribute))
        if known.type != attribute.type:
            yield Finding(
                (*path, "type"),
                f"attribute `{attribute.name}` is declared as {attribute.type} here "
                f"and as {known.type} in another key",
                f"give it one type everywhere, e.g. `type: {known.type}`",
                reads=((*known_path, "type"), (*known_path, "name"), (*path, "name")),
            )


def names_fit(subject: Subject) -> Iterator[Finding]:
    """The service counts the bytes of a key attribute's name."""
    for path, attribute in key_attributes(subject.spec):
        yield from name_fits((*path, "name"), attribute.name)


def name_fits(path: Path, name: str) -> Iterator[Finding]:
    """The bytes of a name that is part of a key or of a projection."""
    size = len(name.encode("utf-8", errors="surrogatepass"))
    if size > LONGEST_NAME_BYTES:
        message = f"the name has {size} bytes, more than {LONGEST_NAME_BYTES}"
        yield Finding(path, message, "use a shorter name")


def halves_differ(subject: Subject) -> Iterator[Finding]:
    """No attribute stands twice in one key."""
    spec = subject.spec
    if spec.sort_key and spec.sort_key.name == spec.partition_key.name:
        yield _twice(at("sortKey", "name"), spec.sort_key.name, at("partitionKey"))
    for number, local in enumerate(spec.local_secondary_indexes):
        if local.sort_key.name == spec.partition_key.name:
            path = at("localSecondaryIndexes", number, "sortKey", "name")
            yield _twice(path, local.sort_key.name, at("partitionKey"))
    first: dict[tuple[Path, str], Path] = {}
    for path, attribute in key_attributes(spec):
        if path[1] == "globalSecondaryIndexes":
            known = first.setdefault((path[:3], attribute.name), path)
            if known != path:
                yield _twice((*path, "name"), attribute.name, known)


def _twice(path: Path, name: str, other: Path) -> Finding:
    return Finding(
        path,
        f"attribute `{name}` stands twice in one key",
        "use another attribute, or remove it from one half of the key",
        reads=((*other, "name"),),
    )


RULES = (one_type_each, names_fit, halves_differ)
