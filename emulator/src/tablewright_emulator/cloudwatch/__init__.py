"""CloudWatch of the embedded AWS: alarms, metrics and the math between them.

cloudwatch = CloudWatch(gateway)     # hangs its operations into the gateway
cloudwatch.alarms                 # what was declared, and what happened to it
cloudwatch.reset()
"""

from tablewright_emulator.cloudwatch.service import CloudWatch

__all__ = ["CloudWatch"]
