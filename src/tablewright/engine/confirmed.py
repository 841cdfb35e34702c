"""What was confirmed, kept as a value and compared with what is about to happen. Pure.

    saved = SavedPreview.of(preview, "analytics/dev", manifest_digest, {"target": "aws"})
    path.write_text(saved.to_json())
    ...
    SavedPreview.from_json(path.read_text()).confirm(actual)

A saved preview says for each resource what is done to it and, as digests, with which values: so it
can be handed around and reviewed without giving values away, and any difference shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tablewright.engine.changes import (
    Operation,
    ResourceChange,
    RunResult,
)
from tablewright.errors import RefusedError, UsageError
from tablewright.pulumi_values import urn_name

FORMAT = "tablewright.dev/preview/v1"
MAKE_ONE = "make one with `tablewright preview MANIFESTS --save FILE`"
CONFIRM_AGAIN = (
    "look at what there is to do now, `tablewright preview MANIFESTS --save FILE`, and confirm that"
)
"""What to do about a saved preview of which a part is done."""
_DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class ConfirmedChange:
    """One change as it was confirmed.

    Args:
        urn: the resource.
        operation: what is done to it.
        properties: by path, how it differs (`add`, `update`, `delete`).
        values: digest of the inputs it gets; empty for a deletion.
        before: digest of the inputs it has until then; empty for a creation.
    """

    urn: str
    operation: str
    properties: Mapping[str, str] = field(default_factory=dict)
    values: str = ""
    before: str = ""

    def __str__(self) -> str:
        paths = f" ({', '.join(sorted(self.properties))})" if self.properties else ""
        return f"{self.operation} {urn_name(self.urn)}{paths}"


@dataclass(frozen=True, slots=True)
class SavedPreview:
    """A preview that somebody looked at and agreed to.

    Args:
        stack: for which stack, e.g. `analytics/dev`.
        manifest: digest of what was declared.
        context: what else must be the same: target, account, region.
        changes: all but the unchanged.
    """

    stack: str
    manifest: str
    context: Mapping[str, str]
    changes: tuple[ConfirmedChange, ...]

    @classmethod
    def of(
        cls, preview: RunResult, stack: str, manifest: str, context: Mapping[str, str]
    ) -> SavedPreview:
        """What a preview found, ready to be confirmed."""
        return cls(stack, manifest, dict(context), confirmed_changes(preview.changes))

    @classmethod
    def from_json(cls, text: str) -> SavedPreview:
        """Read what `to_json` wrote.

        Raises:
            UsageError: it is something else.
        """
        try:
            document = json.loads(text)
            if document["format"] != FORMAT:
                raise UsageError(
                    f"this preview was saved in the form {document['format']}",
                    "save it again with this version: `tablewright preview MANIFESTS --save FILE`",
                )
            return cls(
                checked(document["stack"], str),
                checked(document["manifest"], str),
                checked(document["context"], dict),
                tuple(_change(change) for change in checked(document["changes"], list)),
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UsageError("this file is not a saved preview", MAKE_ONE) from error

    def to_json(self) -> str:
        """A document that `from_json` reads, the same text for the same preview."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, sort_keys=True) + "\n"

    def confirm(self, actual: SavedPreview) -> None:
        """Let pass what is the same as this, and a run that changes nothing: all of it is done.

        Raises:
            RefusedError: it is for another stack, or something else would happen; nothing is
                touched then.
        """
        if not actual.changes and not _elsewhere(self, actual):
            return
        if changed := differences(self, actual):
            listed = "\n".join(f"  - {difference}" for difference in changed)
            raise RefusedError(
                f"nothing was done, because it is not what was confirmed:\n{listed}", CONFIRM_AGAIN
            )


def checked(value: Any, kind: type) -> Any:
    """A value of a saved document, if it is of that kind.

    Raises:
        TypeError: it is of another.
    """
    if not isinstance(value, kind):
        raise TypeError(kind.__name__)
    return value


def _change(document: Mapping[str, Any]) -> ConfirmedChange:
    change = ConfirmedChange(**document)
    for value in (change.urn, change.operation, change.values, change.before):
        checked(value, str)
    for path, kind in checked(change.properties, dict).items():
        checked(path, str)
        checked(kind, str)
    return change


def confirmed_changes(changes: Iterable[ResourceChange]) -> tuple[ConfirmedChange, ...]:
    """What there is to confirm in a run's changes, in an order that does not depend on the run."""
    return tuple(
        sorted(
            (_confirmed(change) for change in changes if _matters(change)),
            key=lambda change: (change.urn, change.operation),
        )
    )


def differences(confirmed: SavedPreview, actual: SavedPreview) -> tuple[str, ...]:
    """In words, what differs; empty if nothing does."""
    return (*_elsewhere(confirmed, actual), *_changed(confirmed.changes, actual.changes))


def _elsewhere(confirmed: SavedPreview, actual: SavedPreview) -> list[str]:
    """What else than the changes differs: the stack, the manifests, where it goes."""
    lines = []
    if confirmed.stack != actual.stack:
        lines.append(f"it was confirmed for {confirmed.stack}, not for {actual.stack}")
    if confirmed.manifest != actual.manifest:
        lines.append("what is declared has changed since")
    for key in sorted({*confirmed.context, *actual.context}):
        before, now = confirmed.context.get(key), actual.context.get(key)
        if before != now:
            lines.append(f"{key} was {before or 'not said'} and is {now or 'not said'}")
    return lines


def digest(value: Any) -> str:
    """A short text that is the same for the same JSON value, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]


def _changed(
    confirmed: Iterable[ConfirmedChange], actual: Iterable[ConfirmedChange]
) -> Iterable[str]:
    before = {(change.urn, change.operation): change for change in confirmed}
    now = {(change.urn, change.operation): change for change in actual}
    yield from (f"would also {now[key]}" for key in sorted(now.keys() - before.keys()))
    yield from (f"would not {before[key]}" for key in sorted(before.keys() - now.keys()))
    for key in sorted(now.keys() & before.keys()):
        if now[key].properties != before[key].properties:
            yield f"would {now[key]}, and {before[key]} was confirmed"
        elif now[key].values != before[key].values:
            yield f"would {now[key]} with other values"
        elif now[key].before != before[key].before:
            yield f"would {now[key]}, but that has changed since"


def _matters(change: ResourceChange) -> bool:
    """Components and the engine's own resources, such as providers, are nothing to agree to."""
    if not change.custom or change.type.startswith("pulumi:"):
        return False
    if change.former:
        return True
    return change.operation not in {Operation.SAME, Operation.READ, Operation.REFRESH}


def _confirmed(change: ResourceChange) -> ConfirmedChange:
    return ConfirmedChange(
        urn=change.urn,
        operation=change.operation.value,
        properties={diff.path: diff.kind.value for diff in change.diffs},
        values=_digest_of(change.new_inputs),
        before=_digest_of(change.old_inputs),
    )


def _digest_of(inputs: Mapping[str, Any] | None) -> str:
    return "" if inputs is None else digest(inputs)
