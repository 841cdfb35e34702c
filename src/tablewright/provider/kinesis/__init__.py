"""Resource types of Kinesis."""
