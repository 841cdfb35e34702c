"""Values that differ by environment, and the environment that `--environment` chooses.

`spec.environments.NAME` of a stack or table is merged over its `spec` before anything is checked,
so that one manifest declares a table on demand in `dev` and provisioned in `prod`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tablewright.errors import Problem
from tablewright.manifest.defaults import copied, fitting, merged
from tablewright.manifest.documents.node import Mapping, Scalar
from tablewright.manifest.kinds import ManifestDocument
from tablewright.manifest.messages.vocabulary import nearest_word, shown

SOURCE = "--environment"


def choose_environment(
    documents: Sequence[ManifestDocument], name: str, *, complete: bool, where_known: bool = False
) -> list[Problem]:
    """Set the environment of every stack; a name that a stack does not know is a mistake.

    Args:
        documents: of all sources.
        name: of the environment.
        complete: no document was lost to a mistake, so where there is no stack, there is none.
        where_known: only of stacks that declare it; no other is mistaken.
    """
    stacks = [document.root for document in documents if document.kind == "Stack"]
    if where_known:
        stacks = [root for root in stacks if name in declared_environments(root)]
        complete = False
    if complete and not stacks:
        fix = "add one, or leave out --environment"
        return [
            Problem("there is no document of kind Stack to set the environment of", fix, SOURCE)
        ]
    return [problem for root in stacks for problem in _choose(root, name)]


def _choose(root: Mapping, name: str) -> Iterator[Problem]:
    spec = root.entries.get("spec")
    if not isinstance(spec, Mapping):
        return
    known = declared_environments(root)
    if known and name not in (*known, environment_of(root)):
        meant = nearest_word(name, known)
        fix = f"did you mean `{meant}`?" if meant else f"use one of {', '.join(known)}"
        yield Problem(f"the stack has no environment `{shown(name)}`", fix, SOURCE)
        return
    spec.entries["environment"] = Scalar(
        SOURCE, 1, 1, parent=spec, key="environment", text=name, plain=False
    )
    spec.key_places.setdefault("environment", (1, 1))


def declared_environments(root: Mapping) -> list[str]:
    """The environments of which a stack's document says what differs."""
    spec = root.entries.get("spec")
    declared = spec.entries.get("environments") if isinstance(spec, Mapping) else None
    return list(declared.entries) if isinstance(declared, Mapping) else []


def environment_of(root: Mapping) -> str:
    """The environment that a stack's document says; empty where it says none."""
    spec = root.entries.get("spec")
    node = spec.entries.get("environment") if isinstance(spec, Mapping) else None
    return node.text if isinstance(node, Scalar) and not node.is_null else ""


def overlaid(root: Mapping, environment: str) -> Mapping:
    """A document with what differs in an environment merged over its `spec`."""
    spec = root.entries.get("spec")
    overlays = spec.entries.get("environments") if isinstance(spec, Mapping) else None
    overlay = overlays.entries.get(environment) if isinstance(overlays, Mapping) else None
    if not isinstance(spec, Mapping) or not isinstance(overlay, Mapping):
        return root
    result = copied(root)
    result.entries["spec"] = laid_over(spec, overlay)
    return result


def laid_over(base: Mapping, over: Mapping) -> Mapping:
    """One `spec` of two, of which one wins, in its defaults as well."""
    base = fitting(base, over)
    below, above = base.entries.get("defaults"), over.entries.get("defaults")
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        base = copied(base)
        base.entries["defaults"] = fitting(below, above)
    return merged(base, over)
