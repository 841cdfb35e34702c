"""The company of the demo.

Its tables (`seed`), how they were used so far (`past_use`), and its customers while the tables
change (`traffic`).
"""
