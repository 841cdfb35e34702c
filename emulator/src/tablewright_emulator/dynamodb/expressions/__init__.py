"""DynamoDB's expressions: conditions, filters, key conditions, projections, updates.

One grammar, read by hand and evaluated on items in their wire form, with DynamoDB's texts. Sources:
Developer Guide, pages Expressions.OperatorsAndFunctions, Expressions.UpdateExpressions and
Expressions.Attributes.
"""
