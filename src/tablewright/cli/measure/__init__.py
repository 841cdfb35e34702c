"""Commands about usage, prices and the settings that cost least."""
