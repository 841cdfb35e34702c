from tablewright.fleet.rate_limiter import RATES_PER_SECOND, RateLimiter


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def paced(rates: dict[str, float] | None) -> tuple[RateLimiter, Clock]:
    clock = Clock()
    return RateLimiter(rates, now=lambda: clock.now, sleep=clock.sleep), clock


def test_calls_of_an_operation_are_spaced_evenly():
    pace, clock = paced({"DescribeAlarms": 4})
    for _ in range(5):
        pace("DescribeAlarms")
    assert clock.now == 101.0


def test_operations_do_not_wait_for_each_other():
    pace, clock = paced({"A": 1, "B": 1})
    pace("A")
    pace("B")
    assert clock.slept == []


def test_nobody_waits_after_a_pause():
    pace, clock = paced({"A": 10})
    pace("A")
    clock.now += 60
    pace("A")
    assert clock.slept == []


def test_without_rates_nobody_waits():
    pace, clock = paced({})
    for _ in range(1000):
        pace("DescribeTimeToLive")
    assert clock.slept == []


def test_the_usual_rates_hold_for_operations_that_aws_names():
    pace, clock = paced(None)
    for _ in range(11):
        pace("DescribeTimeToLive")
    assert round(clock.now - 100, 6) == round(10 / RATES_PER_SECOND["DescribeTimeToLive"], 6)


def test_an_operation_without_a_rate_of_its_own_has_a_modest_one():
    pace, clock = paced(None)
    for _ in range(101):
        pace("DescribeSomething")
    assert round(clock.now - 100, 6) == 1
