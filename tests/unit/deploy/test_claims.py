"""Of two runs that claim one thing never do both win, whatever the order of their steps."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta

import pytest

from tablewright.deploy.ownership.ledger import CLAIM, OwnershipLedger
from tablewright.dynamodb_values import MOST_TAGS
from tablewright.errors import RefusedError
from tablewright.plan.owner import OWNER_TAG

NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Store:
    """Tags of live things; `before` runs before each call."""

    def __init__(self, tags=(), before=lambda: None):
        self.tags = {"table t": dict(tags)}
        self.before = before
        self.lock = threading.Lock()

    def read(self, subjects):
        self.before()
        with self.lock:
            return {name: dict(self.tags[name]) for name in subjects}

    def put(self, tags):
        self.before()
        with self.lock:
            for name, some in tags.items():
                self.tags[name] |= some

    def remove(self, subjects, keys):
        self.before()
        with self.lock:
            for name in subjects:
                for key in keys:
                    self.tags[name].pop(key, None)


def claimant(sleep=lambda _: None):
    return OwnershipLedger("a/dev", "5", 0.0, lambda: NOW, sleep)


def claim(store, who=None):
    return (who or claimant()).claim(["table t"], store)


def test_what_is_nobodys_is_won_and_nothing_but_the_owner_stays():
    store = Store({"Team": "data"})
    assert claim(store) == ["table t"]
    assert store.tags["table t"] == {"Team": "data", OWNER_TAG: "a/dev"}


def test_what_another_stack_has_is_not_touched():
    store = Store({OWNER_TAG: "b/dev"})
    with pytest.raises(RefusedError, match="belongs to the stack b/dev"):
        claim(store)
    assert store.tags["table t"] == {OWNER_TAG: "b/dev"}


def test_what_is_ours_already_is_not_claimed_again_and_an_old_claim_goes():
    store = Store({OWNER_TAG: "a/dev", f"{CLAIM}5": "a/dev x"})
    assert claim(store) == []
    assert store.tags["table t"] == {OWNER_TAG: "a/dev"}


def test_a_claim_that_goes_before_ours_wins_and_ours_is_withdrawn():
    rival = {f"{CLAIM}1": f"b/dev {NOW.isoformat()}"}
    store = Store(rival)
    with pytest.raises(RefusedError, match="is being taken over by the stack b/dev") as refusal:
        claim(store)
    assert "counts until 00:10:00 UTC, and the same command goes on then" in refusal.value.next_step
    assert store.tags["table t"] == rival
    # If its run was killed, that is so.
    later = NOW + timedelta(minutes=10, seconds=1)
    assert claim(store, OwnershipLedger("a/dev", "5", 0.0, lambda: later, lambda _: None))
    assert store.tags["table t"][OWNER_TAG] == "a/dev"


def test_a_claim_of_a_run_that_was_killed_long_ago_does_not_count():
    old = (NOW - timedelta(minutes=11)).isoformat()
    store = Store({f"{CLAIM}1": f"b/dev {old}"})
    assert claim(store) == ["table t"]
    assert store.tags["table t"][OWNER_TAG] == "a/dev"


def test_the_same_run_again_finishes_what_it_had_claimed():
    store = Store({f"{CLAIM}5": f"a/dev {NOW.isoformat()}"})
    assert claim(store) == ["table t"]
    assert store.tags["table t"] == {OWNER_TAG: "a/dev"}


def test_a_claim_behind_ours_is_waited_for_and_may_have_won_before():
    store = Store({f"{CLAIM}9": f"b/dev {NOW.isoformat()}"})

    def the_other_wins(_):
        store.tags["table t"].pop(f"{CLAIM}9", None)
        store.tags["table t"][OWNER_TAG] = "b/dev"

    with pytest.raises(RefusedError, match="belongs to the stack b/dev"):
        claim(store, claimant(sleep=lambda s: the_other_wins(s) if s else None))
    assert store.tags["table t"] == {OWNER_TAG: "b/dev"}


def test_a_stack_of_the_same_name_whose_state_is_elsewhere_is_another():
    store = Store({f"{CLAIM}9": f"a/dev {NOW.isoformat()}"})

    def the_twin_wins(_):
        store.tags["table t"] = {OWNER_TAG: "a/dev"}

    with pytest.raises(RefusedError):
        claim(store, claimant(sleep=lambda s: the_twin_wins(s) if s else None))
    assert store.tags["table t"] == {OWNER_TAG: "a/dev"}


@pytest.mark.parametrize("number", [MOST_TAGS - 1, MOST_TAGS])
def test_without_room_for_a_claim_nothing_is_taken(number):
    tags = {f"t{each}": "" for each in range(number)}
    store = Store(tags)
    with pytest.raises(RefusedError) as refusal:
        claim(store)
    assert "ownership: {tag: false}" in refusal.value.next_step
    assert store.tags["table t"] == tags


def test_who_is_interrupted_leaves_no_claim():
    store = Store()

    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        claim(store, claimant(sleep=interrupt))
    assert store.tags["table t"] == {}


@pytest.mark.parametrize("seed", range(25))
def test_of_two_at_once_exactly_one_wins(seed):
    """Each call of either is held up by chance, so that their steps come in many orders."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    pauses = [dice.random() / 1000 for _ in range(200)]
    waits = threading.Event()
    store = Store(before=lambda: waits.wait(pauses[dice.randrange(200)]))
    ended = {}

    def run(owner, token):
        try:
            who = OwnershipLedger(owner, token, 0.0, lambda: NOW, lambda s: waits.wait(s / 100))
            who.claim(["table t"], store)
            ended[owner] = "won"
        except RefusedError:
            ended[owner] = "lost"

    threads = [threading.Thread(target=run, args=each) for each in (("a/x", "1"), ("b/x", "2"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended.values()) == ["lost", "won"]
    [winner] = [owner for owner, end in ended.items() if end == "won"]
    assert store.tags["table t"] == {OWNER_TAG: winner}
