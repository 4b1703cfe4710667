import sys

from lessalone.config.command import main

sys.exit(main())
