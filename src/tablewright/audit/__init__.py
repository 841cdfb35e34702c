"""Rules over live tables, declared by us or not: what puts items, money or access at risk.

    evidence = read_evidence(sessions, discovery, days=30)     # asks AWS, changes nothing
    report = audit(evidence, exceptions)                       # pure
    report.exit_status                                         # 0 / 3 / 4

`rule` says what a rule is, the `*_rules` modules declare them and `rules` lists them all.
"""
