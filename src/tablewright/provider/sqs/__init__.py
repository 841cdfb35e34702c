"""Resource types of SQS."""
