"""An alarm as a value with a state: what was asked for, what it is now, and how it is described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tablewright_emulator.codec import kept

AlarmType = Literal["MetricAlarm", "CompositeAlarm"]
StateValue = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]

ACTIONS_OF_STATE: Mapping[str, str] = {
    "OK": "OKActions",
    "ALARM": "AlarmActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}
_NOT_ECHOED = frozenset({"Tags"})


@kept("alarm-state")
@dataclass(frozen=True, slots=True)
class AlarmState:
    """One state and since when; times are seconds since the epoch.

    `updated_at` moves when the reason is renewed, `transitioned_at` only when the value changes.
    """

    value: StateValue
    reason: str
    updated_at: float
    transitioned_at: float
    reason_data: str | None = None


@kept("alarm")
@dataclass(slots=True, eq=False)
class Alarm:
    """A metric or composite alarm of one account and region.

    Args:
        definition: the request that made it, its own words kept, so that it reads back unchanged.
        configured_at: when the definition was last written.
        evaluation_state: the trouble an evaluation had, None while there is none.
    """

    account: str
    region: str
    type: AlarmType
    definition: dict[str, Any]
    configured_at: float
    state: AlarmState
    tags: dict[str, str] = field(default_factory=dict)
    evaluation_state: str | None = None

    @property
    def name(self) -> str:
        """Unique within account and region, whatever the type."""
        return str(self.definition["AlarmName"])

    @property
    def place(self) -> tuple[str, str]:
        """Account and region."""
        return self.account, self.region

    @property
    def arn(self) -> str:
        """`arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME`."""
        return alarm_arn(self.account, self.region, self.name)

    @property
    def actions_enabled(self) -> bool:
        """Enabled unless said otherwise."""
        return bool(self.definition.get("ActionsEnabled", True))

    @property
    def all_actions(self) -> tuple[str, ...]:
        """Actions of all three states."""
        return tuple(
            action for name in ACTIONS_OF_STATE.values() for action in self.definition.get(name, ())
        )

    def actions_for(self, value: str) -> tuple[str, ...]:
        """What to do on the way into the state."""
        return tuple(self.definition.get(ACTIONS_OF_STATE[value], ()))

    def describe(self) -> dict[str, Any]:
        """The alarm as DescribeAlarms shows it; members never given are absent, as on AWS."""
        shown: dict[str, Any] = {
            "AlarmArn": self.arn,
            "ActionsEnabled": self.actions_enabled,
            **{name: [] for name in ACTIONS_OF_STATE.values()},
            "StateValue": self.state.value,
            "StateReason": self.state.reason,
            "StateUpdatedTimestamp": self.state.updated_at,
            "StateTransitionedTimestamp": self.state.transitioned_at,
            "AlarmConfigurationUpdatedTimestamp": self.configured_at,
        }
        if self.state.reason_data is not None:
            shown["StateReasonData"] = self.state.reason_data
        if self.evaluation_state is not None:
            shown["EvaluationState"] = self.evaluation_state
        if self.type == "MetricAlarm" and "Metrics" not in self.definition:
            shown["Dimensions"] = []
        given = {k: v for k, v in self.definition.items() if k not in _NOT_ECHOED and v is not None}
        return shown | given


def alarm_arn(account: str, region: str, name: str) -> str:
    """The ARN of an alarm, in the partition of its region."""
    return f"arn:{partition(region)}:cloudwatch:{region}:{account}:alarm:{name}"


def partition(region: str) -> str:
    """The partition a region belongs to."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def initial_state(now: float) -> AlarmState:
    """The state every alarm starts in (PutMetricAlarm: "immediately set to INSUFFICIENT_DATA")."""
    return AlarmState("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation", now, now)
