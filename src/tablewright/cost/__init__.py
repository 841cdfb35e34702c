"""What tables cost. Pure but for the price book, which is read from a file that is shipped.

>>> from tablewright.cost.prices import prices_of
>>> prices_of("ap-southeast-2").usd["onDemandWriteUsdPerMillion"]
Decimal('0.71')
"""
