"""Resource types of KMS."""
