"""What runs do and leave: progress, outcome, status, outputs."""
