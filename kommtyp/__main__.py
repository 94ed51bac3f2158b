"""``python -m kommtyp`` does what the command ``kommtyp`` does."""

from kommtyp.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main(prog_name="kommtyp")
