"""Generated files that are committed are what their generators write today, and the browser side is sound."""

from __future__ import annotations

import gzip
import os
import subprocess
from pathlib import Path

import pytest
from tests.paths import ROOT

STATIC = ROOT / "src/kejian/static"
WEB = ROOT / "web"
BUILT = {"kejian.js": 35_000, "kejian-search.js": 20_000, "kejian-widget.js": 25_000}
"""What is built from web/src, and how many bytes it may weigh compressed: pages must open fast on an old phone."""


def run_node(node: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    # npm's programs start `node` by its name
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [node, *arguments]
    return subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, encoding="utf-8")


def test_browser_files_are_fresh(node: str, tmp_path: Path) -> None:
    """Whoever changes web/src also commits what is built from it."""
    result = run_node(node, "build.mjs", str(tmp_path))
    assert result.returncode == 0, result.stderr
    for name in BUILT:
        built, committed = (tmp_path / name).read_bytes(), (STATIC / name).read_bytes()
        assert built == committed, f"static/{name} is stale; run `make assets` and commit the result"


@pytest.mark.parametrize(("name", "limit"), BUILT.items())
def test_browser_files_are_light(name: str, limit: int) -> None:
    """No file outgrows its limit unnoticed."""
    assert len(gzip.compress((STATIC / name).read_bytes())) <= limit


def test_typescript_is_sound(node: str) -> None:
    """No type error."""
    result = run_node(node, "node_modules/typescript/bin/tsc", "--noEmit")
    assert result.returncode == 0, result.stdout


def test_typescript_passes_its_own_tests(node: str) -> None:
    """Grading, storage and transfer in Node, on the shared cases."""
    tests = sorted(str(path.relative_to(WEB)) for path in (WEB / "tests").glob("*.test.ts"))
    result = run_node(node, "--test", *tests)
    assert result.returncode == 0, result.stdout[-4000:]
