"""What one table should be set to, and why."""
