"""What the build says and leaves: warnings in our language, and outputs of cells beside the doctrees."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

from kejian.notices import hear

__all__ = ["setup_notices"]

OUTPUTS: Final = "jupyter_execute"
CACHE: Final = ".jupyter_cache"
LAST: Final = 900
"""Priority of a handler that corrects what MyST-NB has set."""


def setup_notices(app: Sphinx) -> None:
    """Listen to warnings, and keep the folder of the reader clean."""
    hear(app)
    app.connect("builder-inited", _put_outputs, priority=LAST)


def _put_outputs(app: Sphinx) -> None:
    """Outputs of cells go beside the doctrees: MyST-NB puts them beside the site, which may be anybody's folder."""
    config = getattr(app.env, "mystnb_config", None)
    if config is not None:
        folder = Path(app.doctreedir).resolve().parent
        beside = Path(app.outdir).resolve().parent
        settings = {"output_folder": str(folder / OUTPUTS)}
        if Path(config.execution_cache_path) == beside / CACHE:  # not one that somebody chose
            settings["execution_cache_path"] = str(folder / CACHE)
        app.env.mystnb_config = config.copy(**settings)  # type: ignore[attr-defined]
