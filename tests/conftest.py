"""What many tests ask for."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from kommtyp.datasets import load_sample

settings.register_profile("kommtyp", deadline=None)  # no test watches the clock
settings.load_profile("kommtyp")

collect_ignore = ["reference"]  # scripts that made the figures, not tests

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with public data of other surveys; the test is skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the public data of other surveys are not at hand")
    return SHARED


@pytest.fixture(scope="session")
def _sample() -> pd.DataFrame:
    return load_sample()


@pytest.fixture
def sample(_sample: pd.DataFrame) -> pd.DataFrame:
    """The packaged sample of 412 synthetic municipalities, a fresh copy for every test."""
    return _sample.copy()
