"""What people and machines read: values of the layers below as text, JSON, Markdown or JUnit.

A module for each thing that is shown:

- `preview/`: what would change, as outline, tree, Markdown and JSON;
- `runs/`: `progress` while a run goes on, its `outcome`, and the `status` and `outputs` it leaves;
- `findings/`: what `verify`, `audit` and `adopt` found;
- `cost/`: use and money: charts, decisions, bills;
- `page/`: a stack or a fleet as one file of HTML;
- `formats/`: forms that all of them share: columns, amounts, Markdown, annotations of a workflow.

Nothing here prints or asks AWS.
"""
