import sys

from tablewright.engine.install.locate import main

sys.exit(main())
