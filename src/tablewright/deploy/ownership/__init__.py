"""Whose a live resource is: a tag, asked before a change and claimed before an import.

`owners` is what a run asks. `owner_check` reads the owners (through `live_tags`) of all that a run
touches; `takeover` decides whether an existing resource may be imported; `claims` wins them in the
`ledger` first, in the name of a `stack_identity`. `resource_identity` finds what an interrupted run
began, `orphans` what a removed stack left, and `releasing` which records a release means.
"""
