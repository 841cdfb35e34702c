"""Use and money: charts, decisions, bills."""
