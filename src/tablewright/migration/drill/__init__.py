"""Whether a table can be restored: it is, under a name that nothing has, compared, and removed."""
