"""AWS on this machine, behind one door on loopback."""
