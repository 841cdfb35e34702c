"""A sandbox: the embedded AWS and our provider as one process, with its state."""
