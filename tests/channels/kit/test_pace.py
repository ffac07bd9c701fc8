"""Keeping to the rate."""

import threading
import time

import pytest

from lapak.channels.kit.errors import ChannelBusy
from lapak.channels.kit.pace import Pace, pace_of


def test_a_burst_is_let_through_and_then_the_rate_holds() -> None:
    pace = Pace(channel="Coba", per_second=50, burst=5)
    began = time.monotonic()
    for _ in range(15):
        pace.take(at_most_s=5)
    assert 0.19 <= time.monotonic() - began < 1.0  # five at once, ten at 50 a second


def test_a_wait_too_long_is_told_at_once_and_costs_no_place() -> None:
    pace = Pace(channel="Coba", per_second=0.5, burst=1)
    pace.take(at_most_s=0)
    for _ in range(3):
        with pytest.raises(ChannelBusy) as caught:
            pace.take(at_most_s=1)
        assert caught.value.told["wait_s"] == 2


def test_nobody_calls_before_the_channel_said_and_other_shops_go_on() -> None:
    held, free = pace_of("Coba", "toko-1", per_second=100), pace_of("Coba", "toko-2", per_second=100)
    held.hold(30)
    with pytest.raises(ChannelBusy) as caught:
        pace_of("Coba", "toko-1", per_second=100).take(at_most_s=5)
    assert caught.value.told["wait_s"] == 30
    free.take(at_most_s=0)


def test_another_rate_counts_from_the_next_call_on() -> None:
    pace_of("Coba", "toko-3", per_second=0.1).take(at_most_s=0)
    with pytest.raises(ChannelBusy):
        pace_of("Coba", "toko-3", per_second=0.1).take(at_most_s=0)
    pace_of("Coba", "toko-3", per_second=50).take(at_most_s=0)


def test_threads_share_one_rate() -> None:
    pace = Pace(channel="Coba", per_second=100, burst=1)
    began = time.monotonic()

    def five_times() -> None:
        for _ in range(5):
            pace.take(at_most_s=5)

    threads = [threading.Thread(target=five_times) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began >= 0.18
