"""Works of a bibliography in the numeric form of GB/T 7714—2015: the style `gbt7714` of pybtex.

    author. title：number[R/OL]. edition. place：publisher，year：pages[date of access]. address. 注：note。

Elements end with `. `, the mark of the standard; all other marks and words are those of the work's own language.
What an entry does not state is left out: without an author it begins with the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pybtex.database import Entry, Person
from pybtex.plugin import register_plugin
from pybtex.richtext import HRef, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle

from kejian.catalogue import say

__all__ = ["STYLE", "register_style"]

STYLE: Final = "gbt7714"
"""Its name in `_config.yml`: `bibtex_default_style: gbt7714`."""
CODES: Final = {
    "article": "J",
    "book": "M",
    "booklet": "M",
    "conference": "C",
    "dataset": "DS",
    "inbook": "M",
    "incollection": "M",
    "inproceedings": "C",
    "mastersthesis": "D",
    "online": "EB",
    "patent": "P",
    "phdthesis": "D",
    "proceedings": "C",
    "report": "R",
    "software": "CP",
    "standard": "S",
    "techreport": "R",
}
"""Type of an entry to the code of the standard; another type with an address is EB (electronic), else Z (other)."""
PUBLISHERS: Final = ("publisher", "institution", "school", "organization", "howpublished")
NAMES: Final = 3
"""Of more authors, the others are 等."""
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LIST: Final = re.compile(r"[、，,]\s*")


def register_style() -> None:
    """Make the style known to pybtex, in the place of whatever has its name."""
    register_plugin("pybtex.style.formatting", STYLE, _Style, force=True)


class _Style(BaseStyle):  # type: ignore[misc]  # pybtex has no types
    """What pybtex asks for; labels are numbers in the order of the citations."""

    def format_entry(self, label: str, entry: Entry, bib_data: object = None) -> FormattedEntry:
        return FormattedEntry(entry.key, _Work(entry).text(), label)


class _Work:
    """One entry; an element that it does not state is an empty text."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.language = "zh_CN" if _HAN.search(entry.fields.get("title", "")) else "en"

    def text(self) -> Text:
        """The whole entry."""
        edition = self._within("references.edition", self._field("edition"))
        elements = [self._people(), self._title(), edition, self._imprint(), *self._addresses()]
        note = self._within("references.note", self._field("note", end="。. "))
        return _joined(" ", _joined(". ", *elements).add_period(), note)

    def _title(self) -> Text:
        """Title, number and code; after `//` the book of which this is a part."""
        code = CODES.get(self.entry.type, "EB" if "url" in self.entry.fields else "Z")
        online = code == "EB" or {"url", "doi"} & set(self.entry.fields)
        number = Text() if "journal" in self.entry.fields else self._field("number")
        title = _joined(self._say("references.colon"), self._field("title"), number)
        whole = self._field("booktitle")
        return Text(title, f"[{code}{'/OL' if online else ''}]", _between("//", whole, ""))

    def _imprint(self) -> Text:
        """Where and when it appeared; the publisher only when it is not the author."""
        comma, colon = self._say("references.comma"), self._say("references.colon")
        authors = {part for name in self._names() for part in _LIST.split(str(name))}
        publishers = (self._field(name) for name in PUBLISHERS)
        publisher = next((p for p in publishers if p and not set(_LIST.split(str(p))) <= authors), Text())
        journal = self._field("journal")
        issue = _between("(", self._field("number"), ")") if journal else Text()
        place = journal or _joined(colon, self._field("address"), publisher)
        when = Text(_joined(comma, place, self._field("year"), self._field("volume")), issue)
        return Text(_joined(colon, when, self._field("pages")), _between("[", self._field("urldate"), "]"))

    def _addresses(self) -> Iterator[Text]:
        # no LaTeX here: _ and % stand for themselves
        url, doi = (self.entry.fields.get(name, "") for name in ("url", "doi"))
        if url:
            yield Text(HRef(url, url))
        if doi:
            yield Text(HRef(f"https://doi.org/{doi}", f"DOI:{doi}"))

    def _people(self) -> Text:
        """Authors, or editors where there are none."""
        names = self._names()
        shown = [name for name in names if str(name) != "others"][:NAMES]
        text = _joined(self._say("references.comma"), *shown)
        return self._within("references.others", text) if len(names) > len(shown) else text

    def _names(self) -> list[Text]:
        persons = self.entry.persons.get("author") or self.entry.persons.get("editor") or ()
        return [_name(person) for person in persons]

    def _field(self, name: str, end: str = "") -> Text:
        """What the entry states, without these marks at its end."""
        return Text.from_latex(self.entry.fields.get(name, "").rstrip(end or None))

    def _within(self, name: str, inside: Text) -> Text:
        """The words of the catalogue around a text."""
        before, after = self._say(name, text="\n").split("\n")
        return _between(before, inside, after)

    def _say(self, name: str, **values: object) -> str:
        return say(name, self.language, **values)


def _name(person: Person) -> Text:
    """孟天广; MENG T G; an institution as it is written."""
    family = [*person.prelast_names, *person.last_names, *person.lineage_names]
    given = [*person.first_names, *person.middle_names]
    if not given or _HAN.search("".join(family)):
        return Text.from_latex(("" if given else " ").join(family + given))
    initials = (Text.from_latex(name).abbreviate().upper() for name in given)
    return Text(Text.from_latex(" ".join(family)).upper(), *(Text(" ", str(i).strip(".")) for i in initials))


def _joined(mark: str, *parts: Text) -> Text:
    return Text(mark).join(part for part in parts if part)


def _between(before: str, text: Text, after: str) -> Text:
    return Text(before, text, after) if text else text
