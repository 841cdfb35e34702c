"""How tables are used: what CloudWatch measured, kept as Parquet, one row a resource and day.

`metrics` lists what is kept; `store` reads and writes it; `imported` reads files of others;
`collection` asks CloudWatch; `history` lays the days of a table and its indexes side by side,
which is what `tablewright.cost` decides on.
"""
