"""Queries over metrics: metric math, SEARCH and Metrics Insights (both frozen: kept, not grown)."""
