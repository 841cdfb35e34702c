"""The `aws:` resource types for the engine, written over boto3."""
