"""Manifests for live tables, such that their preview shows imports and no change at all.

    from tablewright.adopt.adoption import adopt

    for adopted in adopt(found.tables, alarms):
        adopted.files             # text by file name: stack.yaml, TABLE.yaml ...
        adopted.left_out          # what a manifest cannot say, and so leaves as it is

What could not be read is written as `UNREAD`, which no manifest accepts: it is never written down
as a default, and nobody deploys it by mistake.

`specification`, `alarms` and `replication` put what is live into the words of a manifest,
`document` writes it, `comparison` reads it back and compares, `advice` says what goes against good
practice; `terraform/` takes the tables of a Terraform state, `pulumi/` those of another program's
export, `cloudformation/` those of a stack or a template, and all say how they are handed over.
"""
