"""What grading gives back."""

from __future__ import annotations

import pytest

from kejian.grading import format_score


@pytest.mark.parametrize(
    ("hundredths", "written"),
    [
        # whole points
        (0, "0"), (200, "2"), (1000, "10"), (100_000_000, "1000000"),
        # parts of a point
        (5, "0.05"), (50, "0.5"), (133, "1.33"), (1010, "10.1"), (1001, "10.01"),
    ],
)  # fmt: skip
def test_a_score_is_written_without_needless_zeros(hundredths: int, written: str) -> None:
    """Readers see `2`, not `2.00`, and every hundredth that counts."""
    assert written == format_score(hundredths)
