"""Rules over live tables: what was declared, held against what is there."""
