"""Resource types of CloudWatch Logs."""
