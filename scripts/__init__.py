"""Measuring, generating and guarding the tree; run from the Makefile."""
