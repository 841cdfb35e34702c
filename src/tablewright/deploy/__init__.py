"""A stack on a target: preview, up, refresh, destroy, outputs, status, as plain functions.

In the order in which data passes:

- `source`, `options`, `stack_name`: what is deployed, and what the user asks for besides;
- `target_environment`: the target's clients, the engine's environment and the backend;
  `target_opening`: how it is opened, in the `account` of its stack;
- `head_start`: the engine of a preview, booted while the manifests are read;
- `deployment`: the run itself, which asks the two folders before the engine begins;
- `preconditions/`: what AWS and the state have of what is declared, and what stops a run;
- `ownership/`: whose each live resource is, and the claims that let one stack import it;
- `outcome`: what a preview and a run hand back;
- `explanation`: the engine's preview as sentences, steps and risks;
- `outputs`, `status`: what is recorded afterwards;
- `drift/`: what is declared, recorded and live, compared field by field;
- `states/`: a stack's state by itself: listed, renamed in, exported, imported and moved;
- `user_program`: a program of the user's own in place of the built-in one.
"""
