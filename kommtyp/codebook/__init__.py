"""What the columns of a survey mean: items, their scales, codes and missing values."""

from kommtyp.codebook.files import packaged_codebook, read_codebook, read_toml, with_columns
from kommtyp.codebook.items import Block, Codebook, Item, Role, Scale, normalise

__all__ = [
    "Block",
    "Codebook",
    "Item",
    "Role",
    "Scale",
    "normalise",
    "packaged_codebook",
    "read_codebook",
    "read_toml",
    "with_columns",
]
