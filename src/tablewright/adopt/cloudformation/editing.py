"""A template edited as text: comments, short tags and order stay as they are. Pure.

First everything that changes hands is retained, so that CloudFormation deletes nothing. Then it is
left out, and what named it has its name or ARN as a literal in the place.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tablewright.errors import Problem

from .references import ResourceReference, references
from .template import Template, TemplateEntry, Value

RETAINED = ("DeletionPolicy", "UpdateReplacePolicy")
PLACEHOLDER = "NothingLeft"
_PLACEHOLDER_TYPE = "AWS::CloudFormation::WaitConditionHandle"

Literals = Mapping[tuple[str, str], str]
"""What a reference answers, by logical id and attribute; an empty attribute is `Ref`."""


@dataclass(frozen=True, slots=True)
class EditedTemplate:
    """A template after an edit.

    Args:
        text: of the template.
        problems: what the edit could not do, each at its place in the text as it was.
        replaced: how many references became literals.
        is_empty: no resource is left but a placeholder, which a template must have.
    """

    text: str
    problems: tuple[Problem, ...] = ()
    replaced: int = 0
    is_empty: bool = False


@dataclass(slots=True)
class _Edits:
    """Pieces of a text to be replaced."""

    template: Template
    pieces: list[tuple[int, int, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def replace(self, start: int, end: int, text: str) -> None:
        self.pieces.append((start, end, text))

    def problem(self, line: int, path: str, why: str) -> None:
        self.problems.append(Problem(why, "", self.template.file, line, None, path))

    def text(self) -> str:
        text, last, parts = self.template.text, 0, []
        for start, end, new in sorted(self.pieces):
            if start >= last:
                parts += [text[last:start], new]
                last = end
        return "".join([*parts, text[last:]])


def retained(template: Template, taken: Collection[str]) -> EditedTemplate:
    """The template with both policies `Retain` on resources.

    Args:
        template: as it is.
        taken: logical ids.
    """
    edits = _Edits(template)
    for name, entry in _own(edits, taken):
        _retain(edits, name, entry)
    return EditedTemplate(edits.text(), tuple(edits.problems))


def without(template: Template, taken: Collection[str], literals: Literals) -> EditedTemplate:
    """The template without resources, and with literals in the place of references to them.

    Args:
        template: as it is.
        taken: logical ids.
        literals: what the references answer.
    """
    edits = _Edits(template)
    resources = template.root.entries["Resources"].value
    gone = {name for name, _ in _own(edits, taken)}
    for name in _anchoring(resources, template, gone):
        line = resources.entries[name].line
        edits.problem(
            line, f"Resources.{name}", "an alias below it names a part: remove it by hand"
        )
        gone.discard(name)
    is_empty = bool(gone) and gone >= resources.entries.keys()
    if is_empty:
        _replace_all(edits, resources)
    else:
        for start, end in _cuts(template.text, resources, gone):
            edits.replace(start, end, "")
    replaced = 0
    for place, value in _staying(template, gone):
        for reference in references(value):
            if reference.target in gone:
                replaced += _literal(edits, place, reference, literals)
        _independent(edits, value, gone)
    problems = sorted(edits.problems, key=lambda problem: problem.line or 0)
    return EditedTemplate(edits.text(), tuple(problems), replaced, is_empty)


def _own(edits: _Edits, taken: Collection[str]) -> Iterator[tuple[str, TemplateEntry]]:
    """Resources of the template that can be edited where they are written."""
    resources = edits.template.section("Resources")
    for name in taken:
        entry = resources.get(name)
        path = f"Resources.{name}"
        if entry is None:
            line = edits.template.root.entries["Resources"].line
            edits.problem(line, path, "a macro made it: retain and remove it where that is written")
        elif entry.alias or entry.value.anchored or not entry.value.entries:
            edits.problem(entry.line, path, "it is written by an alias: edit it by hand")
        else:
            yield name, entry


def _anchoring(resources: Value, template: Template, gone: Collection[str]) -> list[str]:
    """Which of the entries that go have a part that an alias in what stays names."""
    top = template.root.entries
    sections = [entry.value for name, entry in top.items() if name != "Resources"]
    staying = [entry.value for name, entry in resources.entries.items() if name not in gone]
    used = [value.start for value in _all_below([*sections, *staying])]
    anchoring = [
        name
        for name in gone
        if any(resources.entries[name].start <= at < resources.entries[name].end for at in used)
    ]
    return (
        sorted([*anchoring, *_anchoring(resources, template, {*gone} - {*anchoring})])
        if anchoring
        else []
    )


def _all_below(values: Iterable[Value]) -> Iterator[Value]:
    """Values at every depth, each once; an alias has the very value that it names."""
    waiting, seen = [*values], set[int]()
    while waiting:
        value = waiting.pop()
        if id(value) not in seen:
            seen.add(id(value))
            yield value
            waiting += [entry.value for entry in value.entries.values()]
            waiting += _list(value.content)


def _retain(edits: _Edits, name: str, entry: TemplateEntry) -> None:
    value, text = entry.value, edits.template.text
    lacking = []
    for policy in RETAINED:
        there = value.entries.get(policy)
        if there is None:
            lacking.append(policy)
        elif there.alias:
            path = f"Resources.{name}.{policy}"
            edits.problem(there.line, path, "it is written by an alias: set it to Retain by hand")
        elif there.value.content != "Retain":
            edits.replace(there.value.start, there.value.end, _quoted(value, "Retain"))
    own = [element for element in value.entries.values() if not element.alias]
    if not lacking or not own:
        return
    # Behind the type, where people look for it; before it where nothing follows.
    order = sorted(own, key=lambda element: element.start)
    kind = value.entries.get("Type")
    behind = [element for element in order if kind is not None and element.start > kind.start]
    at = behind[0] if behind else kind if kind in order else order[0]
    separator = _separator(text, value, at)
    lines = [f"{_quoted(value, policy)}: {_quoted(value, 'Retain')}" for policy in lacking]
    edits.replace(at.start, at.start, "".join(f"{line}{separator}" for line in lines))


def _separator(text: str, value: Value, entry: TemplateEntry) -> str:
    """What stands between an entry of a mapping and the next one."""
    line_start = text.rfind("\n", 0, entry.start) + 1
    before = text[line_start : entry.start]
    comma = "," if value.flow else ""
    if value.flow and before.strip():
        return f"{comma} "
    newline = "\r\n" if text[max(line_start - 2, 0) : line_start] == "\r\n" else "\n"
    return comma + newline + (before if not before.strip() else " " * entry.column)


def _quoted(value: Value, text: str) -> str:
    return json.dumps(text) if value.flow else text


def _cuts(text: str, value: Value, gone: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where entries of a mapping, some of which stay, are written, with what separates them."""
    order = sorted(
        ((name, entry) for name, entry in value.entries.items() if not entry.alias),
        key=lambda element: element[1].start,
    )
    staying = [place for place, (name, _) in enumerate(order) if name not in gone]
    last = staying[-1] if staying else -1
    for place, (name, entry) in enumerate(order):
        if name not in gone:
            continue
        if not value.flow:
            start = text.rfind("\n", 0, entry.start) + 1
            end = text.find("\n", entry.end) + 1 or len(text)
            yield start, end
        elif place < last:
            yield entry.start, order[place + 1][1].start
        elif place == len(order) - 1:
            # The last ones: from the end of what stays before them.
            yield order[last][1].end if staying else order[0][1].start, entry.end


def _replace_all(edits: _Edits, value: Value) -> None:
    """A placeholder in the place of all entries: a template needs one resource."""
    order = sorted(value.entries.values(), key=lambda element: element.start)
    first, last = order[0], max(element.end for element in order)
    if value.flow:
        text = f'"{PLACEHOLDER}": {{"Type": "{_PLACEHOLDER_TYPE}"}}'
    else:
        text = f"{PLACEHOLDER}:\n{' ' * first.column}  Type: {_PLACEHOLDER_TYPE}"
    edits.replace(first.start, last, text)


def _staying(template: Template, gone: Collection[str]) -> Iterator[tuple[str, Value]]:
    """Everything that may name a resource and stays."""
    for section in ("Resources", "Outputs"):
        for name, entry in template.section(section).items():
            if section == "Outputs" or name not in gone:
                yield f"{section}.{name}", entry.value
    for section in ("Globals", "Hooks"):
        if section in template.root.entries:
            yield section, template.root.entries[section].value


def _literal(edits: _Edits, place: str, reference: ResourceReference, literals: Literals) -> int:
    """Put what a reference answers into its place; 0 where that is not known."""
    value = reference.value
    literal = literals.get((reference.target, reference.attribute))
    name = ".".join(filter(None, [reference.target, reference.attribute]))
    if literal is None or value.anchored:
        edits.problem(value.line, place, f"it names {name}: write its value there by hand")
        return 0
    if reference.inside:
        written = edits.template.text[value.start : value.end]
        at = written.find(reference.inside)
        while at >= 0:
            start = value.start + at
            edits.replace(start, start + len(reference.inside), literal)
            at = written.find(reference.inside, at + 1)
        return 1
    edits.replace(value.start, value.end, json.dumps(literal))
    return 1


def _independent(edits: _Edits, value: Value, gone: Collection[str]) -> None:
    """`DependsOn` without what is gone."""
    entry = value.entries.get("DependsOn")
    if entry is None or entry.alias:
        return
    content = entry.value.content
    names = (
        [content]
        if isinstance(content, str)
        else [str(element.content) for element in _list(content)]
    )
    staying = [name for name in names if name not in gone]
    if len(staying) == len(names):
        return
    if staying:
        edits.replace(entry.value.start, entry.value.end, json.dumps(staying))
        return
    for start, end in _cuts(edits.template.text, value, {"DependsOn"}):
        edits.replace(start, end, "")


def _list(content: object) -> Iterable[Value]:
    return content if isinstance(content, list) else ()
