"""The `aws:` resource types for Pulumi's engine, written over boto3.

A provider on the engine's own protocol, for the types a DynamoDB table and its surroundings need:
it runs any program of the pulumi_aws SDK that uses them, in any language, without the official
plugin.

    from tablewright.provider.hosting.host import PLUGIN_DIRECTORY, ProviderHost, install_plugin

    with ProviderHost() as host:
        environment["TABLEWRIGHT_PROVIDER_HOST"] = host.variable
        install_plugin(pulumi_home / "plugins" / PLUGIN_DIRECTORY)
        ...  # run the engine with that environment and PULUMI_HOME

How it hangs together, from the wire inwards: `host` gives each engine an instance, `server` speaks
the protocol, `wire` reads its values, `catalogue` knows the types, `resource` is what each of them
is, `shape` and `difference` check and compare inputs, `operation_context` asks AWS. A property
that is left out of a program keeps its live value; one that is given is enforced.

A folder for each of AWS's services holds its types, a module each.
"""
