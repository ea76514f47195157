"""The chart of `Quiz.summary`: points earned, lost and still open, by learning objective."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import altair as alt
import pandas as pd
import vl_convert

from kejian.palette import PALETTE

__all__ = ["Points", "SummaryChart", "summary_chart"]

COLOURS: Final = (PALETTE[2], PALETTE[1], PALETTE[4])
V5: Final = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH: Final = 400
STEP: Final = 36
"""Pixels."""


class Points(NamedTuple):
    """What became of the points of an objective."""

    earned: float = 0
    lost: float = 0
    open: float = 0
    """Not submitted yet."""


class SummaryChart(alt.Chart):
    """An Altair chart that shows itself in every notebook and in exported pages without a network.

    Altair's own output either loads Vega from a CDN or has a type (Vega-Lite 6) that JupyterLab 4 does not know.
    """

    def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        spec = self.to_dict()
        return {
            # what it uses is the same in both versions
            "application/vnd.vegalite.v5+json": {**spec, "$schema": V5},
            "image/svg+xml": vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]),
            "text/plain": spec["description"],
        }


def summary_chart(objectives: Mapping[int, Points], say: Callable[..., str]) -> SummaryChart:
    """Bars by objective (0: none); `say` gives the words, also of the description for those who do not see it."""
    states = {name: say(f"notebook.summary.{name}") for name in Points._fields}
    rows: list[dict[str, object]] = []
    sentences = []
    for number, points in sorted(objectives.items()):
        label = say("objective", number=number) if number else say("notebook.summary.other")
        rows += [
            {"objective": label, "state": states[name], "order": order, "points": value}
            for order, (name, value) in enumerate(points._asdict().items())
        ]
        values = {"objective": label, "earned": f"{points.earned:g}", "all": f"{sum(points):g}"}
        sentences.append(say("notebook.summary.sentence", **values))
    titles = {name: say(f"notebook.summary.axis.{name}") for name in ("objective", "points", "state")}
    scale = alt.Scale(domain=list(states.values()), range=list(COLOURS))
    chart: SummaryChart = (
        SummaryChart(pd.DataFrame(rows))
        .mark_bar()
        .encode(
            x=alt.X("points:Q", title=titles["points"]),
            y=alt.Y("objective:N", title=None, sort=None),
            color=alt.Color("state:N", title=None, scale=scale).legend(orient="top"),
            order="order:Q",
            tooltip=[
                alt.Tooltip("objective:N", title=titles["objective"]),
                alt.Tooltip("state:N", title=titles["state"]),
                alt.Tooltip("points:Q", title=titles["points"]),
            ],
        )
        .properties(
            title=say("notebook.summary.title"),
            description=say("notebook.summary.description", sentences="；".join(sentences)),
            width=WIDTH,
            height=alt.Step(STEP),
        )
    )
    return chart
