"""What a demand does to a capacity, minute by minute: the simulation. Needs NumPy."""
