"""Networks that fail and processes that are killed: `make resilience` prints what came of it."""
