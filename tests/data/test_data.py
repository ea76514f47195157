"""The tables behind the figures: valid, sourced, and consistent with themselves."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest
from frictionless import Package, validate
from tests.paths import ROOT

DATA = ROOT / "data"
PACKAGE = DATA / "datapackage.json"
DESCRIPTION: dict[str, Any] = json.loads(PACKAGE.read_text(encoding="utf-8"))
TABLES = [resource["name"] for resource in DESCRIPTION["resources"]]
COLUMNS = [
    pytest.param(field, id=f"{resource['name']}.{field['name']}")
    for resource in DESCRIPTION["resources"]
    for field in resource["schema"]["fields"]
]

TOLERANCE = 0.3
"""Percentage points that rounding may put between published growth and growth computed from levels."""
REASONS = {
    2016: "2015年的规模出自“信息经济”报告，口径不同，不能作为可比的基数。",
    2018: "公布值“按可比口径”计算，与上一年的规模口径不同。",
    2019: "公布值“按可比口径”计算，不等于两年规模之比。",
}
"""Years beyond the tolerance, each with the reason that a reader finds below the figure."""


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def computed_growth() -> dict[int, float]:
    """Year to growth in % that follows from the levels of that year and the year before."""
    levels = {int(row["year"]): float(row["scale"]) for row in rows("digital-economy")}
    return {
        year: 100 * (level / levels[year - 1] - 1) for year, level in levels.items() if year - 1 in levels
    }


def test_the_package_is_valid() -> None:
    """Every table has the columns, types and limits that datapackage.json promises (Frictionless)."""
    report = validate(str(PACKAGE))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])


def test_every_table_is_described() -> None:
    """No table stands in data/ without a description."""
    assert sorted(path.stem for path in DATA.glob("*.csv")) == sorted(TABLES)
    assert [resource.name for resource in Package(str(PACKAGE)).resources] == TABLES


@pytest.mark.parametrize("field", COLUMNS)
def test_every_column_says_where_it_comes_from(field: dict[str, Any]) -> None:
    """Each column has title, type, unit, source, page read, licence and note; a number always has a unit."""
    assert {"title", "type", "unit", "source", "url", "license", "note"} <= field.keys()
    assert field["title"] and field["type"] and field["source"] and field["license"]
    assert field["unit"] or field["type"] != "number"


def test_growth_follows_from_the_levels_except_where_a_note_says_why() -> None:
    """Published growth agrees with the levels within 0.3 points; 2016, 2018 and 2019 do not, and say why."""
    published = {int(row["year"]): float(row["growth"]) for row in rows("digital-economy")}
    notes = {int(row["year"]): row["note"] for row in rows("digital-economy") if row["note"]}
    computed = computed_growth()
    assert list(REASONS) == [year for year in computed if abs(computed[year] - published[year]) > TOLERANCE]
    assert list(REASONS) == list(notes)
    for year, reason in REASONS.items():
        assert notes[year].endswith(reason)
        # the note names both numbers, so that a reader can follow the argument
        assert re.findall(r"([\d.]+)%", notes[year]) == [f"{published[year]:g}", f"{computed[year]:.1f}"]


def test_the_years_are_complete() -> None:
    """The series has every year from 2015 to 2023 and nothing after it: no figure for 2024 was found."""
    assert list(range(2015, 2024)) == [int(row["year"]) for row in rows("digital-economy")]


def test_the_textbook_agrees_with_the_data() -> None:
    """2023 and December 2022, which the textbook states, are the same here."""
    (last,) = [row for row in rows("digital-economy") if row["year"] == "2023"]
    assert (last["scale"], last["growth"], last["share"]) == ("53.9", "7.39", "42.8")
    assert "65.9" in [
        row["share"]
        for row in rows("security-problems")
        if (row["wave"], row["problem"]) == ("2022-12", "未遭遇")
    ]


def test_the_later_wave_turns_the_trend() -> None:
    """The security figure ends with June 2023, so that it does not tell a story of steady improvement."""
    spared = {
        row["wave"]: float(row["share"]) for row in rows("security-problems") if row["problem"] == "未遭遇"
    }
    assert list(spared) == ["2021-06", "2021-12", "2022-06", "2022-12", "2023-06"]
    assert spared["2022-12"] > spared["2023-06"]


def test_country_sets_are_not_mixed() -> None:
    """Each group of countries has one number of countries, and no number stands for two groups."""
    groups = {(row["group"], row["countries"]) for row in rows("global-digital-economy")}
    assert (
        3 == len(groups) == len({group for group, _ in groups}) == len({countries for _, countries in groups})
    )


def test_an_estimate_is_verified_only_when_it_names_a_report() -> None:
    """`verified` is true exactly where the source has the title of a report; ranges run upwards."""
    for row in rows("digital-talent"):
        assert (row["verified"] == "true") == ("《" in row["source"]), row
        assert float(row["low"]) <= float(row["high"]), row
