"""A key change: the items of a table in a table beside it whose key schema is another one.

    migration = Migration(session, read_place(session, "orders", "orders-by-customer"), checkpoint)
    migration.catch_up(); migration.compare()

`items` and `writes` are pure; `target` writes to the new table, `stream` reads what changes in the
old one, `comparison` looks at both, `checkpoint` keeps how far a run has come.
`drill/` restores a table under another name, holds it against the table, and removes it.
"""
