"""`python -m kejian` is the command line."""

from kejian.cli import main

main(prog_name="kejian")
