"""A stack's state: where it is kept, how it is read, and what an interrupted run left in it.

`backend` is the place, `lock` who holds it, `passphrase` the key of its secrets. `store` reads and
writes it, `checkpoint` reads its JSON into values and changes it. `repair` puts right the files of
a folder backend, `recovery` what a killed run began; `space` refuses a run with no room to write.
"""
