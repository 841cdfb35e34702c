"""Commands about a stack: what is deployed, how it changes, and whether it is as declared."""
