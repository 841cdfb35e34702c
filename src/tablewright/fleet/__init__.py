"""Live tables, alarms, roles and scaling as values, read concurrently within AWS's rates.

    from tablewright.fleet.stack import read_stack

    live = read_stack(session, declared, progress=print)
    live.tables["events"]     # LiveTable; None: there is none; Unread: AWS refused to tell

Nothing here compares or judges; `checks` does.
"""
