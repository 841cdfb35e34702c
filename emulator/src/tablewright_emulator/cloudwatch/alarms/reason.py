"""Why an alarm is in its state, in CloudWatch's words and as its JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tablewright_emulator.cloudwatch.alarms.decision import WORDS, Criterion, Decision

_SHOWN_POINTS = 5
_TREATED = {"breaching": "Breaching", "notBreaching": "NonBreaching"}


def state_reason(
    criterion: Criterion, decision: Decision, old: str, *, end: float, period: int
) -> str:
    """The sentence of StateReason; `end` is the end of the newest period."""
    if not decision.points:
        return _without_points(criterion, decision)
    breaching = [point for point in decision.points if criterion.breached_by(point[1])]
    to_alarm = decision.state == "ALARM"
    crossing = breaching if to_alarm else [p for p in decision.points if p not in breaching]
    shown = crossing or list(decision.points)
    listed = ", ".join(
        f"{_number(value)} ({_stamp(end - age * period)})" for age, value in shown[:_SHOWN_POINTS]
    )
    verb = "was" if len(shown) == 1 else "were"
    negation = "" if to_alarm else "not "
    needed = criterion.needed if to_alarm else criterion.periods - criterion.needed + 1
    plural = "" if needed == 1 else "s"
    change = f"{old if old != decision.state else 'OK'} -> {decision.state}"
    text = (
        f"Threshold Crossed: {len(shown)} out of the last {len(decision.points)} datapoints "
        f"[{listed}] {verb} {negation}{WORDS[criterion.comparison]} the threshold "
        f"({_number(criterion.threshold)}) (minimum {needed} datapoint{plural} for "
        f"{change} transition)."
    )
    return text + _fill_note(criterion, decision)


def state_reason_data(
    criterion: Criterion,
    decision: Decision,
    *,
    now: float,
    end: float,
    period: int,
    statistic: str | None,
    samples: dict[int, float] | None = None,
) -> str:
    """The JSON of StateReasonData; `samples` is age to sample count, for a single metric."""
    oldest = max((age for age, _ in decision.points), default=criterion.range)
    data: dict[str, object] = {
        "version": "1.0",
        "queryDate": iso_stamp(now),
        "startDate": iso_stamp(end - oldest * period),
    }
    if statistic is not None:
        data["statistic"] = statistic
    data |= {
        "period": period,
        "recentDatapoints": [value for _, value in reversed(decision.points)],
        "threshold": criterion.threshold,
        "evaluatedDatapoints": [
            {"timestamp": iso_stamp(end - age * period)}
            | ({"sampleCount": samples[age]} if samples else {})
            | {"value": value}
            for age, value in decision.points
        ],
    }
    return json.dumps(data, separators=(",", ":"))


def iso_stamp(seconds: float) -> str:
    """A moment as alarms write it: 2026-03-10T12:00:00.000+0000."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"


def long_stamp(seconds: float) -> str:
    """A moment as composite alarms write it: Friday 24 July, 2020 19:41:16 UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%A %d %B, %Y %H:%M:%S} UTC"


def _without_points(criterion: Criterion, decision: Decision) -> str:
    count = decision.filled
    plural, verb = ("", "was") if count == 1 else ("s", "were")
    if decision.state == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {count} datapoint{plural} {verb} unknown."
    treated = _TREATED.get(criterion.treatment, "Missing")
    return (
        f"Threshold Crossed: no datapoints were received for {count} period{plural} and "
        f"{count} missing datapoint{plural} {verb} treated as [{treated}]."
    )


def _fill_note(criterion: Criterion, decision: Decision) -> str:
    treated = _TREATED.get(criterion.treatment)
    if not decision.filled or treated is None:
        return ""
    plural, verb = ("", "was") if decision.filled == 1 else ("s", "were")
    return f" {decision.filled} missing datapoint{plural} {verb} treated as [{treated}]."


def _number(value: float) -> str:
    return repr(float(value))


def _stamp(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%d/%m/%y %H:%M:%S}"
