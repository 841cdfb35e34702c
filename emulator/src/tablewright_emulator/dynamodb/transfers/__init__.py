"""Exports to S3 and imports from it. Frozen: kept as it is, since no promise of ours needs it."""
