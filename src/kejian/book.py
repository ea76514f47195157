"""Building the web book and serving it, behind `kejian build` and `kejian serve`."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import yaml

__all__ = ["BookError", "build_book", "free_port", "run_sphinx", "serve_book"]

CONFIG: Final = "_config.yml"
CONTENTS: Final = "_toc.yml"
EXTENSION: Final = "kejian.sphinxext"
GRAMMARS: Final = "rfc3987_syntax"
"""What jsonschema's IRI check imports."""


class BookError(Exception):
    """The book cannot be built; the text says why."""


def build_book(
    source: Path,
    output: Path | None = None,
    edition: str = "practice",
    *,
    strict: bool = False,
    changed_paths: Sequence[Path] = (),
) -> Path:
    """Build the web book in `source` and return the folder of the site.

    `output` defaults to `_build/html` (another edition: `_build/EDITION`). `strict` turns every warning
    into an error. `changed_paths` is what the watcher reports; Sphinx finds out for itself what is outdated.
    Raises BookError when there is no book or Sphinx gives up; Sphinx has then said why on standard error.
    """
    source = source.resolve()
    site = output.resolve() if output else source / "_build" / ("html" if edition == "practice" else edition)
    run_sphinx(source, site, edition, strict=strict)
    return site


def run_sphinx(
    source: Path,
    output: Path,
    edition: str,
    builder: str = "html",
    *,
    settings: Mapping[str, object] | None = None,
    strict: bool = False,
) -> None:
    """Run a Sphinx builder on the book in `source`; `settings` are values of the configuration. Raises BookError."""
    with _quick_imports():
        from jupyter_book.sphinx import build_sphinx  # half a second to import
        from pybtex.backends.plaintext import Backend
        from pybtex.plugin import register_plugin

        # otherwise each citation looks for it in the metadata of all installed packages: half a second in all
        register_plugin("pybtex.backends", "plaintext", Backend, force=True)

        _check_source(source)
        result = build_sphinx(
            source,
            output,
            builder=builder,
            noconfig=True,
            path_config=source / CONFIG,
            confoverrides={
                "external_toc_path": str(source / CONTENTS),
                "kejian_edition": edition,
                "latex_individualpages": False,  # Jupyter Book looks for it even where there is no LaTeX
                **(settings or {}),
            },
            # each edition has its own: the trees of one hold what another must not
            doctreedir=source / "_build" / (".doctrees" if edition == "practice" else f".doctrees-{edition}"),
            warningiserror=strict,
            keep_going=strict,
            quiet=True,
        )
    if isinstance(result, Exception) or result != 0:
        raise BookError  # Sphinx has told why


def serve_book(
    source: Path, site: Path, host: str, port: int, edition: str = "practice", *, watch: bool = False
) -> None:
    """Serve the site until interrupted; `watch` rebuilds after every change of a source and reloads the pages."""
    import uvicorn
    from sphinx_autobuild.filter import IgnoreFilter
    from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
    from sphinx_autobuild.server import RebuildServer
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.routing import Mount, WebSocketRoute
    from starlette.staticfiles import StaticFiles

    files = Mount("/", app=StaticFiles(directory=site, html=True))
    if watch:
        folders = [name for name in ("book", "chapters", "quizzes", "data") if (source / name).is_dir()]
        paths = [*(source / name for name in folders), source / CONFIG, source / CONTENTS]
        rebuild = partial(_rebuild, source, site, edition)
        watcher = RebuildServer(list(paths), IgnoreFilter([], [r"\.(swp|tmp)$", "~$"]), rebuild)
        app = Starlette(
            routes=[WebSocketRoute("/websocket-reload", watcher), files],
            middleware=[Middleware(JavascriptInjectorMiddleware, ws_url=f"{host}:{port}")],
            lifespan=watcher.lifespan,
        )
    else:
        app = Starlette(routes=[files])
    uvicorn.run(app, host=host, port=port, log_level="warning")


def free_port(host: str, wanted: int) -> int:
    """The wanted port when nothing listens there, else the next free one within a hundred."""
    for port in range(wanted, wanted + 100):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise BookError(f"{host}:{wanted}–{wanted + 99}")


@contextmanager
def _quick_imports() -> Iterator[None]:
    """Keep jsonschema from building 38 grammars of addresses: 1.3 s in this process and in every kernel (Altair).

    They check formats (`iri`) that no configuration and no chart has; jsonschema does without when the package
    is not there, so it is hidden while the book is built.
    """
    before = os.environ.get("PYTHONPATH")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{GRAMMARS}.py").write_text("raise ImportError\n", encoding="utf-8")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, before)))  # for kernels
        sys.modules.setdefault(GRAMMARS, None)  # type: ignore[arg-type]  # documented: None makes the import fail
        try:
            yield
        finally:
            if sys.modules.get(GRAMMARS) is None:
                sys.modules.pop(GRAMMARS, None)
            if before is None:
                os.environ.pop("PYTHONPATH", None)
            else:
                os.environ["PYTHONPATH"] = before


def _check_source(source: Path) -> None:
    """Raise BookError, naming file and place, where Jupyter Book would show a traceback or build another book."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

    try:
        config = yaml.safe_load((source / CONFIG).read_text(encoding="utf-8"))
        parse_toc_yaml(source / CONTENTS)
    except FileNotFoundError as error:
        raise BookError(f"{error.filename}: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise BookError(f"{source / CONFIG}{place}: {error.problem}") from error
    except UnicodeDecodeError as error:
        raise BookError(f"{source / CONFIG}: {error}") from error
    except MalformedError as error:
        raise BookError(f"{source / CONTENTS}: {error}") from error
    sphinx = config.get("sphinx") if isinstance(config, dict) else None
    extensions = sphinx.get("extra_extensions") if isinstance(sphinx, dict) else None
    if EXTENSION not in (extensions or ()):
        raise BookError(f"{source / CONFIG}: sphinx: extra_extensions: [{EXTENSION}]")


def _rebuild(source: Path, site: Path, edition: str, *, changed_paths: Sequence[Path]) -> None:
    try:
        build_book(source, site, edition, changed_paths=changed_paths)
    except BookError as error:
        # the pages that are served stay as they were; Sphinx has said what is wrong
        print(error)
