"""Building the web book and serving it, behind `kejian build` and `kejian serve`."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import re
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from kejian.catalogue import LANGUAGES, describe, say
from kejian.model import Problem
from kejian.notices import Notice, collecting
from kejian.settings import read_settings
from kejian.terminal import BookError, CommandError
from kejian.yamlfile import At, Report, is_file, read_text

__all__ = [
    "EVERYWHERE",
    "LOCAL",
    "Built",
    "build_book",
    "check_book",
    "check_folder",
    "free_port",
    "network_address",
    "run_sphinx",
    "serve_book",
]

CONFIG: Final = "_config.yml"
CONTENTS: Final = "_toc.yml"
EXTENSION: Final = "kejian.sphinxext"
GRAMMARS: Final = "rfc3987_syntax"
"""What jsonschema's IRI check imports."""


LOCAL: Final = "127.0.0.1"
EVERYWHERE: Final = ("0.0.0.0", "::", "")
"""Hosts that mean every address of the machine, and are none to open."""
PAGES: Final = (".md", ".ipynb", ".rst")
"""What a page may be, in the order in which Sphinx looks for it."""
TEXTS: Final = (".md", ".rst")


_WHERE: Final = re.compile("@ '([^']*)'")
_TWICE: Final = re.compile("document file used multiple times: '([^']*)'")


class Built(NamedTuple):
    """A site, and what needs attention in it."""

    site: Path
    notices: tuple[Notice, ...]


def build_book(
    source: Path,
    output: Path | None = None,
    edition: str = "practice",
    *,
    strict: bool = False,
    changed_paths: Sequence[Path] = (),
) -> Built:
    """Build the web book in `source`; returns the folder of the site, and every warning.

    `output` defaults to `_build/html` (another edition: `_build/EDITION`). `strict` turns every warning
    into an error. `changed_paths` is what the watcher reports; Sphinx finds out for itself what is outdated.
    Raises BookError when there is no book or Sphinx gives up; Sphinx has then said why on standard error.
    CommandError when the folder cannot be written.
    """
    missing = check_book(source)
    if strict and missing:
        raise BookError(missing)
    source = source.resolve()
    site = output.resolve() if output else source / "_build" / ("html" if edition == "practice" else edition)
    check_folder(site)
    with collecting() as notices:
        run_sphinx(source, site, edition, strict=strict)
    # Sphinx tells of the same pages, at the page that leads to them
    pages = [Notice(str(problem.place), describe(problem)[0]) for problem in missing]
    return Built(site, tuple(dict.fromkeys([*pages, *notices])))


def check_book(source: Path) -> list[Problem]:
    """The pages of the contents that do not exist.

    Raises BookError for whatever makes it impossible to build the book: files that are no book, or no text.
    """
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    config_report, contents_report = Report(source / CONFIG), Report(source / CONTENTS)
    config = _settings(source / CONFIG, config_report)
    contents = _settings(source / CONTENTS, contents_report)
    if not os.path.lexists(source / CONFIG):  # another folder, of which one message is enough
        raise BookError(config_report.problems)
    if isinstance(config, dict):
        sphinx = config.get("sphinx")
        extensions = sphinx.get("extra_extensions") if isinstance(sphinx, dict) else None
        if not isinstance(extensions, list) or EXTENSION not in extensions:
            config_report.add("SITE03", _at(source / CONFIG, "extra_extensions"), name=EXTENSION)
    pages: list[str] = []
    missing: list[Problem] = []
    if isinstance(contents, dict):
        if not isinstance(contents.get("root"), str):
            contents_report.add("SITE04")
        else:
            try:
                pages = list(parse_toc_data(contents))
            except MalformedError as error:
                twice = _TWICE.search(str(error))
                if twice:
                    contents_report.add("SITE07", _at(source / CONTENTS, twice[1]), page=twice[1])
                else:
                    where = _WHERE.search(str(error))
                    contents_report.add("SITE05", where=where[1] if where else "format")
    found = [*config_report.problems, *contents_report.problems]
    for page in dict.fromkeys(pages):
        file = next(filter(is_file, _files(source, page)), None)
        if file is None:
            report = Report(source / CONTENTS)
            report.add("SITE06", _at(source / CONTENTS, page), page=page)
            missing += report.problems
        elif file.suffix in TEXTS:
            report = Report(file)
            read_text(file, report)
            found += report.problems
    if pages and missing and missing[0].values[0][1] == pages[0]:  # without a first page there is no book
        found += missing
    if found:
        raise BookError(found)
    return missing


def check_folder(folder: Path) -> None:
    """Make the folder; raises CommandError when nothing can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise CommandError("cli.unwritable", path=folder, reason=error) from error


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
    with _quick_imports(), _own_signals():
        from jupyter_book.sphinx import build_sphinx  # half a second to import
        from pybtex.backends.plaintext import Backend
        from pybtex.plugin import register_plugin

        # otherwise each citation looks for it in the metadata of all installed packages: half a second in all
        register_plugin("pybtex.backends", "plaintext", Backend, force=True)

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
            freshenv=strict,  # a page that is not read again would not repeat its warnings
            warningiserror=strict,
            keep_going=strict,
            quiet=True,
        )
    if isinstance(result, KeyboardInterrupt):  # Sphinx hands it back as a result
        raise result
    if isinstance(result, Exception) or result != 0:
        raise BookError  # Sphinx has told why


def serve_book(
    source: Path,
    site: Path,
    host: str,
    port: int,
    edition: str = "practice",
    *,
    watch: bool = False,
    language: str = LANGUAGES[0],
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
        rebuild = partial(_rebuild, source, site, edition, language)
        logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it counts changes, in English
        reached = (network_address() or LOCAL) if host in EVERYWHERE else host
        watcher = RebuildServer(list(paths), IgnoreFilter([], [r"\.(swp|tmp)$", "~$"]), rebuild)
        app = Starlette(
            routes=[WebSocketRoute("/websocket-reload", watcher), files],
            middleware=[Middleware(JavascriptInjectorMiddleware, ws_url=f"{reached}:{port}")],
            lifespan=watcher.lifespan,
        )
    else:
        app = Starlette(routes=[files])
    uvicorn.run(app, host=host, port=port, log_level="warning")


def free_port(host: str, wanted: int) -> int:
    """The wanted port when nothing listens there, else the next free one within a hundred; raises CommandError."""
    for port in range(wanted, wanted + 100):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
                # the name of the host, or a port for administrators only: no other port is better
                raise CommandError("cli.serve.no-host", host=host, port=port, reason=error) from error
            return port
    raise CommandError("cli.serve.no-port", ports=f"{host}:{wanted}–{wanted + 99}")


def network_address() -> str | None:
    """The address of this machine in the local network; None without one."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that nobody has; nothing is sent
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return address


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


@contextmanager
def _own_signals() -> Iterator[None]:
    """Leave Ctrl-C to the command: nbclient takes it for itself while cells run, and gives back another handler."""

    def refuse(*_: object) -> NoReturn:
        raise RuntimeError  # as outside of the main thread, which nbclient expects

    loop: Any = asyncio.SelectorEventLoop
    kept = loop.add_signal_handler, loop.remove_signal_handler
    loop.add_signal_handler = loop.remove_signal_handler = refuse
    try:
        yield
    finally:
        loop.add_signal_handler, loop.remove_signal_handler = kept


def _settings(path: Path, report: Report) -> Any:
    """The names and values of a settings file; None when there is a problem."""
    if not os.path.lexists(path):
        report.add("SITE01", name=path.name)
        return None
    content = read_settings(path, report)
    if report.problems and report.problems[-1].id == "BANK05":  # its remedy is that of a question file
        report.problems.pop()
        content = ()
    if content is not None and not isinstance(content, dict):
        report.add("SITE02", name=path.name)
        return None
    return content


def _files(source: Path, page: str) -> Iterator[Path]:
    """Files that a page of the contents can mean."""
    yield from (source / f"{page}{suffix}" for suffix in PAGES)
    if Path(page).suffix in PAGES:
        yield source / page


def _at(path: Path, word: str) -> At:
    """Where a word stands in a file that has been read; else its beginning."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        found = re.search(rf"(?<![\w/-]){re.escape(word)}(?![\w/-])", line)
        if found:
            return At(number, found.start() + 1)
    return At()


def _rebuild(source: Path, site: Path, edition: str, language: str, *, changed_paths: Sequence[Path]) -> None:
    """In a process of its own, which leaves Ctrl-C to the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        notices = build_book(source, site, edition, changed_paths=changed_paths).notices
    except (BookError, CommandError) as error:
        # the pages that are served stay as they were; what is not told here, Sphinx has told
        told = "\n".join(filter(None, (error.tell(language), say("cli.serve.kept", language))))
    else:
        text = "cli.serve.attention" if notices else "cli.serve.updated"
        told = say(text, language, count=len(notices))
    print(told, flush=True)
