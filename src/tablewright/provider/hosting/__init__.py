"""How the engine comes to the provider: host, plug-in, executable."""
