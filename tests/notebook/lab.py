"""A real Jupyter server, and a notebook that is open in a real browser."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import nbformat
from playwright.sync_api import BrowserContext, Locator, Page, TimeoutError, WebSocket, WebSocketRoute, expect
from tests.browser.exercises import question

APPS: Final = {"lab": "lab/tree", "notebook": "notebooks"}
"""Application to the address under which it opens a notebook."""
SETTINGS: Final = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}
PATIENCE: Final = 60_000
"""Milliseconds for a kernel to start on a busy machine."""
WITHIN: Final = """([command, patience]) => Promise.race([
  window.jupyterapp.commands.execute(command),
  new Promise((_, fail) => setTimeout(() => fail(new Error(`${command} did not end`)), patience)),
])"""
"""Runs a command of the menu; `evaluate` itself would wait for ever."""
CONNECTED: Final = """name => [...jupyterapp.shell.widgets('main')].some(widget =>
  widget.context?.path === name && widget.sessionContext?.session?.kernel?.connectionStatus === 'connected')"""


@dataclass
class Server:
    """A Jupyter server whose home and configuration are its own."""

    url: str
    folder: Path
    """Where its notebooks are."""


@contextmanager
def jupyter_server(home: Path, folder: Path, **environment: str) -> Iterator[Server]:
    """JupyterLab on a free port, with its files in `home`; it serves Notebook 7 too. Raises RuntimeError."""
    config = home / "config"
    (config / "labconfig").mkdir(parents=True)
    (config / "labconfig/default_setting_overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    exposed = {
        "LabApp": {"expose_app_in_browser": True},
        "JupyterNotebookApp": {"expose_app_in_browser": True},
    }
    for name in ("lab", "notebook"):
        (config / f"jupyter_{name}_config.json").write_text(json.dumps(exposed), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    places = {"JUPYTER_CONFIG_DIR": config, "JUPYTER_DATA_DIR": home / "data", "IPYTHONDIR": home / "ipython"}
    places |= {"HOME": home, "JUPYTER_RUNTIME_DIR": home / "runtime"}
    options = {"port": port, "ServerApp.token": "", "ServerApp.password": "", "ServerApp.root_dir": folder}
    options |= {"ServerApp.disable_check_xsrf": True}  # the tests ask it to stop kernels
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--{name}={value}" for name, value in options.items()]
    with (home / "log.txt").open("w", encoding="utf-8") as log:
        environment = {**os.environ, **{name: str(place) for name, place in places.items()}, **environment}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}/"
            _wait_for(url + "api/status", process, home / "log.txt")
            yield Server(url, folder)
        finally:
            process.terminate()
            process.wait(20)


@dataclass
class Notebook:
    """A notebook that is open in the browser."""

    server: Server
    context: BrowserContext
    app: str
    name: str
    page: Page = field(init=False)
    frames: list[bytes] = field(default_factory=list)
    """Everything that went to and from the kernel."""

    def open(self) -> None:
        """Open it as a reader does, in a new tab."""
        self.page = self.context.new_page()
        self.page.on("websocket", self._listen)
        # a clean workspace: JupyterLab would open the notebooks of other tests beside this one
        self.page.goto(f"{self.server.url}{APPS[self.app]}/{self.name}?reset")
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=PATIENCE)
        self.page.wait_for_function("window.jupyterapp?.started")
        self.page.evaluate("window.jupyterapp.started")

    def command(self, name: str, **arguments: Any) -> None:
        """Start a command of the menu, without waiting for its end."""
        self.page.evaluate("([c, a]) => { window.jupyterapp.commands.execute(c, a) }", [name, arguments])

    def wait_for_kernel(self) -> None:
        """Until a kernel is there; a page that missed the start of its kernel is loaded again, as a reader would."""
        try:
            self.page.wait_for_function(CONNECTED, arg=self.name, timeout=PATIENCE)
        except TimeoutError:
            self.page.close()
            self.open()
            self.page.wait_for_function(CONNECTED, arg=self.name, timeout=PATIENCE)

    def run_all(self) -> None:
        """Run all cells and wait for the last to end; fails when they do not."""
        self.wait_for_kernel()
        self.page.evaluate(WITHIN, ["notebook:run-all-cells", PATIENCE])

    def restart_and_run_all(self) -> None:
        """As the button ⏩ does, with its question."""
        self.command("notebook:restart-run-all")
        self.page.locator(".jp-Dialog button.jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")

    def cell(self, number: int) -> Locator:
        """The code cell of that number, from 0."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)

    def run_cell(self, number: int) -> None:
        """Click into a cell and run it, once Python has heard of every answer."""
        expect(self.page.locator(".kejian-widget[data-waiting]")).to_have_count(0, timeout=PATIENCE)
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def save(self) -> None:
        """Save, and wait until that is done."""
        self.page.evaluate(WITHIN, ["docmanager:save", PATIENCE])

    def form(self, id: str) -> Locator:
        """The form of a question; the first one where the quiz is shown twice."""
        form = question(self.page, id).first
        if form.count():
            form.scroll_into_view_if_needed()  # a cell that is out of sight has no text
        return form

    def cells(self) -> int:
        return self.page.locator(".jp-Notebook .jp-CodeCell").count()

    def _listen(self, socket: WebSocket) -> None:
        if "/api/kernels/" in socket.url:
            for event in ("framereceived", "framesent"):
                socket.on(
                    event, lambda data: self.frames.append(data.encode() if isinstance(data, str) else data)
                )


class SlowLine:
    """A line to kernels that can be told to hold back what comes from them."""

    def __init__(self) -> None:
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = None

    def connect(self, page: WebSocketRoute) -> None:
        """Pass everything on, for `route_web_socket`."""
        server = page.connect_to_server()

        def come(message: str | bytes) -> None:
            if self._held is None:
                page.send(message)
            else:
                self._held.append((page, message))

        server.on_message(come)

    def hold(self) -> None:
        self._held = []

    def holds(self, text: bytes) -> bool:
        """Whether a message with this text waits."""
        return any(isinstance(message, bytes) and text in message for _, message in self._held or ())

    def release(self) -> None:
        """Pass on what was held, and all that comes from now on."""
        held, self._held = self._held or [], None
        for page, message in held:
            page.send(message)


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook of these code cells."""
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    content.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(content, path)


def stop_kernels(server: Server) -> None:
    """Shut every kernel down, as the end of a day does."""
    with urllib.request.urlopen(server.url + "api/sessions") as answer:
        sessions = json.load(answer)
    for session in sessions:
        request = urllib.request.Request(f"{server.url}api/sessions/{session['id']}", method="DELETE")
        with urllib.request.urlopen(request):
            pass


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no Jupyter server: {log.read_text(encoding='utf-8')[-2000:]}")
