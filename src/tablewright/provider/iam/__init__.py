"""Types of IAM: roles, their policies, and policy documents."""
