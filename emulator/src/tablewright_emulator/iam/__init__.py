"""IAM of the embedded AWS: policies that decide.

    iam = Iam(gateway, dynamodb)          # hangs the simulate operations into the gateway
    iam.enforcing = True               # from now on users and role sessions are held to theirs

Users, roles and their policies live in the engine underneath; here they are read and evaluated.
"""

from tablewright_emulator.iam.service import Iam

__all__ = ["Iam"]
