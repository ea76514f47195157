"""TeX formulas of the `math` role as Typst: the part of TeX that exercises use, and an error for the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kejian.pdf.typeset import escape, string

__all__ = ["FormulaError", "formula"]

_TABLE: Final = """
alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ
sigma σ tau τ upsilon υ phi φ chi χ psi ψ omega ω
Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω
times × div ÷ cdot ⋅ pm ± mp ∓ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ equiv ≡ sim ∼ propto ∝
sum ∑ prod ∏ int ∫ infty ∞ partial ∂ nabla ∇ in ∈ notin ∉ subset ⊂ subseteq ⊆ cup ∪ cap ∩ forall ∀ exists ∃
to → rightarrow → leftarrow ← Rightarrow ⇒ ldots … cdots ⋯
"""
_WORDS: Final = _TABLE.split()
SYMBOLS: Final[Mapping[str, str]] = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
NAMES: Final = frozenset(("ln", "log", "lg", "exp", "sin", "cos", "tan", "max", "min", "lim", "Pr", "arg"))
TEXT: Final = frozenset(("text", "mathrm", "operatorname", "mbox"))
SPACES: Final = frozenset((",", ";", ":", " ", "!", "quad", "qquad", "left", "right", "displaystyle"))
_TOKEN: Final = re.compile(r"\\([A-Za-z]+|.)|(\d+(?:\.\d+)?)|(\s+)|(.)", re.DOTALL)


class FormulaError(ValueError):
    """A formula that cannot be set; the text is the part that is not understood."""


def formula(tex: str) -> str:
    """The formula as Typst code, with the TeX as its text alternative; raises FormulaError."""
    tokens = [match for match in _TOKEN.finditer(tex.strip()) if not match[3]]
    tokens.reverse()
    body = _group(tokens, "")
    return f"#math.equation(alt: {string(tex.strip())}, ${body}$);"


def _group(tokens: list[re.Match[str]], end: str) -> str:
    """All up to the closing mark `end`, or to the end of the formula."""
    parts: list[str] = []
    while tokens:
        if end and tokens[-1][0] == end:
            tokens.pop()
            return " ".join(filter(None, parts))
        parts.append(_one(tokens))
    if end:
        raise FormulaError(end)
    return " ".join(filter(None, parts))


def _one(tokens: list[re.Match[str]]) -> str:
    """The next thing: a symbol, a number, a group, or a command with its arguments."""
    if not tokens:
        raise FormulaError("…")
    token = tokens.pop()
    name, number, _, char = token.groups()
    if number:
        return str(number)
    if char == "{":
        return f"({_group(tokens, '}')})" if tokens and tokens[-1][0] != "}" else _group(tokens, "}")
    if char in ("^", "_"):
        return f"{char}({_argument(tokens)})"
    if char is not None:
        if char in "}&#~":
            raise FormulaError(char)
        # outside ASCII: a text, since Typst's formulas have no face for Chinese
        return string(char) if ord(char) > 0x2FFF else char if char.isalpha() else escape(char)
    return _command(name, tokens)


def _command(name: str, tokens: list[re.Match[str]]) -> str:
    if name in SYMBOLS:
        return SYMBOLS[name]
    if name in NAMES:
        return f"op({string(name)})"
    if name in SPACES:
        return ""
    if name in "%$#&_{}":
        return "\\" + name
    if name in ("frac", "dfrac", "tfrac"):
        above, below = _argument(tokens), _argument(tokens)
        return f"frac({above}, {below})"
    if name in ("sqrt", "bar", "overline", "hat", "vec"):
        typst = {"bar": "overline", "vec": "arrow"}.get(name, name)
        return f"{typst}({_argument(tokens)})"
    if name in TEXT and tokens and tokens[-1][0] == "{":
        tokens.pop()
        letters = []
        while tokens and tokens[-1][0] != "}":
            letters.append(tokens.pop()[0])
        if tokens:
            tokens.pop()
            return string("".join(letters))
    raise FormulaError("\\" + name)


def _argument(tokens: list[re.Match[str]]) -> str:
    if tokens and tokens[-1][0] == "{":
        tokens.pop()
        return _group(tokens, "}")
    return _one(tokens)
