"""The capacity model, slow and plain, in whole numbers: what a table does under a demand.

One table, reads and writes; both autoscaled. Rules 2, 3 and 5 to 10 of the model: burst bucket,
runs of 2 high and 15 low minutes, new capacity from the last minute, decreases a day, restarts.
"""

from dataclasses import dataclass, field

BURST = 300
OUT, IN, POINTS = 2, 15, 20


@dataclass
class Side:
    """Reads or writes."""

    capacity: int
    low: int
    high: int
    percent: int
    saved: int = 0
    served: list[int] = field(default_factory=list)
    throttled: list[int] = field(default_factory=list)
    capacities: list[int] = field(default_factory=list)
    since: int = 0  # first minute of the present capacity
    delay: int = 1  # minutes from the end of the one that decides
    coming: tuple[int, int] | None = None  # first minute and value of the next capacity

    def serve(self, demand):
        """One minute of demand."""
        if self.coming is not None and self.coming[0] == len(self.served):
            self.change(self.coming[1])
        there = 60 * self.capacity + self.saved
        served = min(demand, there)
        self.saved = min(BURST * self.capacity, there - served)
        self.served.append(served)
        self.throttled.append(demand - served)
        self.capacities.append(self.capacity)

    def is_high(self, minute):
        """Whether utilisation was over the target: served / (60 C) > T."""
        return self.served[minute] * 100 > 60 * self.capacities[minute] * self.percent

    def is_low(self, minute):
        return self.served[minute] * 100 < 60 * self.capacities[minute] * (self.percent - POINTS)

    def wanted(self):
        """The capacity the last minutes ask for, None for no change, or with one on its way."""
        now = len(self.served)
        if self.coming is not None:
            return None
        tracked = -(-self.served[-1] * 100 // (60 * self.percent))
        tracked = min(max(tracked, self.low), self.high)
        if now - self.since >= OUT and all(map(self.is_high, range(now - OUT, now))):
            return tracked if tracked > self.capacity else None
        if now - self.since >= IN and all(map(self.is_low, range(now - IN, now))):
            return tracked if tracked < self.capacity else None
        return None

    def decide(self, capacity):
        """Change the capacity after the delay: at once where it holds from the next minute on."""
        self.coming = (len(self.served) - 1 + self.delay, capacity)
        if self.delay == 1:
            self.change(capacity)

    def change(self, capacity):
        self.capacity, self.coming = capacity, None
        self.saved = min(self.saved, BURST * capacity)
        self.since = len(self.served)

    def alarms(self):
        """States of AlarmHigh and AlarmLow after the last minute, full data behind it."""
        now = len(self.served)
        last = 60 * self.capacities[-1]
        high = all(units * 100 > last * self.percent for units in self.served[now - OUT :])
        low = all(units * 100 < last * (self.percent - POINTS) for units in self.served[now - IN :])
        return ("ALARM" if high else "OK"), ("ALARM" if low else "OK")


class Twin:
    """A table; minutes are numbered from a UTC midnight."""

    def __init__(self, reads, writes):
        self.reads, self.writes = reads, writes
        self.decreases = {}
        self.last_decrease = None

    def minute(self, number, reads, writes):
        """Serve one minute, then let both sides decide at its end, reads first."""
        self.reads.serve(reads)
        self.writes.serve(writes)
        states = (*self.reads.alarms(), *self.writes.alarms())
        for side in (self.reads, self.writes):
            wanted = side.wanted()
            if wanted is None:
                continue
            if wanted < side.capacity and not self._may_decrease(number + side.delay):
                continue
            side.decide(wanted)
        return states

    def _may_decrease(self, minute):
        """A decrease belongs to the minute in which the lower capacity starts."""
        day = minute // 1440
        today = self.decreases.get(day, 0)
        free = today < 4 or (minute - self.last_decrease >= 60 and today < 27)
        if free:
            self.decreases[day] = today + 1
            self.last_decrease = minute
        return free
