"""Tags that every registration of a program gets whose type carries tags.

They are inputs like any other from then on: the engine shows them in a preview and records them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tablewright.pulumi_values import SIGNATURE_KEY
from tablewright.resource_kinds import KINDS

_TAGS: Final = "tags"


@dataclass(frozen=True, slots=True)
class Tagging:
    """What is added.

    Args:
        tags: the tags; none changes nothing.
        most: how many tags AWS allows; what has as many already stays without.
    """

    tags: Mapping[str, str] = field(default_factory=dict)
    most: int = 50

    def add_to(self, type_: str, inputs: Any) -> None:
        """Add the tags to a resource's inputs, which are a `Struct` of Protocol Buffers.

        Tags that only the real run knows stay unknown in its preview.
        """
        kind = KINDS.get(type_)
        if not self.tags or kind is None or not kind.tagged:
            return
        if not inputs.fields[_TAGS].WhichOneof("kind"):
            inputs.fields[_TAGS].null_value = 0
        self._put(inputs.fields[_TAGS])

    def _put(self, value: Any) -> None:
        match value.WhichOneof("kind"):
            case "null_value":
                value.struct_value.update(dict(self.tags))
            case "struct_value" if SIGNATURE_KEY in value.struct_value.fields:
                if "value" in value.struct_value.fields:  # a secret, or an output that is known
                    self._put(value.struct_value.fields["value"])
            case "struct_value":
                if len({*value.struct_value.fields, *self.tags}) <= self.most:
                    value.struct_value.update(dict(self.tags))
