"""Kubernetes' dialects: tables as ACK's and Crossplane's controllers declare them.

`kinds` tells whose a document is; `fields` reads one so that nothing of it is lost without a word;
`ack` and `crossplane` bring their tables into our words, `settings` what both say alike, and
`combining` those that stand beside a table to it; `steps` are how a controller lets go of what it
manages.
"""
