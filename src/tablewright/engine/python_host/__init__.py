"""Python for the engine where the user has no language host of Pulumi's.

`language_plugin` installs the executable that the engine looks for, `language_host` answers its
requests, `project_runner` runs the user's program. `import_code` writes Python for `pulumi import`.
"""
