"""Project Planton's dialect: documents of kind `AwsDynamodb`, read into our own models.

`labels` are the stack's name as Planton writes it; `adapter` reads a document, with `models` and
`rules` of the dialect, once `normalising` has settled its spellings.
"""
