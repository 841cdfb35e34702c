"""What AWS has answered to a command, so that the same one goes on where it was interrupted.

    with ReplyJournal.open(file) as journal:
        session.journal = journal       # before its first client
        ...                             # reads; what was answered before is not asked again

Only for commands that read. Identities and credentials are asked for each time (`_NEVER`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any, Final

LONGEST: Final = timedelta(hours=1)
"""An older answer is asked for again."""
_NEVER: Final = frozenset({"sts", "organizations"})
_KEY: Final = "tablewright:key"
_TIME, _BYTES = "$time", "$bytes"


class ReplyJournal:
    """Answers by account, region and request, a line each in a file that only its user can read.

    Args:
        file: in a folder that exists.
        now: the time.

    Attributes:
        oldest: when the oldest answer was given that an earlier run has left; None without any.
        kept: how many such answers there are.
    """

    def __init__(self, file: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._file, self._now = file, now
        self._lock = Lock()
        self._earlier: dict[str, Mapping[str, Any]] = {}
        self._waiting: Counter[tuple[str, str]] = Counter()
        self._since: dict[tuple[str, str], datetime] = {}
        self.oldest: datetime | None = None
        for line in _lines(file):
            when = datetime.fromisoformat(line["when"])
            if now() - when > LONGEST:
                continue
            self._earlier[line["key"]] = line
            self.oldest = min(when, self.oldest or when)
        for line in self._earlier.values():
            self._waiting[line["account"], line["operation"]] += 1
        self.kept = len(self._earlier)
        self._out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(self._out, b"\n")  # behind a line that a killed run has not finished

    @classmethod
    @contextmanager
    def open(cls, file: Path, *, fresh: bool = False) -> Iterator[ReplyJournal]:
        """The journal for the life of the block; its file is removed where that ends well.

        Args:
            file: of the command; its folder is made.
            fresh: forget what an earlier run has left.
        """
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if fresh:
            file.unlink(missing_ok=True)
        _remove_old(file.parent)
        journal = cls(file)
        try:
            yield journal
            file.unlink(missing_ok=True)
        finally:
            os.close(journal._out)

    def attach(self, client: Any, service: str, region: str, account: Callable[[], str]) -> None:
        """Keep what a client is answered, and answer for it what was kept.

        Args:
            client: of botocore.
            service: botocore's name of it.
            region: of the client.
            account: whose answers they are.
        """
        if service in _NEVER:
            return

        def before(model: Any, params: Mapping[str, Any], context: Any, **_: Any) -> Any:
            place = (account(), region)
            request = [*place, service, model.name, params.get("url_path")]
            request += [params.get("query_string"), params.get("body")]
            key = hashlib.sha256(repr(request).encode()).hexdigest()
            reply = self._answer(key, place)
            if reply is None:
                context[_KEY] = key
                return None
            return SimpleNamespace(status_code=200), reply

        def after(http_response: Any, parsed: Any, model: Any, context: Any, **_: Any) -> None:
            key = context.pop(_KEY, None)
            if key is not None and http_response.status_code == 200:  # noqa: PLR2004 - OK
                self._keep(key, (account(), region), model.name, parsed)

        client.meta.events.register_first("before-call.*.*", before)
        client.meta.events.register_first("after-call.*.*", after)

    def holds(self, account: str, operation: str) -> bool:
        """Whether answers of an operation are left that were not asked for yet."""
        with self._lock:
            return self._waiting[account, operation] > 0

    def since(self, account: str, region: str) -> datetime | None:
        """When the first of the answers was given that are of this account and region."""
        return self._since.get((account, region))

    def _answer(self, key: str, place: tuple[str, str]) -> Any:
        with self._lock:
            line = self._earlier.pop(key, None)
            if line is None:
                return None
            self._waiting[line["account"], line["operation"]] -= 1
            self._stamp(place, datetime.fromisoformat(line["when"]))
        return _decoded(line["reply"])

    def _keep(self, key: str, place: tuple[str, str], operation: str, parsed: Any) -> None:
        now = self._now()
        account, _ = place
        line = {"when": now.isoformat(), "key": key, "account": account, "operation": operation}
        try:
            text = json.dumps({**line, "reply": parsed}, default=_encoded)
        except TypeError:
            text = ""  # a stream; it is asked for again
        with self._lock:
            self._stamp(place, now)
            if text:
                os.write(self._out, f"{text}\n".encode())

    def _stamp(self, place: tuple[str, str], when: datetime) -> None:
        self._since[place] = min(when, self._since.get(place, when))


def _remove_old(folder: Path) -> None:
    """Remove what runs have left that nobody gave again while their answers could be used."""
    for file in folder.glob("*.jsonl"):
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > LONGEST.total_seconds():
                file.unlink()


def _lines(file: Path) -> Iterator[Mapping[str, Any]]:
    """The lines of a journal that are whole."""
    if not file.is_file():
        return
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict) and {"when", "key", "account", "operation", "reply"} <= {
                *value
            }:
                yield value


def _encoded(value: Any) -> Any:
    if isinstance(value, datetime):
        return {_TIME: value.isoformat()}
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode()}
    raise TypeError(type(value).__name__)


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_TIME}:
        return datetime.fromisoformat(value[_TIME])
    if value.keys() == {_BYTES}:
        return base64.b64decode(value[_BYTES])
    return {key: _decoded(item) for key, item in value.items()}
