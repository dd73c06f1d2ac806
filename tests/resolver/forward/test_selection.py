"""Which upstream is asked."""

from __future__ import annotations

from filterdns.resolver.forward.selection import Candidate, Selection


def three() -> tuple[Selection[Candidate], list[Candidate]]:
    candidates = [Candidate() for _ in range(3)]
    return Selection(candidates), candidates


def test_fastest_is_best_after_ranking() -> None:
    selection, (slow, fast, middle) = three()
    for candidate, seconds in ((slow, 0.3), (fast, 0.01), (middle, 0.1)):
        selection.answered(candidate, seconds)
    selection.rank()
    assert selection.best is fast
    assert selection.next_after([fast]) is middle
    assert selection.next_after([fast, middle]) is slow
    assert selection.next_after([fast, middle, slow]) is None


def test_round_trip_time_is_smoothed() -> None:
    selection, (one, _, _) = three()
    selection.answered(one, 0.010)
    selection.answered(one, 0.090)
    assert 0.010 < one.smoothed < 0.030


def test_silent_upstream_falls_and_rises_with_an_answer() -> None:
    selection, (one, two, _) = three()
    selection.answered(one, 0.01)
    selection.answered(two, 0.02)
    selection.rank()
    for _ in range(3):
        assert selection.best is one
        selection.was_silent(one, 100.0)
    assert one.fallen
    assert selection.best is two
    selection.answered(one, 0.01)
    assert selection.best is one


def test_one_lost_packet_changes_nothing() -> None:
    selection, (one, two, _) = three()
    selection.answered(one, 0.01)
    selection.answered(two, 0.02)
    selection.rank()
    for _ in range(20):
        selection.was_silent(one, 1.0)
        selection.answered(one, 0.01)
    assert selection.best is one


def test_upstream_that_only_fails_falls_later() -> None:
    selection, (one, _, _) = three()
    for _ in range(11):
        selection.failed(one, 1.0)
    assert not one.fallen
    selection.failed(one, 1.0)
    assert one.fallen


def test_when_all_have_fallen_the_best_is_still_asked() -> None:
    selection, candidates = three()
    for candidate in candidates:
        for _ in range(3):
            selection.was_silent(candidate, 1.0)
    assert selection.best is not None


def test_fallen_upstream_is_probed_with_growing_pauses() -> None:
    selection, (one, two, three_) = three()
    selection.due_probes(0.0)
    for _ in range(3):
        selection.was_silent(one, 0.0)
    two.probe_at = three_.probe_at = float("inf")
    probed = [second for second in range(300) if one in selection.due_probes(float(second))]
    assert probed[:6] == [1, 3, 7, 15, 31, 63]
    assert probed[6] - probed[5] == probed[7] - probed[6] == 64


def test_upstream_out_of_use_is_measured_now_and_then() -> None:
    selection, candidates = three()
    assert selection.due_probes(0.0) == candidates
    assert selection.due_probes(29.0) == []
    assert selection.due_probes(31.0) == candidates[1:]
    assert candidates[0] in selection.due_probes(301.0)


def test_loop_is_never_asked() -> None:
    selection, candidates = three()
    for candidate in candidates:
        assert selection.best is not None
        selection.found_loop(candidate)
    assert selection.best is None
    assert selection.next_after([]) is None
