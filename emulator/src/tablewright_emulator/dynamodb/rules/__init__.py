"""What DynamoDB refuses in a request, one module per concern.

Each check reads the request's own members and raises `AwsFault` with AWS's code and text. None of
them shares anything with the rules by which manifests are checked: a mistake must not pass both.
"""
