"""What is deployed: a stack as declared, with the digest of the manifests that declare it.

A saved preview carries the manifests it was made from, with every variable filled in, so that
`up FILE` does on another machine exactly what was looked at on this one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tablewright import manifest
from tablewright.engine.confirmed import MAKE_ONE, SavedPreview, checked, digest
from tablewright.engine.guard import Permissions
from tablewright.errors import RefusedError, UsageError
from tablewright.manifest import StackManifest
from tablewright.manifest.documents.loader import SAVED_FORMAT
from tablewright.manifest.rendering import document_of, render
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.transfer import read_given

NOTHING = Permissions()


@dataclass(frozen=True, slots=True)
class Source:
    """A declared stack and where it comes from.

    Args:
        documents: its manifests as plain values, variables filled in and defaults merged.
        declared: the stack.
        confirmed: what was confirmed, if it comes from a saved preview.
        allowed: what the guard let pass when it was saved.
        refresh: whether that preview read the live resources first.
        from_planton: every table is one of Planton's manifests, whose words differ from ours.
        order: keys of all its tables, where only some of them are declared here (`partial`).
    """

    documents: tuple[Mapping[str, Any], ...]
    declared: DeclaredStack
    confirmed: SavedPreview | None = None
    allowed: Permissions = NOTHING
    refresh: bool = False
    from_planton: bool = False
    order: tuple[str, ...] = ()

    @classmethod
    def of(cls, stack: StackManifest) -> Source:
        """A stack that was read from manifests.

        Raises:
            UsageError: a controller of Kubernetes manages its tables, and would change them back.
        """
        if stack.kubernetes:
            raise UsageError(
                f"{stack.kubernetes[0].name} is managed by a controller of Kubernetes",
                "see how it lets go of its tables: `tablewright convert PATH`",
            )
        documents = tuple(document_of(manifest) for manifest in (stack.stack, *stack.tables))
        return cls(documents, declare(stack), from_planton=stack.from_planton)

    @property
    def protection_field(self) -> str:
        """What its manifests call the protection of a table against deletion."""
        return "deletionProtectionEnabled" if self.from_planton else "deletionProtection"

    @property
    def text(self) -> str:
        """The manifests as YAML, variables filled in."""
        return render(self.documents)

    @property
    def digest(self) -> str:
        """The same for manifests that say the same."""
        return digest(self.text)

    def saved(
        self, confirmed: SavedPreview, allowed: Permissions = NOTHING, *, refresh: bool = False
    ) -> str:
        """The text of a file that `from_saved` reads.

        Args:
            confirmed: what was looked at.
            allowed: what the guard let pass; doing exactly this needs no further word.
            refresh: whether what is live was read first.
        """
        document = {
            "format": SAVED_FORMAT,
            "refresh": refresh,
            "allowReplace": sorted(allowed.replace),
            "allowDelete": sorted(allowed.delete),
            "preview": json.loads(confirmed.to_json()),
            "manifests": self.text,
        }
        return json.dumps(document, indent=2, sort_keys=True) + "\n"


def require_target(source: Source, target: str) -> None:
    """Refuse a saved preview for another target, before anything is asked of that one.

    Raises:
        RefusedError: it was made for another.
    """
    meant = source.confirmed.context.get("target") if source.confirmed else None
    if meant is not None and meant != target:
        raise RefusedError(
            f"nothing was done: the preview was saved for the target {meant}, not for {target}",
            "leave out --target, or save a preview for that one",
        )


def is_saved(path: str) -> bool:
    """Whether a path names a saved preview, not a manifest."""
    file = Path(path)
    return (
        file.suffix == ".json"
        and file.is_file()
        and SAVED_FORMAT in read_given(file).decode("utf-8", "replace")
    )


def saved_target(path: str) -> str:
    """The target that a saved preview is for; empty where a path names none."""
    if not is_saved(path):
        return ""
    try:
        document = json.loads(read_given(Path(path)).decode("utf-8"))
        return str(document["preview"]["context"].get("target", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return ""  # whoever uses it says what is wrong with it


def from_saved(path: str) -> Source:
    """Read a saved preview with its manifests.

    Raises:
        UsageError: it is something else.
    """
    try:
        document = json.loads(read_given(Path(path)).decode("utf-8"))
        confirmed = SavedPreview.from_json(json.dumps(document["preview"]))
        text = checked(document["manifests"], str)
        allowed = Permissions(
            frozenset(map(str, checked(document.get("allowReplace", []), list))),
            frozenset(map(str, checked(document.get("allowDelete", []), list))),
        )
        refresh = bool(document.get("refresh", False))
    except (ValueError, KeyError, TypeError, RecursionError, OSError) as error:
        raise UsageError(f"{path} is not a saved preview", MAKE_ONE) from error
    except UsageError as error:
        raise UsageError(f"{path} cannot be used: {error.message}", error.next_step) from error
    read = Source.of(manifest.load_text(text, {}, name=path))
    return replace(read, confirmed=confirmed, allowed=allowed, refresh=refresh)
