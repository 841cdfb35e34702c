"""What AWS asks: price lists, rates, and the terms of an account. Exact decimals."""
