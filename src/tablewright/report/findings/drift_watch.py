"""What a watch for drift tells: a line or a JSON document for each event, health, metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tablewright.deploy.drift.drifted import WORDS, DriftKind
from tablewright.deploy.drift.watching import DriftEvent, Happening, Watched
from tablewright.documents.drift import DriftEventDocument
from tablewright.report.findings.drift import by_whom, columns_of, field_json

MOST_FIELDS = 500
"""Fields with a series of their own: a stack that is gone must not flood who scrapes."""
_PREFIX = "tablewright_drift"


def line(event: DriftEvent, stack: str) -> str:
    """One line of a log."""
    return f"{event.when:%Y-%m-%dT%H:%M:%SZ} {stack} {text(event)}"


def text(event: DriftEvent) -> str:
    """What happened, in words."""
    if event.field is None:
        return f"unread: {event.reason}" if event.happening is Happening.UNREAD else "read again"
    field = event.field
    what = f"{field.title}: {field.fact}"
    if event.happening is Happening.ENDED:
        return f"no longer {WORDS[field.kind]}: {what}"
    values = ", ".join(f"{column} {value}" for column, value in columns_of(field))
    by = f", by {by_whom(field.author)}" if field.author else ""
    return f"{WORDS[field.kind]}: {what}: {values}{by}"


def as_json(event: DriftEvent, stack: str) -> DriftEventDocument:
    """The event as plain JSON values."""
    return {
        "when": event.when.isoformat(),
        "stack": stack,
        "event": event.happening.value,
        "field": None if event.field is None else field_json(event.field),
        "text": text(event),
    }


def health(watched: Watched, *, stalled: bool) -> dict[str, Any]:
    """What `/healthz` tells: the loop goes on, whether or not AWS can be read."""
    status = "stalled" if stalled else "unread" if watched.failure else "ok"
    return {
        "status": status if watched.last_look or stalled else "starting",
        "lastLook": _iso(watched.last_look),
        "lastSuccess": _iso(watched.last_success),
        "reason": watched.failure,
    }


def metrics(watched: Watched, stack: str) -> str:
    """What `/metrics` tells, in the text format of Prometheus (version 0.0.4)."""
    return "\n".join(_metrics(watched, stack)) + "\n"


def _metrics(watched: Watched, stack: str) -> Iterator[str]:
    report, of_stack = watched.report, {"stack": stack}
    counts = report.counts if report else {kind.value: 0 for kind in DriftKind}
    yield from _family(
        "fields",
        "gauge",
        "Fields that drifted, by kind, as the last look that succeeded saw them.",
        [({**of_stack, "kind": kind}, number) for kind, number in counts.items()],
    )
    yield from _family(
        "field",
        "gauge",
        "1 for each field that drifted.",
        [
            (
                {
                    **of_stack,
                    "kind": field.kind.value,
                    "resource": field.resource,
                    "subject": field.subject,
                    "fact": field.fact,
                },
                1,
            )
            for field in (report.fields if report else ())[:MOST_FIELDS]
        ],
    )
    compared = report.compared if report else 0
    for name, kind, words, value in (
        ("fields_compared", "gauge", "Fields that were compared.", compared),
        ("unread", "gauge", "1 while the last look failed as a whole.", int(bool(watched.failure))),
        ("last_look_timestamp_seconds", "gauge", "When it ended.", _unix(watched.last_look)),
        (
            "last_success_timestamp_seconds",
            "gauge",
            "When the last look ended that succeeded.",
            _unix(watched.last_success),
        ),
        ("look_duration_seconds", "gauge", "How long the last look took.", watched.seconds),
    ):
        yield from _family(name, kind, words, [(of_stack, value)])
    looks = {"succeeded": watched.succeeded, "failed": watched.failed}
    yield from _family(
        "looks_total",
        "counter",
        "Looks since the start.",
        [({**of_stack, "result": result}, number) for result, number in looks.items()],
    )


def _family(
    name: str, kind: str, words: str, samples: list[tuple[Mapping[str, str], float]]
) -> Iterator[str]:
    yield f"# HELP {_PREFIX}_{name} {words}"
    yield f"# TYPE {_PREFIX}_{name} {kind}"
    for labels, value in samples:
        shown = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
        yield f"{_PREFIX}_{name}{{{shown}}} {value:.17g}"


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _unix(moment: datetime | None) -> float:
    return 0.0 if moment is None else moment.timestamp()
