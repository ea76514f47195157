"""The committed character tables are fresh."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("opencc", reason="OpenCC is needed only to make the tables anew")

from tools import make_tables


@pytest.mark.parametrize(("path", "content"), make_tables.tables().items(), ids=["python", "typescript"])
def test_a_table_is_what_the_generator_writes(path: Path, content: str) -> None:
    """Both languages have the tables that the generator makes today."""
    committed = path.read_text(encoding="utf-8")
    assert content == committed, "stale; run `python tools/make_tables.py` and commit the result"
