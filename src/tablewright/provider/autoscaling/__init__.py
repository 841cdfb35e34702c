"""Types of Application Auto Scaling."""
