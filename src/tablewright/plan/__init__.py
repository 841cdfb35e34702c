"""Pure: what changes, in which steps, what each is and costs.

In the order in which data passes:

- `declaration/`: `declare` makes a `declared` stack of a manifest, with `manifest_parts`, `alarms`,
  `access`, `dashboard` and `moved` for what stands around a table;
- `table`, `scaling`, `replica` and `origin` are the values of both, declared and live;
  `table_words` and `number` say them;
- `facets/`: each setting of a table with all its forms and steps, and what is attached to it;
- `changes/`: `order` puts the steps (`step`) of two tables in order, from the facets, `capacity`,
  `indexes`, `replicas` and `tags`; `creation` and `replacement` are the cases without an old table
  and without a way in place, `restoring` those of a table from a backup; `requests` writes values
  as DynamoDB's requests;
- `permissions/`: the IAM policy that a command needs for what a stack declares;
- `policy` and `effects` write and compare IAM's documents, `owner` says whose a stack is,
  `partitions` which regions are of which partition.
"""
