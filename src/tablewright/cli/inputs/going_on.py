"""Commands over many accounts go on where the same command was interrupted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from tablewright.aws.journal import LONGEST, ReplyJournal
from tablewright.aws.session import Session
from tablewright.cli import console
from tablewright.documents.fleet import ReadDocument
from tablewright.engine.install.folders import state_folder
from tablewright.report.formats.number import number_of

_WHO = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE")


class ReadTimes:
    """When what a command tells was read.

    Args:
        journal: None where nothing is kept.
    """

    def __init__(self, journal: ReplyJournal | None) -> None:
        self._journal, self._began = journal, datetime.now(UTC)

    def of(self, places: Collection[tuple[str, str]]) -> list[ReadDocument]:
        """Of each account and region the time of the first answer that is told."""
        return [
            {"account": account, "region": region, "since": self._since(account, region)}
            for account, region in sorted(places)
        ]

    def _since(self, account: str, region: str) -> str:
        first = self._journal.since(account, region) if self._journal else None
        return (first or self._began).isoformat(timespec="seconds")


@contextmanager
def going_on(sessions: Sequence[Session], words: object, *, fresh: bool) -> Iterator[ReadTimes]:
    """What is read of several accounts within the block is kept until it ends well.

    Args:
        sessions: one per account, of which no client was made yet.
        words: what makes the command another one, besides where it looks.
        fresh: `--fresh`: what an earlier run has read is read again.
    """
    if len(sessions) == 1:
        yield ReadTimes(None)
        return
    identity = [os.environ.get(name) for name in _WHO]
    targets = sorted(repr(session.target) for session in sessions)
    digest = hashlib.sha256(repr((identity, targets, words)).encode()).hexdigest()[:32]
    file = state_folder(os.environ) / "fleets" / f"{digest}.jsonl"
    with ReplyJournal.open(file, fresh=fresh) as journal:
        if journal.oldest is not None:
            minutes = int(LONGEST.total_seconds() // 60)
            console.say(
                f"going on where this command was interrupted: {number_of(journal.kept, 'answer')} "
                f"of AWS since {journal.oldest:%F %T} UTC, none older than {minutes} minutes, "
                "need not be asked for again (--fresh: all are)"
            )
        for session in sessions:
            session.journal = journal
        yield ReadTimes(journal)
