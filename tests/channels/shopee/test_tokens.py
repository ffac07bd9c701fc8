"""One refresh per shop, and only a confirmed refusal signs a shop out."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from lapak.channels.kit.errors import (
    ChannelBusy,
    ChannelFault,
    KeysRefused,
    NotUnderstood,
    OutcomeUnknown,
    ShopBlocked,
    SignedOut,
)
from lapak.channels.kit.keeper import MemoryKeeper
from lapak.domain.connection import Grant
from tests.channels.shopee.shop import grant, scene_of, shop

INFO = "/api/v2/shop/get_shop_info"
RENEW = "/api/v2/auth/access_token/get"
GOOD = """
[[call]]
does = "GET /api/v2/shop/get_shop_info"
query = { access_token = "akses-baru" }
again = true
answer = '{"error": "", "shop_name": "Dapur"}'
"""
RENEWED = """
[[call]]
does = "POST /api/v2/auth/access_token/get"
sends = '{"refresh_token": "rahasia-perpanjang-4471", "shop_id": 778899, "partner_id": 2001887}'
answer = '{"error": "", "access_token": "akses-baru", "refresh_token": "perpanjang-baru", "expire_in": 14400}'
"""


class Together(MemoryKeeper):
    """All workers have the stale grant in hand before any of them goes on."""

    def __init__(self, stale: Grant, *, workers: int) -> None:
        super().__init__(stale)
        self._all_here = threading.Barrier(workers)
        self._came = threading.local()

    def current(self) -> Grant:
        found = super().current()
        if not hasattr(self._came, "once"):
            self._came.once = True
            self._all_here.wait(10)
        return found


def refusing(answer: str) -> str:
    return f"""
[[call]]
does = "GET /api/v2/shop/get_shop_info"
query = {{ access_token = "rahasia-akses-4471" }}
again = true
answer = '{answer}'
"""


@pytest.mark.parametrize(
    "refusal",
    [
        '{"error": "invalid_acceess_token", "message": ""}',
        '{"error": "invalid_access_token", "message": ""}',
        '{"error": "common.error_auth", "message": "Invalid access_token."}',
        '{"error": "error_param", "message": "There is no access_token in query."}',
    ],
)
def test_a_token_refused_on_the_way_is_renewed_once_and_the_call_made_again(tmp_path: Path, refusal: str) -> None:
    scene = scene_of(tmp_path, GOOD + RENEWED + refusing(refusal))
    keeper = MemoryKeeper(grant())
    assert shop(scene, keeper=keeper).profile().name == "Dapur"
    assert keeper.current().refresh_token == "perpanjang-baru"
    assert scene.count(f"POST {RENEW}") == 1


@pytest.mark.parametrize("ends_in", [timedelta(minutes=4), timedelta(hours=-1)])
def test_sixteen_threads_at_the_end_of_a_token_make_one_refresh(tmp_path: Path, ends_in: timedelta) -> None:
    scene = scene_of(tmp_path, GOOD + RENEWED)  # a second refresh is not recorded and would fail
    keeper = Together(grant(ends_in=ends_in), workers=16)
    names, faults = list[str](), list[BaseException]()

    def work() -> None:
        try:
            names.append(shop(scene, keeper=keeper).profile().name)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert names == ["Dapur"] * 16
    assert scene.count(f"POST {RENEW}") == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ('{"error": "error_auth", "message": "Invalid refresh_token."}', SignedOut),
        ('{"error": "error_shop_refresh_token", "message": "Your refresh token is error"}', SignedOut),
        ('{"error": "refresh_token_expired", "message": ""}', SignedOut),
        ('{"error": "shop_access_expired", "message": ""}', SignedOut),
        ('{"error": "shop_no_linked", "message": ""}', SignedOut),
        ('{"error": "shop_banned", "message": ""}', ShopBlocked),
        ('{"error": "error_sign", "message": "Wrong sign."}', KeysRefused),
        ('{"error": "error_auth", "message": "Invalid partner_id."}', KeysRefused),
        ('{"error": "error_server", "message": "Something wrong."}', ChannelBusy),
        ('{"error": "hal_baru", "message": ""}', NotUnderstood),
        ('{"error": "", "access_token": "a"}', NotUnderstood),
    ],
)
def test_only_a_confirmed_refusal_signs_out(tmp_path: Path, answer: str, kind: type[ChannelFault]) -> None:
    scene = scene_of(tmp_path, f"[[call]]\ndoes = \"POST {RENEW}\"\nanswer = '{answer}'\n")
    keeper = MemoryKeeper(grant(ends_in=timedelta(0)))
    with pytest.raises(ChannelFault) as caught:
        shop(scene, keeper=keeper).profile()
    assert type(caught.value) is kind
    assert keeper.current().refresh_token == "rahasia-perpanjang-4471", "a healthy grant is never dropped"


def test_while_the_token_still_holds_a_failed_renewal_can_wait(tmp_path: Path) -> None:
    failing = f'[[call]]\ndoes = "POST {RENEW}"\nfault = "timeout"\n'
    held = refusing('{"error": "", "shop_name": "Dapur"}')
    keeper = MemoryKeeper(grant(ends_in=timedelta(minutes=3)))
    assert shop(scene_of(tmp_path, failing + held), keeper=keeper).profile().name == "Dapur"
    keeper = MemoryKeeper(grant(ends_in=timedelta(seconds=-1)))
    with pytest.raises(OutcomeUnknown):
        shop(scene_of(tmp_path, failing + held), keeper=keeper).profile()


def test_a_token_refused_right_after_its_renewal_is_no_reason_to_bother_the_owner(tmp_path: Path) -> None:
    refused = '{"error": "invalid_acceess_token", "message": ""}'
    text = RENEWED + refusing(refused) + refusing(refused).replace("rahasia-akses-4471", "akses-baru")
    with pytest.raises(KeysRefused):
        shop(scene_of(tmp_path, text)).profile()


def test_when_the_channel_says_how_long_to_wait_the_whole_shop_waits(tmp_path: Path) -> None:
    scene = scene_of(
        tmp_path,
        f"""[[call]]
does = "GET {INFO}"
again = true
status = 429
headers = {{ Retry-After = "20" }}
answer = '{{}}'
""",
    )
    first = shop(scene, shop_id="429429")
    for opened in (first, first, shop(scene, shop_id="429429")):
        with pytest.raises(ChannelBusy) as caught:
            opened.profile()
        assert caught.value.told["wait_s"] in (19, 20)
    assert len(scene.requests) == 1
