"""Code cells are executed, and charts drawn, once for all editions, though each edition reads the pages for itself.

Processes that share a folder and locks (`share`) leave outputs and drawings there for one another. What an edition
takes from another is what the same code printed; trees and key files stay apart.
"""

from __future__ import annotations

import hashlib
import pickle
import signal
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

__all__ = ["share"]


def share(folder: Path, locks: Sequence[AbstractContextManager[Any]]) -> None:
    """From now on this process takes outputs and drawings from `folder` where they are known, and puts others there.

    Each is made under one of the `locks`, so that nobody makes it at the same time.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process says it, and ends it
    import vl_convert
    from myst_nb.core.execute import direct  # half a second to import

    execute, draw = direct.single_nb_execution, vl_convert.vegalite_to_svg

    def once(known: str, make: Callable[[], Any], kept: Callable[[Any], bool]) -> tuple[Any, bool]:
        """What `make` makes or has made, and whether it was made before."""
        digest = hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()
        path = folder / digest
        with locks[int(digest, 16) % len(locks)]:
            if not path.exists():
                made = make()
                if kept(made):
                    path.write_bytes(pickle.dumps(made))
                return made, False
        return pickle.loads(path.read_bytes()), True

    def execute_once(notebook: Any, **options: Any) -> Any:
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        known = repr(
            ([cell.source for cell in cells], notebook.metadata.get("kernelspec"), sorted(options.items()))
        )
        # an error is told for each edition
        result, before = once(known, lambda: execute(notebook, **options), lambda made: made.err is None)
        if before:
            notebook.metadata.update(result.nb.metadata)
            executed = (cell for cell in result.nb.cells if cell.cell_type == "code")
            for cell, done in zip(cells, executed, strict=True):
                cell.update(outputs=done.outputs, execution_count=done.execution_count)
        return result

    def draw_once(spec: Any, **options: Any) -> Any:
        return once(f"drawing {spec!r} {sorted(options.items())}", lambda: draw(spec, **options), bool)[0]

    direct.single_nb_execution = execute_once
    vl_convert.vegalite_to_svg = draw_once  # type: ignore[assignment]
