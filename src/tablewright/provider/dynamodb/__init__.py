"""Types of DynamoDB: tables and what belongs to them."""
