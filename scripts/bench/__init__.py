"""Measurements, run by `make bench`. Ratios and growth are what counts; seconds are this machine's.

Each measurement runs real commands in processes of their own, start of Python included.
"""
