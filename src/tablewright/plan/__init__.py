"""Pure: what changes, in which steps, what each is and costs.

In the order in which data passes:

- `declare` makes a `declared` stack of a manifest, with `manifest_parts`, `alarms`, `access`,
  `dashboard` and `moved` for what stands around a table; `owner` puts its tag on it;
- `table`, `scaling`, `replica` and `origin` are the values of both, declared and live;
- `facets/` holds each setting of a table with all its forms and steps;
- `changes` puts the steps (`step`) of two tables in order, from the facets, `capacity_changes`,
  `index_changes`, `replica_changes` and `tag_changes`; `creation` and `replacement` are the cases
  without an old table and without a way in place, `restoring` those of a table from a backup;
- `requests` writes values as DynamoDB's requests; `policy` and `effects` compare IAM's documents.
"""
