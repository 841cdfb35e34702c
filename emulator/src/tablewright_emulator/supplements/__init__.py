"""What the engine underneath accepts and forgets, or lacks, of services that are not ours.

moto answers for SNS, SQS, Kinesis, CloudWatch Logs and KMS. Some attributes that AWS keeps are
dropped there, and then a program that gives one never settles. They are kept here. Of CloudTrail
there is the history of events.
"""

from __future__ import annotations

from typing import Any

from tablewright_emulator.gateway import Gateway
from tablewright_emulator.supplements import kinesis, kms, logs, sns, sqs
from tablewright_emulator.supplements.cloudtrail import Trail
from tablewright_emulator.supplements.held import Held


class Supplements:
    """Handlers in front of moto, and what they keep."""

    name = "supplements"

    def __init__(self, gateway: Gateway) -> None:
        self._held = Held()
        self._trail = Trail(gateway)
        for service, handlers in (
            ("sns", sns.handlers(gateway, self._held)),
            ("kinesis", kinesis.handlers(gateway, self._held)),
            ("logs", logs.handlers(gateway, self._held)),
            ("kms", kms.handlers(gateway, self._held)),
            ("sqs", sqs.handlers(gateway, self._held)),
            ("cloudtrail", self._trail.handlers),
        ):
            gateway.register(service, handlers)

    def reset(self) -> None:
        """Forget everything."""
        self._held.load({})
        self._trail.clear()

    def dump(self) -> Any:
        """What is kept."""
        return self._held.dump()

    def load(self, state: Any) -> None:
        """Take over a state that `dump` gave."""
        self._held.load(state)

    def resume(self) -> None:
        """Nothing here waits for the clock."""
