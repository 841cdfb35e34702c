"""DynamoDB's expressions: conditions, filters, key conditions, projections, updates.

One grammar, read by hand and evaluated on items in their wire form, with DynamoDB's texts. The
phases of a request, each of which refuses with the text that DynamoDB has for it:

1. Placeholders. `tokens.Placeholders.of` takes the names and values of the request, checks each,
   and refuses them where there is no expression to use them. A request in the way of before
   expressions is not mixed with one of today (`legacy.refuse_mixture`).
2. Words. `tokens.Reader` cuts a text into tokens and refuses reserved words; a placeholder that is
   read is marked as used.
3. Reading. By recursive descent a text becomes a frozen value: `condition` a tree of `Both`, `Not`
   and `Test`, `update` a list of `Action`s, `paths` the paths of a projection. What needs no item
   is refused here: operand types, wrong functions, paths that overlap.
4. Narrowing. `key_condition` takes a condition apart into a partition and the bounds of its sort
   key, and refuses everything else; `items` refuses updates of the key.
5. Whatever no expression used is refused (`Placeholders.refuse_unused`).
6. Evaluation, on one item at a time: `holds` of a condition, `apply` of an update (a new item, the
   old one stays as it is), `paths.project`. Nothing is changed here; `items.commit` does that.

`legacy` reads the requests of before expressions, and `partiql` (words by `statement_reader`)
statements, into the same values: from phase 3 on there is one engine.

Sources: Developer Guide, pages Expressions.OperatorsAndFunctions, Expressions.UpdateExpressions,
Expressions.Attributes.
"""
