"""The steps that bring a live table to what is declared, in the order that AWS allows. Pure."""
