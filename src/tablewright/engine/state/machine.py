"""Which machine this is, as far as process ids go: two containers may bear one name.

A process id means something within one pid namespace of one kernel. The first namespace of a kernel
has a number that the kernel fixes (include/linux/proc_ns.h, PROC_PID_INIT_INO), so there the
machine's own id tells it, which outlives a restart; a container's number is its own while the
kernel runs.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

_FIRST_NAMESPACE: Final = 0xEFFFFFFC
_LENGTH: Final = 12


@cache
def machine_id() -> str:
    """Twelve hexadecimal digits; empty where the system does not tell."""
    with suppress(OSError):
        namespace = Path("/proc/self/ns/pid").stat().st_ino
        is_first = namespace == _FIRST_NAMESPACE
        kernel = "/etc/machine-id" if is_first else "/proc/sys/kernel/random/boot_id"
        identity = f"{Path(kernel).read_text('ascii').strip()} {namespace}"
        return hashlib.sha256(identity.encode()).hexdigest()[:_LENGTH]
    return ""
