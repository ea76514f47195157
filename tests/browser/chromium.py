"""Which browser the tests drive, and how it is started."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge")
PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# the browser's own network chatter is switched off: whatever is asked for then comes from the page
ARGUMENTS: Final = (
    "--no-sandbox",  # root in a container has no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> str | None:
    """Path of an installed Chrome or Chromium, or of Playwright's own; None when there is none."""
    named = os.environ.get("KEJIAN_BROWSER")
    found = (named, *map(shutil.which, NAMES), *PLACES, _playwrights_own())
    return next((path for path in found if path and Path(path).exists()), None)


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font for Chinese; true where there is no fontconfig (macOS, Windows)."""
    if not shutil.which("fc-list"):
        return os.name == "nt" or Path("/System/Library/Fonts").exists()
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path
