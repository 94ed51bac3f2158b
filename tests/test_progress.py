import time

from kommtyp.progress import progress_bar


def test_a_bar_that_is_asked_for_is_shown_on_standard_error(capsys):
    with progress_bar(3, "resamples", shown=True) as advance:
        advance(2)
        advance(1)
    captured = capsys.readouterr()
    assert "resamples" in captured.err
    assert not captured.out


def test_nothing_is_shown_where_nobody_looks(capsys):
    for shown in (None, False):
        with progress_bar(3, "resamples", shown=shown) as advance:
            advance(3)
    assert capsys.readouterr() == ("", "")


def test_steps_of_unknown_number_are_counted(capsys):
    with progress_bar(None, "starts", shown=True) as advance:
        time.sleep(0.15)
        advance(7)
    assert "starts: 7" in capsys.readouterr().err
