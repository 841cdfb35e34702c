"""Decisions on many tables: in processes, on Spark, summed up."""
