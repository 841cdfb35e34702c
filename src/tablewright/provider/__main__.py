"""A provider in a process of its own, for engines without a resident host.

    python -m tablewright.provider ENGINE

Prints its port, and ends with its engine: when the engine closes our standard input, ends us, or is
no longer our parent.
"""

import os
import select
import stat
import sys

from tablewright.provider.clients import ClientPool
from tablewright.provider.hosting.host import serve_instance


def main() -> None:
    server, port, instance = serve_instance(ClientPool(), dict(os.environ))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    piped = stat.S_ISFIFO(os.fstat(0).st_mode)
    parent = os.getppid()
    try:
        while os.getppid() == parent:
            ready, _, _ = select.select([0] if piped else [], [], [], 1.0)
            if ready and not os.read(0, 4096):
                break
    except KeyboardInterrupt:
        pass
    instance.close()
    server.stop(grace=None)


if __name__ == "__main__":
    main()
