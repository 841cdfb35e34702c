"""Documents as they were written: fetched, decoded, composed into nodes, edited in place."""
