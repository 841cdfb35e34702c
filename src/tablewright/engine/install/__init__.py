"""Pulumi's engine on this machine: `locate` finds it, `build` builds it with Go if there is none.

`folders` are this user's own for engine, plugins and states; `deferred` is a `pulumi` for a PATH
that builds the engine when it is first called.
"""
