"""`python -m node` is the same as `matricula`."""

import sys

from node.cli import main

sys.exit(main())
