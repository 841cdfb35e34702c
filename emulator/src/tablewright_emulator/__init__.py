"""AWS on this machine, behind one endpoint on loopback.

    from tablewright_emulator.server import Emulator

    with Emulator() as emulator:
        client = boto3.client("dynamodb", endpoint_url=emulator.endpoint, region_name="eu-west-1")

The way of a request: `server` (HTTP) → `gateway` (who, which service, which operation; gates
before, observers after) → a handler of our own, or moto underneath (`moto_backend`). `request` has
the values that pass between them, `protocol` the wire formats, `clock` the time all of it lives in.
"""

__version__ = "0.1.0"
