"""The `aws:` resource types for Pulumi's engine, written over boto3.

A provider on the engine's own protocol, for the types a DynamoDB table and its surroundings need:
it runs any program of the pulumi_aws SDK that uses them, in any language, without the official
plugin.

    from tablewright.provider.hosting.host import PLUGIN_DIRECTORY, ProviderHost, install_plugin

    with ProviderHost() as host:
        environment["TABLEWRIGHT_PROVIDER_HOST"] = host.variable
        install_plugin(pulumi_home / "plugins" / PLUGIN_DIRECTORY)
        ...  # run the engine with that environment and PULUMI_HOME

In the order in which data passes, from the wire inwards:

- `hosting/`: how an engine comes to the provider: the host gives each engine an instance, the
  plug-in and the executable lead it there;
- `protocol/`: the engine's protocol: `server` answers its calls, `wire` reads and writes values,
  `schema` and `replies` are what it is told, `engine_log` reaches the person who waits;
- `configuration`, `clients`, `sessions`: the `aws:` settings of an instance, and its clients;
- `catalogue`: all types by their names; `functions/`: what programs look up;
- `resources/`: what all types share: a type (`resource`), its inputs (`shape`), what differs
  (`difference`), names, tags, import ids;
- `dynamodb/`, `autoscaling/`, `cloudwatch/`, `iam/`, `kinesis/`, `kms/`, `logs/`, `sns/`, `sqs/`:
  the types of a service, a module each;
- `operation_context`: one request of the engine; every call to AWS and every wait goes through it;
- `going_on`, `strangers`: what a create finds that was begun before, or that is somebody else's.

A property that is left out of a program keeps its live value; one that is given is enforced.
"""
