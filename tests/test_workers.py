import time

import pytest

from kommtyp.errors import FitError
from kommtyp.workers import run


def slow_if_first(i):
    time.sleep(0.02 if i == 0 else 0)
    return i


@pytest.mark.parametrize("n_jobs", [None, 1, 2, -1])
def test_results_come_in_the_order_of_the_arguments(n_jobs):
    assert run(slow_if_first, [(i,) for i in range(6)], n_jobs=n_jobs) == list(range(6))


@pytest.mark.parametrize("n_jobs", [0, 1.5, "two", True])
def test_a_number_of_workers_that_is_none_is_refused(n_jobs):
    with pytest.raises(FitError, match="n_jobs"):
        run(slow_if_first, [(1,)], n_jobs=n_jobs)


def test_an_error_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        run(divmod, [(1, 1), (1, 0)], n_jobs=2)


@pytest.mark.parametrize("keep_partial", [True, False])
def test_an_interruption_keeps_the_results_so_far_or_is_raised(keep_partial):
    seen = []

    def advance(result):
        seen.append(result)
        if len(seen) == 3:
            raise KeyboardInterrupt

    def call():
        return run(slow_if_first, [(i,) for i in range(50)], n_jobs=2, advance=advance, keep_partial=keep_partial)

    if keep_partial:
        assert call() == [0, 1, 2]
    else:
        with pytest.raises(KeyboardInterrupt):
            call()
