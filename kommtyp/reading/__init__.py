"""Reading: a file or a frame and a codebook become a Survey, with an account of what was repaired."""

from kommtyp.reading.answers import draft_codebook, read_survey, to_survey
from kommtyp.reading.toml_text import codebook_to_toml

__all__ = ["codebook_to_toml", "draft_codebook", "read_survey", "to_survey"]
