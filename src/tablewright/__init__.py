"""tablewright: DynamoDB tables declared, cheap, guarded, watched and proved."""

__version__ = "0.1.0"
