"""The command line: one command from a survey file to a report."""

from kommtyp.cli.commands import main

__all__ = ["main"]
