import sys

from tablewright.engine.locate import main

sys.exit(main())
