"""Alarms: what is asked for, when each looks at its data, and what it does in a new state."""
