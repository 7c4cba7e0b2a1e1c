"""Entry of `python -m scripts.setup`, called by `./run`."""

import sys

from scripts.setup.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
