"""What a kejian book changes in the theme of Jupyter Book: nothing from other hosts, and light pages.

- sphinx-thebe names unpkg.com on every page and declares its constants twice, which is an error in the
  console: its scripts are left out.
- The cover is not `index.html`, so that page leads there, with a language and a link that the stock one lacks.
- The theme draws its icons twice: by a font of 156 kB, and by a script of 1,489 kB (542 kB compressed) that
  replaces them by drawings. The font is enough; the script becomes an empty file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from markupsafe import escape
from sphinx.application import Sphinx
from sphinx.config import Config

from kejian.catalogue import language_of, say

__all__ = ["setup_theme"]

PYDATA_THEMES: Final = ("sphinx_book_theme", "pydata_sphinx_theme")
ICON_SCRIPT: Final = "scripts/fontawesome.js"
REDIRECT: Final = """\
<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{title}</title><meta http-equiv="refresh" content="0; url={url}"></head>
<body><main><h1>{title}</h1><p><a href="{url}">{title}</a></p></main></body>
</html>
"""
LAST: Final = 900
"""Priority of handlers that must see what other extensions have added."""


def setup_theme(app: Sphinx) -> None:
    """Connect the changes; themes that have none of these parts are left as they are."""
    app.connect("config-inited", _set_defaults)
    app.connect("html-page-context", _clean_page, priority=LAST)
    app.connect("build-finished", _drop_icon_script, priority=LAST)
    app.connect("build-finished", _write_redirect, priority=LAST)


def _set_defaults(app: Sphinx, config: Config) -> None:
    # without it the theme logs an error on every first visit
    config.html_context.setdefault("default_mode", "auto")
    if config.html_theme not in PYDATA_THEMES:
        return
    logo = config.html_theme_options.setdefault("logo", {})
    logo.setdefault("alt_text", config.html_title or config.project)
    # the theme's own colours of code are too pale on some backgrounds
    config.html_theme_options.setdefault("pygments_light_style", "a11y-high-contrast-light")
    config.html_theme_options.setdefault("pygments_dark_style", "a11y-high-contrast-dark")
    config.html_theme_options.setdefault("search_bar_text", say("theme.search", language_of(config.language)))


def _clean_page(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    context["script_files"] = [script for script in context.get("script_files", ()) if not _is_thebe(script)]
    context["css_files"] = [
        sheet for sheet in context.get("css_files", ()) if "sphinx-thebe" not in str(sheet)
    ]
    edition = escape(app.config.kejian_edition)
    book = escape(app.config.kejian_book or app.config.html_title or app.config.project)
    context["metatags"] = context.get("metatags", "") + (
        f'\n<meta name="kejian-book" content="{book}">\n<meta name="kejian-edition" content="{edition}">'
    )


def _is_thebe(script: object) -> bool:
    body = getattr(script, "attributes", {}).get("body") or ""
    return "sphinx-thebe" in str(getattr(script, "filename", script)) or "THEBE_JS_URL" in body


def _drop_icon_script(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for name in (ICON_SCRIPT, f"{ICON_SCRIPT}.map"):
        path = static / name
        if path.exists():
            path.write_text("/* icons come from the font */\n", encoding="utf-8")


def _write_redirect(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html" or app.config.root_doc == "index":
        return
    values = {
        "language": (app.config.language or "").replace("_", "-"),
        "title": escape(app.config.html_title or app.config.project),
        "url": escape(app.builder.get_target_uri(app.config.root_doc)),
    }
    Path(app.outdir, "index.html").write_text(REDIRECT.format_map(values), encoding="utf-8")
