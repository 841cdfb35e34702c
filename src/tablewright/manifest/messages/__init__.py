"""What is wrong with a manifest, and what its fields mean, in words for people."""
