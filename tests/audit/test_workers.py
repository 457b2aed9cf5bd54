"""Libraries keep to one thread inside the workers, and have theirs back afterwards."""

import os
import time

import cv2
import pytest
from threadpoolctl import threadpool_info

from xray_core.audit.workers import workers


def algebra_threads() -> set[int]:
    return {item["num_threads"] for item in threadpool_info() if item["user_api"] == "blas"}


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core has one thread anyway")
def test_libraries_have_one_thread_each_as_long_as_workers_work() -> None:
    before = algebra_threads(), cv2.getNumThreads()
    with workers() as pool:
        assert pool.submit(algebra_threads).result() == {1}
        assert cv2.getNumThreads() == 1
    assert (algebra_threads(), cv2.getNumThreads()) == before


def test_a_stop_does_not_wait_for_what_has_not_begun() -> None:
    done: list[int] = []

    def work() -> None:
        time.sleep(0.005)
        done.append(1)

    def stopped() -> None:
        with workers() as pool:
            for _ in range(200):
                pool.submit(work)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert len(done) < 200
