"""What `adopt`, `audit` and `verify` found."""
