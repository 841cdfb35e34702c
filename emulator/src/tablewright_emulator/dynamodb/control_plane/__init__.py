"""The operations on tables themselves: made, described, changed, copied, restored, deleted.

`lifecycle` makes and deletes, `update` is UpdateTable and hands each kind of change to
`capacity_change`, `index_change`, `setting_change` or `replicas`. A change that takes time is put
into `table.Table.pending` with its moment; whoever looks at the table first lets it take effect.
"""
