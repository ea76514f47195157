"""What click itself says (Usage, Options, No such option …), in our language.

click asks gettext, which looks for a compiled file by the locale of the machine; a teacher whose terminal is set to
English, or to nothing, still reads Chinese here. Texts that the catalogue does not know stay English.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

import click
from click import core, decorators, exceptions, formatting, parser, types

from kejian.catalogue import say, texts

__all__ = ["MODULES", "name_metavars", "speak"]

MODULES: Final[tuple[ModuleType, ...]] = (core, decorators, exceptions, formatting, parser, types)
"""Those whose words a command can show."""
_METAVARS: Final = {"text": "cli.text", "integer": "cli.number", "integer range": "cli.number"}


def speak(language: str) -> None:
    """From now on click speaks that language; before the first command is made, since some texts are made then."""
    words = texts("click", language)

    def gettext(message: str) -> str:
        return words.get(message, message)

    def ngettext(one: str, many: str, number: int) -> str:
        return gettext(one if number == 1 else many)

    for module in MODULES:
        for name, function in (("_", gettext), ("ngettext", ngettext)):
            if hasattr(module, name):
                setattr(module, name, function)


def name_metavars(command: click.Command, language: str) -> None:
    """The placeholders of a command and of those below it: for its options, their values, other commands."""
    command.options_metavar = say("cli.options", language)
    for parameter in command.params:
        if name := _METAVARS.get(parameter.type.name):
            parameter.metavar = parameter.metavar or say(name, language)
    if isinstance(command, click.Group):
        command.subcommand_metavar = say("cli.command", language)
        for each in command.commands.values():
            name_metavars(each, language)
