"""Commands about manifests alone: no AWS, no engine."""
