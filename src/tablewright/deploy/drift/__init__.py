"""Drift: what is declared, recorded and live, compared field by field."""
