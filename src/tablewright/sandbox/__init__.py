"""A sandbox: the embedded AWS and our provider as one process, with its state.

`lifecycle` starts, stops, saves and loads it; `__main__` is the process that serves. `instance` is
its record on disk, `settings` what was asked for, `stacks` the state of the stacks in it. `admin`
asks the process, `environment` and `execution` run a command inside, and `emulation` alone knows
the emulator's package. `demo/` fills one with tables, items, traffic and a past.
"""
