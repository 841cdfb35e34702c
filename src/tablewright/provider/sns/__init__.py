"""Resource types of SNS."""
