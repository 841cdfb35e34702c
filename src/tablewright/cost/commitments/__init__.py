"""What a fleet should commit to: reserved capacity and savings plans."""
