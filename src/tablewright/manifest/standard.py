"""What a company says for all stacks: defaults merged below each, policies that each must obey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tablewright.errors import Problem
from tablewright.manifest.checking import Checked, check
from tablewright.manifest.defaults import copied
from tablewright.manifest.documents.node import Mapping
from tablewright.manifest.environments import environment_of, laid_over, overlaid
from tablewright.manifest.kinds import STANDARD_KINDS, ManifestDocument
from tablewright.manifest.models import Stack, StackDefaults, StackPolicy
from tablewright.manifest.rules.standard import applies

VARIABLE = "TABLEWRIGHT_STANDARD"
"""Names the file or folder that holds it, besides what lies among the manifests."""


@dataclass(slots=True)
class Standard:
    """The documents that hold for all stacks.

    Args:
        defaults: the document of kind StackDefaults, if there is one.
        policies: those of kind StackPolicy.
        problems: what is wrong with them.
    """

    defaults: Mapping | None = None
    policies: list[Checked[StackPolicy]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def under(self, root: Mapping) -> Mapping:
        """A stack's document with the defaults of its environment below its own `spec`."""
        spec = root.entries.get("spec")
        if self.defaults is None or not isinstance(spec, Mapping):
            return root
        below = overlaid(self.defaults, environment_of(root)).entries.get("spec")
        if not isinstance(below, Mapping):
            return root
        below = copied(below)
        below.entries.pop("environments", None)  # those of a stack are the ones it knows
        result = copied(root)
        result.entries["spec"] = laid_over(below, spec)
        return result

    def checked(self, root: Mapping) -> Checked[Stack]:
        """A stack's document as it holds in its environment, with the defaults below it."""
        return check(self.under(overlaid(root, environment_of(root))), Stack)

    def policies_for(self, stack: Stack) -> list[tuple[Checked[StackPolicy], StackPolicy]]:
        """Those policies that are about stacks of this environment, with their documents."""
        return [
            (document, document.model)
            for document in self.policies
            if document.model is not None and applies(document.model, stack)
        ]


def standard_of(documents: Sequence[ManifestDocument]) -> Standard:
    """The standard that some documents are; two of kind StackDefaults are one too many."""
    standard = Standard()
    for document in documents:
        if document.kind == "StackPolicy":
            policy = check(document.root, StackPolicy)
            standard.problems += policy.problems
            standard.policies.append(policy)
        elif document.kind == "StackDefaults":
            standard.problems += check(document.root, StackDefaults).problems
            if standard.defaults is not None:
                first = f"{standard.defaults.file}:{standard.defaults.line}"
                message = f"there are other defaults for all stacks already ({first})"
                fix = "join the two documents"
                standard.problems.append(document.root.problem(message, fix))
            else:
                standard.defaults = document.root
    return standard


def misplaced(documents: Sequence[ManifestDocument]) -> list[Problem]:
    """Documents that declare something, where only a standard may stand."""
    kinds = " and ".join(STANDARD_KINDS)
    return [
        document.root.problem(
            f"a {document.kind} cannot be part of what holds for all stacks",
            f"name files that hold {kinds} alone with {VARIABLE} or `standard`",
        )
        for document in documents
        if document.kind not in STANDARD_KINDS
    ]
