"""What shared parameters of commands stand for: manifests, their deployment, where to look."""
