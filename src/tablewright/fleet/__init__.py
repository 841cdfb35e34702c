"""Live tables, alarms, roles and scaling as values, read concurrently within AWS's rates.

    from tablewright.fleet.stack import read_stack

    live = read_stack(session, declared, progress=print)
    live.tables["events"]     # LiveTable; None: there is none; Unread: AWS refused to tell

`discovery` finds the tables of accounts and regions, `live` is one of them; `alarms`, `roles`,
`scaling`, `dashboards`, `table_users`, `role_use`, `stream_readers` and `holds` are what is around
it, `stack` all that one declares. `concurrency` and `rate_limiter` say how quickly AWS is asked,
and `reading` keeps the reason where it does not tell. Nothing here compares or judges; `checks`
does.
"""
