"""Items: read, written and charged for.

A write is worked out (`writes`, `transactions`, `partiql`), checked (`keys`), paid for (`metering`,
from a `bucket`) and then made in one place (`commit`), which changes the table's `partitions`, the
views of its indexes, its stream and its replicas. `reads` and `queries` only look and pay.
"""
