"""A document read field by field: what nobody asked for is told in the end, at its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tablewright.errors import Problem
from tablewright.manifest.documents.node import Items, Mapping, Node, Scalar, dotted
from tablewright.manifest.messages.vocabulary import shown


@dataclass(slots=True)
class Findings:
    """What is wrong with a document, and what of it no manifest has a word for."""

    problems: list[Problem] = field(default_factory=list)
    uncarried: list[str] = field(default_factory=list)
    opened: list[Fields] = field(default_factory=list)

    def not_carried(self, node: Node, why: str = "") -> None:
        """Tell a value that has no effect."""
        line, _ = node.place
        because = f": {why}" if why else ""
        self.uncarried.append(f"{node.file or 'input'}:{line}: {dotted(node.path)}{because}")

    def finish(self) -> None:
        """Tell all that was not asked for."""
        for fields in self.opened:
            for node in fields.unread():
                self.not_carried(node)


class Fields:
    """The fields of one mapping."""

    def __init__(self, node: Mapping, findings: Findings) -> None:
        self.node, self.findings = node, findings
        self._read: set[str] = set()
        findings.opened.append(self)

    def unread(self) -> Iterator[Node]:
        """Values that were not asked for and say something."""
        for name, node in self.node.entries.items():
            if name not in self._read and not _is_empty(node):
                yield node

    def skip(self, *names: str) -> None:
        """These say nothing of a table."""
        self._read |= {*names}

    def node_at(self, name: str) -> Node | None:
        """Whatever there is; None for nothing."""
        self._read.add(name)
        node = self.node.entries.get(name)
        return None if node is None or (isinstance(node, Scalar) and node.is_null) else node

    def scalar(self, name: str) -> Scalar | None:
        """A text, number or switch."""
        node = self.node_at(name)
        if node is None or isinstance(node, Scalar):
            return node
        self._wrong(node, name, "a single value")
        return None

    def text(self, name: str) -> str:
        """The text of a scalar; empty for none."""
        node = self.scalar(name)
        return node.text if node else ""

    def is_on(self, name: str) -> bool:
        """Whether a switch is on."""
        node = self.scalar(name)
        if node is not None and not isinstance(node.value, bool) and not node.from_variable:
            message = f"`{name}` is neither true nor false: `{shown(node.text)}`"
            self.findings.problems.append(node.problem(message, "write `true` or `false`"))
        return node is not None and node.text.lower() == "true"

    def mapping(self, name: str) -> Fields | None:
        """Fields below a name; a list of one, as older versions write it, is that one."""
        node = self.node_at(name)
        if isinstance(node, Items) and len(node.items) == 1:
            node = node.items[0]
        if node is None or (isinstance(node, Items) and not node.items):
            return None
        if isinstance(node, Mapping):
            return Fields(node, self.findings)
        self._wrong(node, name, "a mapping")
        return None

    def items(self, name: str) -> list[Fields]:
        """The mappings of a list."""
        node = self.node_at(name)
        if node is None:
            return []
        if not isinstance(node, Items):
            self._wrong(node, name, "a list")
            return []
        for item in node.items:
            if not isinstance(item, Mapping):
                self.findings.problems.append(
                    item.problem(f"an item of `{name}` is no mapping", "write its fields")
                )
        return [Fields(item, self.findings) for item in node.items if isinstance(item, Mapping)]

    def needed(self, name: str) -> Scalar | None:
        """A scalar without which there is no table."""
        node = self.scalar(name)
        if node is None and self.node_at(name) is None:
            self.findings.problems.append(
                self.node.problem(f"`{name}` is missing", f"add `{name}`", name)
            )
        return node

    def _wrong(self, node: Node, name: str, what: str) -> None:
        self.findings.problems.append(
            node.problem(f"`{name}` is not {what}", "see `kubectl explain` for its fields")
        )


def _is_empty(node: Node) -> bool:
    """Whether a value says nothing at all."""
    if isinstance(node, Scalar):
        return node.is_null
    if isinstance(node, Items):
        return not node.items
    return isinstance(node, Mapping) and not node.entries
