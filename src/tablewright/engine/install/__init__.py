"""Pulumi's engine on this machine: `locate` finds it, `provide` gets it where there is none.

`release` fetches Pulumi's own; where that cannot be had, `build` builds it with Go.

`folders` are this user's own for engine, plugins and states; `deferred` is a `pulumi` for a PATH
that gets the engine when it is first called.
"""
