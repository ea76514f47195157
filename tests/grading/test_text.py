"""How texts are compared; most cases stand in spec/normalise.json."""

from __future__ import annotations

import sys
import unicodedata
from functools import cmp_to_key

from hypothesis import given
from hypothesis import strategies as st

from kejian.grading.text import FOLD, by_code_point, count_text, find_quote, normalise, normalise_with_offsets

ANY_TEXT = st.text(st.characters(codec=None, categories=None))
"""Lone surrogates included."""
TRICKY_TEXT = st.text(st.sampled_from(" \t\n\r\u3000\u200b\u0301\ufeffaA中。，數“①…㈠éﬀ¨\ud835\udc00😀𝐀"))


@given(ANY_TEXT | TRICKY_TEXT)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    """Otherwise a stored normal form would stop matching itself."""
    assert normalise(text) == normalise(normalise(text))


def test_no_replacement_of_a_code_point_is_replaced_again() -> None:
    """The same promise for every code point there is."""
    assert not [source for source, target in FOLD.items() if any(char in FOLD for char in target)]
    everything = "".join(f"x{chr(code)}" for code in range(sys.maxunicode + 1))
    assert normalise(everything) == normalise(normalise(everything))


@given(ANY_TEXT | TRICKY_TEXT)
def test_offsets_point_at_the_character_typed(text: str) -> None:
    """One per character, never going back, each at a character that gives the one it stands for."""
    normal, offsets = normalise_with_offsets(text)
    assert len(normal) == len(offsets)
    assert sorted(offsets) == offsets
    sources = (text[offset] for offset in offsets)
    assert all(char in FOLD.get(typed, typed) for char, typed in zip(normal, sources, strict=True))


def test_accented_letters_in_one_or_two_pieces_are_equal() -> None:
    """NFC and NFD of every Latin, Greek and Cyrillic letter."""
    letters = map(chr, [*range(0xC0, 0x250), *range(0x370, 0x500), *range(0x1E00, 0x1F00)])
    differ = [char for char in letters if normalise(char) != normalise(unicodedata.normalize("NFD", char))]
    assert differ == []


@given(st.text(st.characters(max_codepoint=0x9FFF, exclude_categories=["Cs"])))
def test_the_normal_form_can_always_be_written_to_a_file(text: str) -> None:
    """Lone surrogates, which UTF-8 cannot hold, are gone."""
    normalise(text + "\ud800").encode("utf-8")


@given(ANY_TEXT | TRICKY_TEXT, TRICKY_TEXT, ANY_TEXT | TRICKY_TEXT)
def test_a_quote_taken_from_a_page_is_found_in_it(before: str, quote: str, after: str) -> None:
    """What was found is the quote again, unless there is nothing to find."""
    page = f"{before}。{quote}。{after}"
    found = find_quote(page, quote)
    if found is None:
        assert normalise(quote) == ""
    else:
        start, end = found
        assert 0 <= start < end <= len(page)
        assert "".join(normalise(quote).split()) in "".join(normalise(page[start:end]).split())


@given(st.lists(ANY_TEXT))
def test_the_order_of_texts_is_the_order_of_python(texts: list[str]) -> None:
    """So `sorted` may be used on this side."""
    assert sorted(texts) == sorted(texts, key=cmp_to_key(by_code_point))


@given(ANY_TEXT, ANY_TEXT)
def test_counts_of_two_paragraphs_add_up(first: str, second: str) -> None:
    """Each paragraph counts for itself."""
    expected = tuple(a + b for a, b in zip(count_text(first), count_text(second), strict=True))
    assert expected == count_text(f"{first}\n{second}")
