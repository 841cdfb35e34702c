"""Rules about names: local names are nouns, and one class name means one thing.

A class may share its name with others only where each is the same thing in another layer's form, as
a `Table` of a manifest, of a plan, of a program and of the engine.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

NO_NOUNS = frozenset(
    {
        "cure",
        "each",
        "found",
        "it",
        "its",
        "lives",
        "mine",
        "one",
        "ours",
        "said",
        "theirs",
        "told",
        "who",
        "whole",
    }
)
"""Names that do not say what a list, a table or a value is."""
_MIRROR = "moto_backend/cloudformation_models.py"
"""CloudFormation's form of what is a class of the embedded AWS's elsewhere."""
_FORMS = ("manifest/planton/", "manifest/models/", "components/", "plan/", "provider/")
"""Where a thing of AWS's has a form of its own."""


def local_faults(name: str, tree: ast.AST) -> Iterator[str]:
    """Each place of a module that binds a name which is no noun, as `file:line: what`."""
    for node in ast.walk(tree):
        for bound in NO_NOUNS.intersection(_bound(node)):
            line = getattr(node, "lineno", 0)
            yield f"{name}:{line}: `{bound}` does not say what it is: take a noun"


def class_faults(trees: Mapping[str, ast.AST]) -> Iterator[str]:
    """Public classes of one name that are not one thing in the forms of several layers."""
    places: dict[str, list[str]] = defaultdict(list)
    for name, tree in trees.items():
        for node in ast.walk(tree):
            is_public = isinstance(node, ast.ClassDef) and not node.name.startswith("_")
            if is_public and not name.endswith(_MIRROR):
                places[node.name].append(name)
    for class_name, names in sorted(places.items()):
        if len(names) > 1 and not _are_forms(names):
            yield f"{names[0]}: class {class_name} is defined in {', '.join(names[1:])} as well"


def _bound(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            return (name,)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case ast.ExceptHandler(name=str(name)):
            return (name,)
    return ()


def _are_forms(names: Iterable[str]) -> bool:
    forms = [next((form for form in _FORMS if f"/{form}" in name), None) for name in names]
    return None not in forms and len(set(forms)) == len(forms)
