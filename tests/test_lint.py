"""`make lint` finds nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.paths import ROOT


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]],
    ids=["rules", "format", "types"],
)
def test_the_code_is_clean(command: list[str]) -> None:
    """Rules, format and types, as `make lint` checks them."""
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stdout + result.stderr
