"""CloudWatch of the embedded AWS: alarms, metrics and the math between them.

cloudwatch = CloudWatch(gateway)     # hangs its operations into the gateway
cloudwatch.alarms                 # what was declared, and what happened to it
cloudwatch.reset()

`service` hangs the operations of `alarms`, `metrics` and `dashboards` into the gateway; `queries`
answers what is asked of metrics, for clients and alarms alike.
"""

from tablewright_emulator.cloudwatch.service import CloudWatch

__all__ = ["CloudWatch"]
