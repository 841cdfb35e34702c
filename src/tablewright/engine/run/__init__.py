"""One run of the engine, from its command line to the values that it ends with.

`boot` starts the engine (`process`, in a `workspace` and an `environment` of its own), `ahead` does
so before it is known what for. `run` takes what reaches it from the `inbox`: questions and events
from `service`, Ctrl-C from `interruption`, the engine's end. `program` runs the user's function for
the engine; `imports` and `moves` decide what a registration becomes, and `rehearsal` begins a
preview again where a move needs that. `events` turns the engine's JSON into progress and results,
`error_parsing` its texts into our errors. `watchdog` ends the engine if this process is killed.
"""
