"""Where a field of a question stands in its file. Files are read again for this, but only those with findings."""

from __future__ import annotations

from pathlib import Path

from kejian.bank import KEY_SUFFIX
from kejian.checks.check import Field
from kejian.checks.rewrite import Scalar, scalars, spans_of
from kejian.model import Place
from kejian.yamlfile import Fields, Items, Node, Report, Text, read_text, read_yaml

__all__ = ["Locator"]


class Locator:
    """Remembers the files that it has read."""

    def __init__(self) -> None:
        self._trees: dict[str, dict[str, Node]] = {}
        self._scalars: dict[str, dict[tuple[int, int], Scalar]] = {}

    def place(self, field: Field) -> Place:
        """Place of the value; of the nearest part around it where the file has no such field."""
        node = self.node(field)
        base = field.item.key if field.in_key else field.item.question
        place = (base or field.item.question).place
        if node is None:
            return place
        line, column = (
            self._inside(place.file, node, field.at) if isinstance(node, Text) and field.at else node.at
        )
        return Place(place.file, line, column)

    def node(self, field: Field) -> Node | None:
        """The node of the value, or of the nearest part around it; None when the file has changed meanwhile."""
        item = field.item
        base = item.key if field.in_key else item.question
        if base is None or not field.path:
            return None
        found = self._questions(base.place.file).get(item.question.id)
        for part in field.path:
            if isinstance(found, Fields) and part in found.entries:
                found = found.entries[str(part)][1]
            elif isinstance(found, Items) and isinstance(part, int) and part < len(found.nodes):
                found = found.nodes[part]
            else:
                break
        return found

    def _inside(self, file: str, node: Text, at: int) -> tuple[int, int]:
        """Line and column of a character of a value; of the value where that cannot be told."""
        text = read_text(Path(file), Report(Path(file))) or ""
        if file not in self._scalars:
            self._scalars[file] = scalars(text)
        scalar = self._scalars[file].get((node.at.line, node.at.column))
        blanks = len(node.value) - len(node.value.lstrip())  # the loader strips values
        spans = spans_of(text, scalar) if scalar else None
        if spans is None or at + blanks >= len(spans):
            return node.at
        start = spans[at + blanks][0]
        return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)

    def _questions(self, file: str) -> dict[str, Node]:
        """Id to node, of a quiz file or a key file."""
        if file not in self._trees:
            root = read_yaml(Path(file), Report(Path(file)))
            found: dict[str, Node] = {}
            if isinstance(root, Fields) and file.endswith(KEY_SUFFIX):
                answers = root.entries.get("answers")
                if answers and isinstance(answers[1], Fields):
                    found = {name: node for name, (_, node) in answers[1].entries.items()}
            elif isinstance(root, Fields) and "questions" in root.entries:
                questions = root.entries["questions"][1]
                for node in questions.nodes if isinstance(questions, Items) else ():
                    if isinstance(node, Fields) and "id" in node.entries:
                        id = node.entries["id"][1]
                        if isinstance(id, Text):
                            found[id.value] = node
            self._trees[file] = found
        return self._trees[file]
