"""What people and machines read: values of the layers below as text, JSON, Markdown or JUnit.

A module for each thing that is shown: `preview`, `progress` and `outcome` of a run, `status` and
`outputs` of a stack, `verification`, `usage`, `optimization` with its `decision_chart`, and `bill`.
`number` and `price` put amounts into words for all of them. Nothing here prints or asks AWS.
"""
