"""Rules over live tables: do the live resources match the declaration?

    from tablewright.checks.verify import verify
    from tablewright.fleet.stack import read_stack

    report = verify(declared, read_stack(session, declared))
    report.verdict, report.exit_status
    for finding in report.failed:
        print(finding.subject, finding.fact, finding.expected, finding.actual, finding.fix)

No rule does any I/O. Each answers passed, failed or unknown: what could not be read is neither.
`rules.RULES` are all of them with what they prove and the permissions they need; the `*_rules`
modules declare them, `rule` says what one is, and `verdict` what it answers. `access/` tries what
each role may do, `firing/` whether an alarm goes off.
"""
