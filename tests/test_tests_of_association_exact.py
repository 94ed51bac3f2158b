"""Fisher's exact test: every table counted one by one, R's figures, and tables that are too many to list."""

from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_data import figures

from kommtyp.tests_of_association import fisher_exact, fisher_monte_carlo


def counted(table):
    """Add up the probabilities of all tables with these margins that are not more probable, in whole numbers."""
    rows, columns = table.sum(1), table.sum(0)
    seen = prod(factorial(cell) for cell in table.ravel().tolist())
    scale, total, extreme = factorial(int(table.sum())), 0, 0
    for column in product(*(ways(int(total), rows) for total in columns[:-1])):
        last = rows - np.sum(column, axis=0)
        if (last < 0).any():
            continue
        cells = prod(factorial(int(cell)) for cell in [*np.ravel(column), *last])
        total += scale**4 // cells
        extreme += scale**4 // cells if cells >= seen else 0
    return extreme / total


def ways(total, rows):
    """All ways to place the answers of one column."""
    return [cells for cells in product(*(range(min(total, row) + 1) for row in rows)) if sum(cells) == total]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([(2, 5), (3, 3), (3, 4), (4, 3)]), st.data())
def test_every_table_is_counted(shape, data):
    cells = data.draw(st.lists(st.integers(0, 3), min_size=12, max_size=12))
    table = np.array(cells[: shape[0] * shape[1]]).reshape(shape)
    table = table[table.sum(1) > 0][:, table.sum(0) > 0]
    if min(table.shape, default=0) < 2:
        return
    assert fisher_exact(table).p_value == pytest.approx(counted(table), rel=1e-9)


@pytest.mark.parametrize(
    "table",
    [
        [[9, 4, 6, 2, 1, 3, 5], [2, 5, 6, 7, 4, 1, 9]],
        [[128, 2, 2], [108, 1, 3], [80, 0, 2], [75, 5, 0]],
    ],
    ids=str,
)
def test_tables_of_hundreds_are_exact_and_drawn_ones_agree(table):
    exact, drawn = fisher_exact(table), fisher_monte_carlo(table)
    assert exact is not None
    assert abs(exact.p_value - drawn.p_value) < 4 * drawn.error


def test_a_table_with_more_ways_than_usual_is_exact_if_it_is_allowed():
    case = figures("contingency")["result"]["job"]
    assert fisher_exact(case["table"]) is None
    assert fisher_exact(case["table"], most_tables=1_500_000).p_value == pytest.approx(case["fisher_p"], rel=1e-9)
