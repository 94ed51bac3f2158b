import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import joblib
import numpy as np
import pandas as pd
import pytest
from joblib.externals.loky import get_reusable_executor
from threadpoolctl import threadpool_info

from kommtyp.datasets import make_survey
from kommtyp.errors import FitError
from kommtyp.selection import choose_k
from kommtyp.sensitivity import explore_choices
from kommtyp.stability import assess_stability
from kommtyp.typology import fit
from kommtyp.workers import run

WORK_TO_INTERRUPT = """
import sys, joblib, kommtyp
if __name__ == "__main__":
    backend, n_jobs, mode = sys.argv[1:]
    result = kommtyp.fit(kommtyp.load_sample(), n_init=5)
    with joblib.parallel_config(backend=backend):
        try:
            options = {"n_init": 50, "n_jobs": int(n_jobs), "progress": True, "on_interrupt": mode}
            found = kommtyp.assess_stability(result, n_boot=4000, **options)
        except KeyboardInterrupt:
            print("raised")
        else:
            print("kept", found.n_boot, len(found.hits), found.failed)
        print("again", kommtyp.assess_stability(result, n_boot=4, n_init=2, n_jobs=2).n_boot)
"""


def slow_if_first(i):
    time.sleep(0.02 if i == 0 else 0)
    return i


def what_ctrl_c_does(i):
    return signal.getsignal(signal.SIGINT)


def work_in_processes():
    with joblib.parallel_config(backend="loky", n_jobs=2):
        return run(slow_if_first, [(0,), (1,)])


def cores_of_the_worker(i):
    np.ones((50, 50)) @ np.ones((50, 50))
    return max((pool["num_threads"] for pool in threadpool_info()), default=1)


@pytest.mark.parametrize("n_jobs", [None, 1, np.int64(2), -1])
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
@pytest.mark.parametrize("backend", ["threading", "sequential"])
def test_an_interruption_keeps_the_results_so_far_or_is_raised(keep_partial, backend):
    seen = []

    def advance(result):
        seen.append(result)
        if len(seen) == 3:
            raise KeyboardInterrupt

    def call():
        with joblib.parallel_config(backend=backend):
            return run(slow_if_first, [(i,) for i in range(50)], n_jobs=2, advance=advance, keep_partial=keep_partial)

    if keep_partial:
        assert call() == [0, 1, 2]
    else:
        with pytest.raises(KeyboardInterrupt):
            call()


class TestBackends:
    @pytest.mark.parametrize("backend", ["threading", "sequential", "loky", "multiprocessing"])
    def test_each_of_joblib_gives_the_results_in_order_and_tells_of_each(self, backend):
        seen = []
        with joblib.parallel_config(backend=backend, n_jobs=2):
            assert run(slow_if_first, [(i,) for i in range(6)], advance=seen.append) == list(range(6))
        assert seen == list(range(6))

    @pytest.mark.parametrize("backend", ["threading", "loky"])
    def test_no_worker_asks_for_more_than_one_core(self, backend):
        with joblib.parallel_config(backend=backend, n_jobs=2):
            assert set(run(cores_of_the_worker, [(i,) for i in range(4)])) == {1}

    def test_processes_ignore_ctrl_c_and_leave_it_to_the_one_that_started_them(self):
        get_reusable_executor().shutdown(wait=True)
        assert run(what_ctrl_c_does, [(i,) for i in range(4)], n_jobs=2) == [signal.SIG_IGN] * 4
        assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN

    def test_processes_can_be_started_from_a_thread_too(self):
        with ThreadPoolExecutor(1) as thread, joblib.parallel_config(backend="loky", n_jobs=2):
            before = signal.getsignal(signal.SIGINT)
            assert run(slow_if_first, [(0,), (1,)]) == thread.submit(work_in_processes).result() == [0, 1]
        assert signal.getsignal(signal.SIGINT) is before

    @pytest.mark.parametrize(
        ("configured", "asked", "used"),
        [
            (3, None, [3]),
            (3, 2, [2]),
            (None, None, []),
            (None, 2, [2]),
            (3, 1, []),
            (None, 1000, [8]),
            (None, -1, [-1]),
        ],
    )
    def test_the_number_of_workers_is_that_of_the_call_then_of_the_configuration(
        self, monkeypatch, configured, asked, used
    ):
        class Asked(joblib.Parallel):
            def __init__(self, n_jobs, **options):
                numbers.append(n_jobs)
                super().__init__(n_jobs=n_jobs, **options)

        numbers = []
        monkeypatch.setattr(joblib, "Parallel", Asked)
        monkeypatch.setattr(joblib, "cpu_count", lambda: 8)
        with joblib.parallel_config(n_jobs=configured) if configured else nullcontext():
            run(max, [(1, 2)], n_jobs=asked)
        assert numbers == used

    @pytest.mark.parametrize("backend", ["sequential", "loky"])
    def test_what_is_found_does_not_depend_on_it(self, found, backend):
        with joblib.parallel_config(backend=backend, n_jobs=2):
            again = everything()
        for table, other in zip(found, again, strict=True):
            pd.testing.assert_frame_equal(table, other, rtol=1e-12)

    @pytest.mark.filterwarnings("default")  # those of dask are not kommtyp's
    def test_dask_is_one_of_them(self, found):
        distributed = pytest.importorskip("distributed")
        cluster = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
        with (
            distributed.LocalCluster(**cluster) as workers,
            distributed.Client(workers),
            joblib.parallel_config(backend="dask"),
        ):
            again = everything()
        for table, other in zip(found, again, strict=True):
            pd.testing.assert_frame_equal(table, other, rtol=1e-12)


def everything():
    """What works side by side, k-means in batches and other methods one resample after the other."""
    answers = make_survey(100, random_state=3)
    result, ward = fit(answers, n_init=10), fit(answers, method="ward")
    stability = [assess_stability(result, n_boot=6, n_init=5), assess_stability(ward, n_boot=4)]
    panel = choose_k(result, k=[2, 4], n_pairs=2, n_boot=2, n_splits=2, n_null=1, n_init_resample=5)
    few = {"scalings": ("ipsative", "rank"), "methods": ("kmeans", "ward"), "k": 4, "missing": 0.75, "n_init": 2}
    choices = explore_choices(result, leave_one_goal_out=False, **few)
    tables = [table for one in stability for table in (one.by_type, one.membership, one.hits)]
    return [*tables, panel.table, panel.null, choices.specifications, choices.municipalities]


@pytest.fixture(scope="module")
def found():
    return everything()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C reaches a process in another way there")
@pytest.mark.parametrize(
    ("backend", "n_jobs", "mode"),
    [("loky", 1, "keep"), ("loky", 1, "raise"), ("loky", 2, "keep"), ("threading", 2, "keep")],
)
def test_ctrl_c_ends_a_process_that_can_go_on_working(backend, n_jobs, mode, tmp_path):
    """The signal goes to the whole group, workers too, as a terminal sends it."""
    script = tmp_path / "work.py"
    script.write_text(WORK_TO_INTERRUPT, encoding="utf-8")
    command = [sys.executable, str(script), backend, str(n_jobs), mode]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen(command, **pipes) as process:
        shown = ""
        while not re.search(r"\| [1-9]\d*/4000", shown):
            shown += (read := process.stderr.read(1))
            assert read, shown
        os.killpg(process.pid, signal.SIGINT)
        said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    first, last = said.splitlines()
    assert last == "again 4"
    if mode == "raise":
        assert first == "raised"
    else:
        kept, rows, failed = map(int, first.removeprefix("kept ").split())
        assert 2 <= kept == rows < 4000
        assert failed == 0
