"""Dashboards: one set for each account, and what a body may hold."""
