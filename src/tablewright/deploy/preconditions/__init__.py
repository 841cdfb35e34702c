"""What is looked at before a run begins, and the reasons not to begin it.

`survey` asks for all of it once and only as needed. `recorded` has what the state lacks, `existing`
and `preflight` what AWS already has of that; `table_parts`, `scaling_targets` and `replicas` find
what belongs to live tables. `deletions`, `undeletable`, `missing_tables`, `restore_sources`,
`moved_tables` and `ignored_changes` refuse runs that cannot succeed or would lose data.
`recorded_settings`, `replacement_gaps` and `notes` make the sentences that a reader of the preview
needs.
"""
