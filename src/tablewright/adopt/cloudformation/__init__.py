"""Tables that a CloudFormation stack manages: which they are, and the steps that hand them over.

A table has one owner. `adopt` reads a stack, or its template, for its tables; CloudFormation then
has to retain them, and all else that would go on changing them, before they leave its template.

template.py      a template's text as values with their places
references.py    functions in both notations, and who names whom
resolving.py     what values come to: parameters, conditions, mappings, functions
loops.py         loops over lists, written out
resources.py     the resources that concern tables
properties.py    SAM tables and global tables in the properties of a table
described.py     a template's table as the live table that it would be
table_fields.py  which property is which field of a manifest
comparing.py     where live tables and their template disagree
editing.py       a template edited as text
handover.py      what changes hands, and what stays
policies.py      what policies allow on tables, in the words of a manifest
steps.py         the hand-over in words
sources.py       templates in files and in cdk.out
deployed.py      a deployed stack
"""
