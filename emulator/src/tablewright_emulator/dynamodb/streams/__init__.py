"""What a table tells of its changes: its own streams, and Kinesis streams it copies them to."""
