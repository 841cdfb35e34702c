"""The embedded AWS itself, under `/_tablewright/` on the same gateway: status, clock, calls, state.

Only for who holds the secret of this embedded AWS (`Emulator.secret`): every request carries it in
`Authorization: Bearer SECRET`. Files travel in the request and its answer; no path is ever named.

    GET  status                        what runs, since when, what it holds
    GET  calls?last=20                 counts per operation, errors, last requests
    POST calls      {"clear": true}    restart counting
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
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import parse_qs

from tablewright_emulator.access import holds_secret
from tablewright_emulator.cloudwatch.metrics.seeding import seed
from tablewright_emulator.composition import EmbeddedAws
from tablewright_emulator.dynamodb.durations import PRESETS, Durations
from tablewright_emulator.errors import EmulatorError, UsageError
from tablewright_emulator.faults import fault_of
from tablewright_emulator.http_message import Head
from tablewright_emulator.request import DEFAULT_ACCOUNT, HttpRequest, Reply

PREFIX = "/_tablewright/"
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, None: 1}
_MOST_BODY_BYTES = 64 * 1024 * 1024
_MOST_STATE_BYTES = 4 * 1024 * 1024 * 1024
_MOST_SECONDS = 10 * 365 * 86_400
Params: TypeAlias = dict[str, Any]
Transfer: TypeAlias = "Callable[[Admin, HttpRequest], Reply]"
Action: TypeAlias = "Callable[[Admin, Params], dict[str, Any]]"


@dataclass(frozen=True, slots=True)
class Admin:
    """Answers what is under `/_tablewright/`.

    Args:
        aws: which it is about.
        secret: who has it may ask.
        endpoint: says where it listens.
    """

    aws: EmbeddedAws
    secret: str
    endpoint: Callable[[], str]

    def serve(self, http: HttpRequest) -> Reply:
        """Answer a request; never raises for what the client sent."""
        if not holds_secret(http.headers, self.secret):
            return _reply(401, {"message": "only for who holds the secret of this sandbox"})
        name = http.path.removeprefix(PREFIX).strip("/")
        try:
            if (http.method, name) in _TRANSFERS:
                return _TRANSFERS[http.method, name](self, http)
            action = _ACTIONS.get((http.method, name))
            if action is None:
                known = sorted({path for _, path in (*_ACTIONS, *_TRANSFERS)})
                return _reply(404, {"message": f"no such path; there are {', '.join(known)}"})
            return _reply(200, action(self, _params(http)))
        except EmulatorError as error:
            return _reply(400, {"message": error.message})

    def most_body_bytes(self, head: Head) -> int:
        """How long the body of a request may be."""
        is_state = head.method == "POST" and head.path == f"{PREFIX}load"
        trusted = is_state and holds_secret(head.headers, self.secret)
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


def _status(admin: Admin, params: Params) -> dict[str, Any]:
    del params
    catalogs = admin.aws.dynamodb.catalogs.values()
    tables = [table for catalog in catalogs for table in catalog.tables.values()]
    return {
        "status": "running",
        "endpoint": admin.endpoint(),
        "pid": os.getpid(),
        "startedAt": admin.aws.started_at,
        "data": str(admin.aws.data) if admin.aws.data else None,
        "damaged": admin.aws.damaged,
        "world": admin.aws.world,
        "tables": len(tables),
        "items": sum(table.shelf.count for table in tables),
        "calls": admin.aws.calls.total,
        "throttling": admin.aws.dynamodb.throttling,
        "limits": admin.aws.dynamodb.limits,
        "durations": _preset(admin.aws.dynamodb.durations),
        "iam": admin.aws.iam.enforcing,
        "clock": _clock(admin, {}),
    }


def _preset(durations: Durations) -> str:
    return next(
        (name for name, durations_preset in PRESETS.items() if durations_preset == durations),
        "configured",
    )


def _clock(admin: Admin, params: Params) -> dict[str, Any]:
    del params
    clock = admin.aws.clock
    ahead = (clock.now() - datetime.now(UTC)).total_seconds()
    return {
        "now": clock.now().isoformat(),
        "frozen": clock.frozen,
        "aheadSeconds": round(ahead, 3),
    }


def _set_clock(admin: Admin, params: Params) -> dict[str, Any]:
    asked = [name for name in ("advance", "set", "freeze", "resume") if params.get(name)]
    if len(asked) != 1:
        raise UsageError("ask for one of advance, set, freeze, resume")
    clock = admin.aws.clock
    seconds = seconds_of(params["advance"]) if asked == ["advance"] else 0.0
    moment = _moment(params["set"]) if asked == ["set"] else None
    with admin.aws.changing_clock():
        if moment is not None:
            clock.set(moment)
        elif asked == ["advance"]:
            clock.advance(seconds)
        elif asked == ["freeze"]:
            clock.freeze()
        else:
            clock.resume()
    return _clock(admin, {})


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise UsageError(f"{text!r} is no time like 2026-01-31T12:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _calls(admin: Admin, params: Params) -> dict[str, Any]:
    last = str(params.get("last", 0))
    if not last.isdigit() or len(last) > 6:  # noqa: PLR2004 - only a thousand are kept
        raise UsageError("last has to be a number")
    return admin.aws.calls.summary(int(last))


def _clear_calls(admin: Admin, params: Params) -> dict[str, Any]:
    if params.get("clear") is not True:
        raise UsageError('to restart counting send {"clear": true}')
    admin.aws.calls.clear()
    return admin.aws.calls.summary()


def _reset(admin: Admin, params: Params) -> dict[str, Any]:
    del params
    admin.aws.reset()
    return _status(admin, {})


def _settings(admin: Admin, params: Params) -> dict[str, Any]:
    unknown = params.keys() - {"throttling", "limits", "durations", "iam"}
    if unknown:
        raise UsageError(f"there is no setting {', '.join(sorted(unknown))}")
    for name in ("throttling", "limits"):
        if name in params:
            if not isinstance(params[name], bool):
                raise UsageError(f"{name} is true or false")
            setattr(admin.aws.dynamodb, name, params[name])
    if "iam" in params:
        if not isinstance(params["iam"], bool):
            raise UsageError("iam is true or false")
        admin.aws.iam.enforcing = params["iam"]
    if "durations" in params:
        admin.aws.dynamodb.durations = _durations(admin, params["durations"])
    return _status(admin, {})


def _durations(admin: Admin, asked: Any) -> Durations:
    """Those of a preset, or the present ones with some changed."""
    if isinstance(asked, str) and asked in PRESETS:
        return PRESETS[asked]
    if not isinstance(asked, dict):
        raise UsageError(f"durations is one of {', '.join(PRESETS)}, or an object of single ones")
    names = [field.name for field in fields(Durations)]
    if unknown := sorted(asked.keys() - set(names)):
        raise UsageError(f"there is no duration {unknown[0]}; there are {', '.join(names)}")
    seconds = {name: seconds_of(value) for name, value in asked.items()}
    return replace(admin.aws.dynamodb.durations, **seconds)


def _faults(admin: Admin, params: Params) -> dict[str, Any]:
    del params
    return {"faults": [fault.shown() for fault in admin.aws.faults.active]}


def _order_fault(admin: Admin, params: Params) -> dict[str, Any]:
    if params.get("clear") is True:
        admin.aws.faults.clear()
    else:
        admin.aws.faults.add(fault_of(params))
    return _faults(admin, {})


def _seed_metrics(admin: Admin, params: Params) -> dict[str, Any]:
    with admin.aws.gateway.lock:
        metrics = admin.aws.cloudwatch.metrics
        return {"points": seed(metrics, params, DEFAULT_ACCOUNT, "us-east-1")}


def _snapshot(admin: Admin, http: HttpRequest) -> Reply:
    del http
    return Reply(200, {"Content-Type": "application/octet-stream"}, admin.aws.snapshot())


def _load(admin: Admin, http: HttpRequest) -> Reply:
    admin.aws.load(http.body)
    return _reply(200, _status(admin, {}))


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
