"""CloudWatch as one thing: its stores, and its operations hung into the door."""

from __future__ import annotations

from tablewright.emulator.cloudwatch.alarm_book import AlarmBook
from tablewright.emulator.cloudwatch.alarm_operations import AlarmOperations, AlarmTags
from tablewright.emulator.constraints import checked
from tablewright.emulator.door import Door

SERVICE = "cloudwatch"


class CloudWatch:
    """CloudWatch behind a door; what it does not know itself goes to the engine underneath."""

    def __init__(self, door: Door) -> None:
        self.alarms = AlarmBook()
        operations = AlarmOperations(self.alarms, door.clock, self.alarms.move)
        handlers = operations.handlers() | AlarmTags(self.alarms, door.underneath).handlers()
        door.register(
            SERVICE, {name: checked(SERVICE, name, call) for name, call in handlers.items()}
        )

    def reset(self) -> None:
        """Forget every alarm."""
        self.alarms.clear()
