"""A stack on a target: preview, up, refresh, destroy, outputs, status, as plain functions."""
