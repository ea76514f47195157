"""Code cells are executed once for all editions, though each edition reads the pages for itself.

Processes that share a folder and locks (`share`) leave the outputs of a page there for one another. What an edition
takes from another is what the same code printed; trees and key files stay apart.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

__all__ = ["share"]


def share(folder: Path, locks: Sequence[AbstractContextManager[Any]]) -> None:
    """From now on this process takes outputs from `folder` where they are known, and puts others there.

    A page is executed under one of the `locks`, so that nobody executes it at the same time.
    """
    from myst_nb.core.execute import direct  # half a second to import

    execute = direct.single_nb_execution

    def execute_once(notebook: Any, **options: Any) -> Any:
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        known = repr(
            ([cell.source for cell in cells], notebook.metadata.get("kernelspec"), sorted(options.items()))
        )
        digest = hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()
        path = folder / digest
        with locks[int(digest, 16) % len(locks)]:
            if not path.exists():
                result = execute(notebook, **options)
                if result.err is None:  # an error is told for each edition
                    path.write_bytes(pickle.dumps(result))
                return result
        result = pickle.loads(path.read_bytes())
        notebook.metadata.update(result.nb.metadata)
        executed = (cell for cell in result.nb.cells if cell.cell_type == "code")
        for cell, done in zip(cells, executed, strict=True):
            cell.update(outputs=done.outputs, execution_count=done.execution_count)
        return result

    direct.single_nb_execution = execute_once
