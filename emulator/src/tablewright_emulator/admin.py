"""The embedded AWS itself, under `/_tablewright/` on the same gateway: status, clock, calls, state.

Only for who holds the secret of this embedded AWS (`Emulator.secret`): every request carries it in
`Authorization: Bearer SECRET`. Files travel in the request and its answer; no path is ever named.

    GET  status                        what runs, since when, what it holds
    GET  calls?last=20                 counts per operation, errors, last requests
    POST calls      {"clear": true}    start counting anew
    GET  clock                         now, frozen
    POST clock      {"advance": "1h"} | {"set": "2026-01-31T12:00:00Z"} | {"freeze": true}
                    | {"resume": true}
    POST reset                         forget everything
    POST settings   {"throttling": true, "limits": false, "durations": "realistic",
                     "iam": true}        hold calls to the policies of users and roles
                    | {"durations": {"iam": "2s"}}      change single ones, in the clock's time
    GET  faults                        faults on order
    POST faults     {"operation": "PutItem", "table": "t", "times": 3} | {"clear": true}
    POST metrics    {"namespace": "AWS/DynamoDB", "name": "…", "dimensions": {…},
                     "points": [[1767225600, 5.0], …]}
    GET  snapshot                      the whole state, as bytes
    POST load       those bytes        take over the state in them
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs

from tablewright_emulator.access import holds_secret
from tablewright_emulator.cloudwatch.seeding import seed
from tablewright_emulator.dynamodb.durations import PRESETS, Durations
from tablewright_emulator.errors import EmulatorError, UsageError
from tablewright_emulator.faults import fault_of
from tablewright_emulator.gateway import DEFAULT_ACCOUNT
from tablewright_emulator.request import HttpRequest, Reply

if TYPE_CHECKING:
    from tablewright_emulator.server import Emulator

PREFIX = "/_tablewright/"
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, None: 1}
_MOST_BODY_BYTES = 64 * 1024 * 1024
_MOST_STATE_BYTES = 4 * 1024 * 1024 * 1024
_MOST_SECONDS = 10 * 365 * 86_400
Params: TypeAlias = dict[str, Any]
Transfer: TypeAlias = "Callable[[Emulator, HttpRequest], Reply]"
Action: TypeAlias = "Callable[[Emulator, Params], dict[str, Any]]"


def serve(emulator: Emulator, http: HttpRequest) -> Reply:
    """Answer a request; never raises for what the client sent."""
    if not holds_secret(http.headers, emulator.secret):
        return _reply(401, {"message": "only for who holds the secret of this sandbox"})
    name = http.path.removeprefix(PREFIX).strip("/")
    try:
        if (http.method, name) in _TRANSFERS:
            return _TRANSFERS[http.method, name](emulator, http)
        action = _ACTIONS.get((http.method, name))
        if action is None:
            known = sorted({path for _, path in (*_ACTIONS, *_TRANSFERS)})
            return _reply(404, {"message": f"no such path; there are {', '.join(known)}"})
        return _reply(200, action(emulator, _params(http)))
    except EmulatorError as error:
        return _reply(400, {"message": error.message})


def most_body_bytes(emulator: Emulator, http: HttpRequest) -> int:
    """How long a request's body may be; the body is not in `http` yet."""
    is_state = http.method == "POST" and http.path == f"{PREFIX}load"
    trusted = is_state and holds_secret(http.headers, emulator.secret)
    return _MOST_STATE_BYTES if trusted else _MOST_BODY_BYTES


def seconds_of(text: Any) -> float:
    """Seconds of a duration: a number, or text like `90s`, `15m`, `1h`, `7d`.

    Raises:
        UsageError: it is none, or longer than ten years.
    """
    match = _DURATION.fullmatch(str(text).strip().lower())
    seconds = float(match[1]) * _SECONDS[match[2]] if match else -1.0
    if not 0 <= seconds <= _MOST_SECONDS:
        raise UsageError(f"{text!r} is no duration like 90s, 15m, 1h or 7d, of at most ten years")
    return seconds


def _params(http: HttpRequest) -> Params:
    if http.method == "GET":
        return {name: values[-1] for name, values in parse_qs(http.query).items()}
    if not http.body:
        return {}
    if "json" not in http.headers.get("content-type", ""):
        raise UsageError("the body has to be JSON, with Content-Type: application/json")
    try:
        document = json.loads(http.body)
    except (ValueError, RecursionError) as error:
        raise UsageError("the body is no JSON") from error
    if not isinstance(document, dict):
        raise UsageError("the body has to be a JSON object")
    return document


def _reply(status: int, document: dict[str, Any]) -> Reply:
    body = json.dumps(document, default=str).encode()
    return Reply(status, {"Content-Type": "application/json"}, body)


def _status(emulator: Emulator, params: Params) -> dict[str, Any]:
    del params
    catalogs = emulator.dynamodb.catalogs.values()
    tables = [table for catalog in catalogs for table in catalog.tables.values()]
    return {
        "status": "running",
        "endpoint": emulator.endpoint,
        "pid": os.getpid(),
        "startedAt": emulator.started_at,
        "data": str(emulator.data) if emulator.data else None,
        "damaged": emulator.damaged,
        "world": emulator.world,
        "tables": len(tables),
        "items": sum(table.shelf.count for table in tables),
        "calls": emulator.calls.total,
        "throttling": emulator.dynamodb.throttling,
        "limits": emulator.dynamodb.limits,
        "durations": _preset(emulator.dynamodb.durations),
        "iam": emulator.iam.enforcing,
        "clock": _clock(emulator, {}),
    }


def _preset(durations: Durations) -> str:
    return next((name for name, each in PRESETS.items() if each == durations), "configured")


def _clock(emulator: Emulator, params: Params) -> dict[str, Any]:
    del params
    clock = emulator.clock
    ahead = (clock.now() - datetime.now(UTC)).total_seconds()
    return {
        "now": clock.now().isoformat(),
        "frozen": clock.frozen,
        "aheadSeconds": round(ahead, 3),
    }


def _set_clock(emulator: Emulator, params: Params) -> dict[str, Any]:
    asked = [name for name in ("advance", "set", "freeze", "resume") if params.get(name)]
    if len(asked) != 1:
        raise UsageError("ask for one of advance, set, freeze, resume")
    clock = emulator.clock
    seconds = seconds_of(params["advance"]) if asked == ["advance"] else 0.0
    moment = _moment(params["set"]) if asked == ["set"] else None
    with emulator.changing_clock():
        if moment is not None:
            clock.set(moment)
        elif asked == ["advance"]:
            clock.advance(seconds)
        elif asked == ["freeze"]:
            clock.freeze()
        else:
            clock.resume()
    return _clock(emulator, {})


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise UsageError(f"{text!r} is no time like 2026-01-31T12:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _calls(emulator: Emulator, params: Params) -> dict[str, Any]:
    last = str(params.get("last", 0))
    if not last.isdigit() or len(last) > 6:  # noqa: PLR2004 - only a thousand are kept
        raise UsageError("last has to be a number")
    return emulator.calls.summary(int(last))


def _clear_calls(emulator: Emulator, params: Params) -> dict[str, Any]:
    if params.get("clear") is not True:
        raise UsageError('to start counting anew send {"clear": true}')
    emulator.calls.clear()
    return emulator.calls.summary()


def _reset(emulator: Emulator, params: Params) -> dict[str, Any]:
    del params
    emulator.reset()
    return _status(emulator, {})


def _settings(emulator: Emulator, params: Params) -> dict[str, Any]:
    unknown = params.keys() - {"throttling", "limits", "durations", "iam"}
    if unknown:
        raise UsageError(f"there is no setting {', '.join(sorted(unknown))}")
    for name in ("throttling", "limits"):
        if name in params:
            if not isinstance(params[name], bool):
                raise UsageError(f"{name} is true or false")
            setattr(emulator.dynamodb, name, params[name])
    if "iam" in params:
        if not isinstance(params["iam"], bool):
            raise UsageError("iam is true or false")
        emulator.iam.enforcing = params["iam"]
    if "durations" in params:
        emulator.dynamodb.durations = _durations(emulator, params["durations"])
    return _status(emulator, {})


def _durations(emulator: Emulator, asked: Any) -> Durations:
    """Those of a preset, or the present ones with some changed."""
    if isinstance(asked, str) and asked in PRESETS:
        return PRESETS[asked]
    if not isinstance(asked, dict):
        raise UsageError(f"durations is one of {', '.join(PRESETS)}, or an object of single ones")
    names = [each.name for each in fields(Durations)]
    if unknown := sorted(asked.keys() - set(names)):
        raise UsageError(f"there is no duration {unknown[0]}; there are {', '.join(names)}")
    seconds = {name: seconds_of(value) for name, value in asked.items()}
    return replace(emulator.dynamodb.durations, **seconds)


def _faults(emulator: Emulator, params: Params) -> dict[str, Any]:
    del params
    return {"faults": [fault.shown() for fault in emulator.faults.active]}


def _order_fault(emulator: Emulator, params: Params) -> dict[str, Any]:
    if params.get("clear") is True:
        emulator.faults.clear()
    else:
        emulator.faults.add(fault_of(params))
    return _faults(emulator, {})


def _seed_metrics(emulator: Emulator, params: Params) -> dict[str, Any]:
    with emulator.gateway.lock:
        metrics = emulator.cloudwatch.metrics
        return {"points": seed(metrics, params, DEFAULT_ACCOUNT, "us-east-1")}


def _snapshot(emulator: Emulator, http: HttpRequest) -> Reply:
    del http
    return Reply(200, {"Content-Type": "application/octet-stream"}, emulator.snapshot())


def _load(emulator: Emulator, http: HttpRequest) -> Reply:
    emulator.load(http.body)
    return _reply(200, _status(emulator, {}))


_ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", "status"): _status,
    ("GET", "calls"): _calls,
    ("POST", "calls"): _clear_calls,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _set_clock,
    ("POST", "reset"): _reset,
    ("POST", "settings"): _settings,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _order_fault,
    ("POST", "metrics"): _seed_metrics,
}
_TRANSFERS: dict[tuple[str, str], Transfer] = {
    ("GET", "snapshot"): _snapshot,
    ("POST", "load"): _load,
}
