"""Whether an alarm fires when what it watches for happens: tried in a copy of a sandbox."""
