"""Live tables as values."""
