"""Application Auto Scaling of the embedded AWS, for tables and their indexes.

    autoscaling = AutoScaling(gateway, cloudwatch)

A policy makes four alarms; when one of them asks, the policy looks at the last minutes and changes
the table through the gateway, within the table's limits on decreases.
"""

from tablewright_emulator.autoscaling.service import AutoScaling

__all__ = ["AutoScaling"]
