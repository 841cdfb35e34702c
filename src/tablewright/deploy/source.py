"""What is deployed: a stack as declared, with the digest of the manifests that declare it.

A saved preview carries the manifests it was made from, with every variable filled in, so that
`up FILE` does on another machine exactly what was looked at on this one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tablewright import manifest
from tablewright.engine.confirmed import SavedPreview, digest
from tablewright.errors import UsageError
from tablewright.manifest import StackManifest
from tablewright.plan.declare import declare
from tablewright.plan.declared import DeclaredStack

FORMAT = "tablewright.dev/saved/v1"


@dataclass(frozen=True, slots=True)
class Source:
    """A declared stack and where it comes from.

    Args:
        documents: its manifests as JSON values, variables filled in and defaults merged.
        declared: the stack.
        confirmed: what was confirmed, if it comes from a saved preview.
    """

    documents: tuple[Mapping[str, Any], ...]
    declared: DeclaredStack
    confirmed: SavedPreview | None = None

    @classmethod
    def of(cls, stack: StackManifest) -> Source:
        """A stack that was read from manifests."""
        return cls(tuple(_document(each) for each in (stack.stack, *stack.tables)), declare(stack))

    @property
    def digest(self) -> str:
        """The same for manifests that say the same."""
        return digest(self.documents)

    def saved(self, confirmed: SavedPreview) -> str:
        """The text of a file that `from_saved` reads."""
        document = {
            "format": FORMAT,
            "preview": json.loads(confirmed.to_json()),
            "manifests": self.documents,
        }
        return json.dumps(document, indent=2, sort_keys=True) + "\n"


def is_saved(path: str) -> bool:
    """Whether a path names a saved preview, not a manifest."""
    file = Path(path)
    return (
        file.suffix == ".json" and file.is_file() and FORMAT in file.read_text("utf-8", "replace")
    )


def from_saved(path: str) -> Source:
    """Read a saved preview with its manifests.

    Raises:
        UsageError: it is something else.
    """
    try:
        document = json.loads(Path(path).read_text("utf-8"))
        confirmed = SavedPreview.from_json(json.dumps(document["preview"]))
        documents = document["manifests"]
        # `$` has a meaning in manifests, and all of it was taken already.
        text = "\n---\n".join(json.dumps(each).replace("${", "$${") for each in documents)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise UsageError(
            f"{path} is no saved preview", "make one with `tablewright preview --save FILE`"
        ) from error
    read = manifest.load_text(text, {}, name=path)
    return Source(tuple(documents), declare(read), confirmed)


def _document(model: BaseModel) -> Mapping[str, Any]:
    document: Mapping[str, Any] = model.model_dump(
        mode="json", by_alias=True, exclude_unset=True, exclude_none=True
    )
    return {"apiVersion": "tablewright.dev/v1", "kind": type(model).__name__, **document}
