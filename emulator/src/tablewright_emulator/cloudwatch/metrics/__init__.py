"""Metrics: how points are kept, put together and told, and what tables report of themselves."""
