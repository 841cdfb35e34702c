"""The border to AWS's APIs: targets, sessions, the guard, errors, and reading a table.

    from tablewright.aws.session import Session
    from tablewright.aws.target import Target
    from tablewright.aws.reading import read_table

    session = Session(Target.sandbox("http://127.0.0.1:4566"), region="ap-southeast-2")
    reading = read_table(session, "events")
    reading.table.billing_mode, reading.status, reading.unread

`Target` says where calls go and as whom; `Session` makes the clients and holds them to it;
`connection` opens botocore's for both, and `guard` and `persistence` are in each of them: where a
call may go, and what is sent again. `failures.translated` turns what botocore raises into errors of
ours; `tables` and `tagging` are pure: what replies mean, which calls are about tags;
`table_settings` and `reading` make the calls.
"""
