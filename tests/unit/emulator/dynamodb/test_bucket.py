"""The token bucket against a slow, plain twin of the capacity model."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.dynamodb.items.bucket import Bucket

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def model(demand: list[int], capacity: list[int]) -> list[int]:
    """Units served per minute: capacity, then the bucket, which holds five minutes' worth."""
    saved, served = Fraction(0), []
    for wanted, units in zip(demand, capacity, strict=True):
        saved = min(saved, Fraction(300 * units))
        offered = 60 * units
        taken = min(Fraction(wanted), offered + saved)
        saved = (
            min(Fraction(300 * units), saved + offered - taken)
            if taken <= offered
            else (saved - (taken - offered))
        )
        served.append(int(taken))
    return served


def run(demand: list[int], capacity: list[int]) -> list[int]:
    bucket, served = Bucket(), []
    for minute, (wanted, units) in enumerate(zip(demand, capacity, strict=True)):
        now = NOON + timedelta(minutes=minute)
        taken = 0
        for _ in range(wanted):
            if not bucket.offers(1, units, now):
                break
            bucket.take(1)
            taken += 1
        if wanted == 0:
            bucket.offers(1, units, now)  # the change of capacity is seen by whoever asks
        served.append(taken)
    return served


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 3)), min_size=1, max_size=15))
def test_it_serves_what_the_model_serves(minutes):
    demand, capacity = [each[0] for each in minutes], [each[1] for each in minutes]
    assert run(demand, capacity) == model(demand, capacity)


def test_half_units_are_half():
    bucket = Bucket()
    served = 0
    while bucket.offers(0.5, 1, NOON):
        bucket.take(0.5)
        served += 1
    assert served == 120


def test_a_request_larger_than_a_minute_is_served_when_nothing_else_was_and_paid_off():
    bucket = Bucket()
    assert bucket.offers(150, 1, NOON)
    bucket.take(150)
    assert not bucket.offers(1, 1, NOON)
    for minute in (1, 2):
        assert not bucket.offers(61, 1, NOON + timedelta(minutes=minute))
    assert bucket.offers(60, 1, NOON + timedelta(minutes=3))


def test_a_request_larger_than_a_minute_waits_when_something_else_was_served():
    bucket = Bucket()
    bucket.offers(1, 1, NOON)
    bucket.take(1)
    assert not bucket.offers(150, 1, NOON)


def test_long_idleness_saves_five_minutes_worth():
    bucket = Bucket()
    bucket.offers(1, 2, NOON)
    now = NOON + timedelta(days=30)
    assert bucket.offers(120 + 600, 2, now)
    bucket.take(720)
    assert not bucket.offers(0.5, 2, now)
