"""The border to Pulumi's engine."""
