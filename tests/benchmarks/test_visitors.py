"""Visitors who come at once: each gets the answer of its own film, and none sees another's."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from xray_core.benchmarks import visitors
from xray_core.benchmarks.registry import BENCHMARKS, has_failed
from xray_core.benchmarks.visitors import Visit, bench_visitors, is_own
from xray_core.data.decoding.images import decode_image
from xray_core.opinion.answer import give_opinion
from xray_core.opinion.consulted import Consulted


def answered(number: int) -> Visit:
    visit = visitors._visit(number)
    film = decode_image(visit.data, visit.name)
    opinion = give_opinion(film, [Consulted.of("small_cnn")], name=visit.name)
    return replace(visit, answer=opinion.as_json())


@pytest.mark.long
def test_the_answer_of_another_film_is_wrong_and_fails_the_benchmark() -> None:
    first, second = answered(1), answered(2)
    assert is_own(first)
    assert not is_own(replace(first, answer=second.answer))
    changed = {label: value + 0.01 for label, value in first.answer["mean"].items()}
    assert not is_own(replace(first, answer=first.answer | {"mean": changed}))
    assert BENCHMARKS["visitors"] is bench_visitors
    assert has_failed([{"wrong_answers": 1}])
    assert has_failed([{"strangers": 1}])
    assert not has_failed([{"wrong_answers": 0, "strangers": 0}])


@pytest.mark.long
@pytest.mark.browser
def test_three_visitors_at_once_never_meet() -> None:
    with ThreadPoolExecutor(1) as apart:  # the other browser tests have a loop of their own here
        (row,) = apart.submit(bench_visitors, count=3).result()
    assert (row["visitors"], row["wrong_answers"], row["strangers"]) == (3, 0, 0)
    assert 0 < row["seconds_p50"] <= row["seconds_p95"]
    assert row["megabytes_before"] <= row["megabytes_peak"]
    assert row["megabytes_after"] - row["megabytes_before"] < 300
