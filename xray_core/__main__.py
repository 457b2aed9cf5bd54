"""`python -m xray_core`."""

import sys

from xray_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
