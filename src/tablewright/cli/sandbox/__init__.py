"""Commands about the embedded AWS of this machine."""
