"""The engine's protocol for providers: server, values on the wire, schema, log."""
