"""moto, underneath; the only place that imports it. It is loaded when it is first needed.

    engine                 answers a request of a service that is not ours from moto's backends
    determinism            lets moto draw and date the same when a request is run again
    fence                  keeps moto's services from moto's own copies of ours
    identity               users, groups, roles, policies and sessions, as values
    keys                   keys of moto's KMS, read without a request
    managed_policies       IAM's AWS managed policies, each read when it is first named
    tagging                lends resources of ours to moto's tagging service
    stream_metrics         takes over the metrics of moto's Kinesis
    query_protocol         moto's reader and writer of the query protocol
    reserved_words         DynamoDB's, from a list that moto carries
    cloudformation_role    roles of stacks, whose policies moto does not keep
    cloudformation_models  our resources as moto's CloudFormation wants them

An upgrade of moto touches this folder alone; import-linter refuses an import of it elsewhere.
"""
