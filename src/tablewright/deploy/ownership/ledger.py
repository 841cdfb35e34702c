"""Winning a live resource before it is imported: of two stacks that want it, one gets it.

AWS sets tags without comparing, and shows them a moment later. So a run first puts up a claim, a
tag under a name of its own, beside those of others. Once it sees its own, and every other run had
the time to see it, it looks again: nobody else there, and the resource is won; with others there
the one whose claim sorts first waits for what becomes of them, and all others withdraw. The winner
puts on the owner's tag, waits until that is seen, and takes its claim off. Who loses has changed
nothing but its own claim, which it takes off as well.

Of two claims each is seen by the other run, or by the later one alone, which then finds the
earlier claim or the owner's tag: never do both win. That holds as long as a tag that was written
is seen within `settle_seconds`.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, TypeVar

from tablewright.dynamodb_values import MOST_TAGS
from tablewright.engine import StackPlace
from tablewright.errors import RefusedError, TablewrightError, WaitTimeoutError
from tablewright.files import write_whole
from tablewright.plan.owner import OWNER_TAG, owner_of
from tablewright.stack_id import ORGANIZATION

CLAIM: Final = "tablewright:claim:"
"""How the name of a claim begins; the rest is the claimant's own."""
STALE: Final = timedelta(minutes=10)
"""After which a claim counts as one of a run that was killed."""
_ROOM: Final = 2
"""Tags that winning takes: the claim and, beside it, the owner's."""
_PATIENCE_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.2

Key = TypeVar("Key")
Tags = Mapping[str, str]


class TagStore(Protocol[Key]):
    """Tags of live resources, many at once; what does not exist is not among the answers."""

    def read(self, subjects: Iterable[Key]) -> Mapping[Key, Tags]:
        """All tags of each."""

    def put(self, tags: Mapping[Key, Tags]) -> None:
        """Set tags of each."""

    def remove(self, subjects: Iterable[Key], keys: list[str]) -> None:
        """Take tags off each."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim of another stack.

    Args:
        owner: the stack.
        until: when it counts no longer, if its run was killed.
    """

    owner: str
    until: datetime

    @classmethod
    def parsed(cls, value: str) -> _Claim | None:
        """From the value of its tag; None for what is no claim of ours."""
        owner, _, at = value.rpartition(" ")
        try:
            return cls(owner, datetime.fromisoformat(at).astimezone(UTC) + STALE)
        except ValueError:
            return None


@dataclass(frozen=True)
class OwnershipLedger:
    """The claims of one stack, and the way to win a resource by them.

    Args:
        owner: how the stack is called in the tag of ownership.
        token: no other state has it; the same for each run of this one.
        settle_seconds: within which everybody sees a tag that was written.
        now: the time of claims.
        sleep: waits that many seconds.
    """

    owner: str
    token: str
    settle_seconds: float
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep

    @property
    def key(self) -> str:
        """The name of its claims."""
        return f"{CLAIM}{self.token}"

    def claim(self, subjects: Collection[Key], store: TagStore[Key]) -> list[Key]:
        """Win all of `subjects`, or none; answers those that were nobody's before.

        Raises:
            RefusedError: another stack has one, or wins it; nothing of this run is left on any.
        """
        tags_of = store.read(subjects)
        wanted = self._free(tags_of)
        left = [
            subject
            for subject, tags in tags_of.items()
            if self.key in tags and subject not in wanted
        ]
        store.remove(left, [self.key])  # of a run that was killed after it had won
        if not wanted:
            return []
        try:
            store.put({key: {self.key: self._value()} for key in wanted})
            self._until(lambda: self._see(store, wanted, self.key), "its claim is seen")
            self.sleep(self.settle_seconds)
            self._win(wanted, store)
        except BaseException:
            with suppress(TablewrightError):
                store.remove(wanted, [self.key])
            raise
        return wanted

    def _free(self, tags_of: Mapping[Key, Tags]) -> list[Key]:
        """Those that nobody has.

        Raises:
            RefusedError: another stack has one, or there is no room for a claim.
        """
        for subject, tags in tags_of.items():
            other = owner_of(tags)
            if other not in {None, self.owner}:
                raise lost(subject, str(other))
            owned, claimed = owner_of(tags) is not None, self.key in tags
            if not owned and not claimed and len(tags) + _ROOM > MOST_TAGS:
                raise RefusedError(
                    f"{subject} has {len(tags)} tags of {MOST_TAGS}: there is no room to claim it "
                    f"and to tag it as owned by {self.owner}",
                    f"remove tags until it has {MOST_TAGS - _ROOM}, or switch the owner tag off: "
                    "`ownership: {tag: false}` in the stack's spec",
                )
        return [subject for subject, tags in tags_of.items() if owner_of(tags) is None]

    def _win(self, wanted: list[Key], store: TagStore[Key]) -> None:
        self._until(lambda: self._alone(store.read(wanted)), "other runs withdraw their claims")
        try:
            store.put({key: {OWNER_TAG: self.owner} for key in wanted})
            self._until(lambda: self._see(store, wanted, OWNER_TAG), "the owner's tag is seen")
            self.sleep(self.settle_seconds)
            store.remove(wanted, [self.key])
        except BaseException:
            with suppress(TablewrightError):
                store.remove(wanted, [OWNER_TAG])
            raise

    def _alone(self, tags_of: Mapping[Key, Tags]) -> bool:
        """Whether nobody else is there any more.

        Raises:
            RefusedError: another stack has one, or its claim goes before ours.
        """
        alone = True
        for subject, tags in tags_of.items():
            if (other := owner_of(tags)) is not None:
                raise lost(subject, other)
            rivals = self._rivals(tags)
            alone = alone and not rivals
            for key in sorted(rivals):
                if key < self.key:
                    raise _contested(subject, rivals[key])
        return alone

    def _rivals(self, tags: Tags) -> dict[str, _Claim]:
        """Other claims that are not stale, by their names."""
        claims = {
            key: _Claim.parsed(value)
            for key, value in tags.items()
            if key.startswith(CLAIM) and key != self.key
        }
        return {
            key: claim
            for key, claim in claims.items()
            if claim is not None and self.now() <= claim.until
        }

    def _value(self) -> str:
        return f"{self.owner} {self.now().isoformat(timespec='seconds')}"

    def _see(self, store: TagStore[Key], wanted: list[Key], key: str) -> bool:
        tags_of = store.read(wanted)
        return all(key in tags_of.get(subject, {}) for subject in wanted)

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        waited = 0.0
        while not holds():
            if waited > _PATIENCE_SECONDS:
                raise WaitTimeoutError(
                    f"after {_PATIENCE_SECONDS:.0f} s still waiting until {what}",
                    "run the same command again; a claim of a run that was killed counts until "
                    f"{self.now() + STALE:%H:%M} UTC at the latest",
                )
            self.sleep(_PAUSE_SECONDS)
            waited += _PAUSE_SECONDS


def claims_of(tags: Tags) -> dict[str, datetime]:
    """Until when the claims among tags count, by the stack that claims."""
    claims = (_Claim.parsed(value) for key, value in tags.items() if key.startswith(CLAIM))
    return {claim.owner: claim.until for claim in claims if claim is not None}


def _contested(subject: object, claim: _Claim) -> RefusedError:
    """The refusal of what a run of another stack is about to take."""
    return RefusedError(
        f"{subject} is being taken over by the stack {claim.owner}; a table has one owner",
        "wait for that run to end; if it was killed, its claim counts until "
        f"{claim.until:%H:%M:%S} UTC, and the same command goes on then",
    )


def lost(subject: object, stack: str) -> RefusedError:
    """The refusal of what another stack has."""
    word, _, name = str(subject).partition(" ")
    remedy = (
        f"give it another name here, or release it with the manifests of {stack}: "
        f"`tablewright release MANIFESTS --table {name}`. If {stack} is a former name of this "
        "stack, set `adopt: true` and run "
        f"`tablewright release PATH --stack {ORGANIZATION}/{stack} --all`"
    )
    if word != "table":
        remedy = f"give it another name here, or release its table with the manifests of {stack}"
    return RefusedError(f"{subject} belongs to the stack {stack}; a {word} has one owner", remedy)


def token_of(place: StackPlace) -> str:
    """What tells the claims of this stack's state from those of all others.

    It is kept beside the state, so that a run finishes what one that was killed has begun. A stack
    that is not in a folder is known by its URL.
    """
    if place.own_folder is None:
        return place.digest[:16]
    file = place.own_folder / "claims"
    with suppress(OSError, ValueError):  # one that was damaged is written again
        if re.fullmatch("[0-9a-f]{16}", text := file.read_text("utf-8")):
            return text
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, (text := uuid.uuid4().hex[:16]).encode())
    return text
