"""Make sure that the browser tests have a Chrome or Chromium and a Chinese font; install them where possible.

An installed browser is used as it is. Else: on Debian as root Debian's packages, elsewhere Playwright's own
Chromium. What cannot be installed is named, with the command that does it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.browser.chromium import find_browser, has_chinese_font


def main() -> int:
    missing = []
    if find_browser() is None:
        missing.append("chromium")
    if not has_chinese_font():
        missing.append("fonts-noto-cjk")
    if missing and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"== installing {' and '.join(missing)} (once)", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], check=False, **quiet
        )
    if find_browser() is None:
        print("== installing Playwright's Chromium (once)", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if find_browser() is None:
        print(
            "No Chrome or Chromium was found and none could be installed. Install one, e.g.\n"
            "    sudo apt-get install chromium\nor name it: KEJIAN_BROWSER=/path/to/chrome make test"
        )
        return 1
    if not has_chinese_font():
        print(
            "Note: no Chinese font was found; screenshots will show boxes. Install one, e.g.\n"
            "    sudo apt-get install fonts-noto-cjk"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
