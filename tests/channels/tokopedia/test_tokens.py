"""One refresh per shop, and only a confirmed refusal signs a shop out."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from lapak.channels.kit.errors import ChannelBusy, ChannelFault, KeysRefused, NotUnderstood, OutcomeUnknown, SignedOut
from lapak.channels.kit.keeper import MemoryKeeper
from tests.channels.tokopedia.shop import grant, scene_of, shop

RENEW = "/api/v2/token/refresh"
GOOD = """
[[call]]
does = "GET /authorization/202309/shops"
again = true
answer = '{"code": 0, "data": {"shops": [{"id": "778899", "name": "Dapur", "region": "ID", "cipher": "c"}]}}'
"""
RENEWED = """
[[call]]
does = "GET /api/v2/token/refresh"
query = { refresh_token = "rahasia-perpanjang-4471", grant_type = "refresh_token" }
answer = '''{"code": 0, "data": {"access_token": "akses-baru", "access_token_expire_in": 4102444800,
  "refresh_token": "perpanjang-baru", "refresh_token_expire_in": 4828000000}}'''
"""


def refusing(answer: str, *, status: int = 200, again: bool = False) -> str:
    return f"""
[[call]]
does = "GET /authorization/202309/shops"
again = {str(again).lower()}
status = {status}
answer = '{answer}'
"""


@pytest.mark.parametrize(
    "refusal",
    [
        '{"code": 105002, "message": "Expired credentials."}',
        '{"code": 36004004, "message": "Invalid token."}',
        '{"code": 36009004, "message": "Invalid header x-tts-access-token."}',
    ],
)
def test_a_token_refused_on_the_way_is_renewed_once_and_the_call_made_again(tmp_path: Path, refusal: str) -> None:
    scene = scene_of(tmp_path, refusing(refusal, status=401) + GOOD + RENEWED)
    keeper = MemoryKeeper(grant())
    assert shop(scene, keeper=keeper).profile().name == "Dapur"
    kept = keeper.current()
    assert (kept.refresh_token, dict(kept.extra)) == ("perpanjang-baru", dict(grant().extra))
    assert scene.requests[-1].headers["x-tts-access-token"] == "akses-baru"
    assert scene.count(f"GET {RENEW}") == 1


@pytest.mark.parametrize("ends_in", [timedelta(minutes=50), timedelta(hours=-1)])
def test_sixteen_threads_at_the_end_of_a_token_make_one_refresh(tmp_path: Path, ends_in: timedelta) -> None:
    scene = scene_of(tmp_path, GOOD + RENEWED)  # a second refresh is not recorded and would fail
    keeper = MemoryKeeper(grant(ends_in=ends_in))
    start, names, faults = threading.Barrier(16), list[str](), list[BaseException]()

    def work() -> None:
        start.wait()
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
    assert scene.count(f"GET {RENEW}") == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ('{"code": 36004004, "message": "Invalid token."}', SignedOut),
        ('{"code": 101000, "message": "Seller is not authorised."}', SignedOut),
        ('{"code": 12345, "message": "The refresh_token is expired."}', SignedOut),
        ('{"code": 106001, "message": "Invalid credentials."}', KeysRefused),
        ('{"code": 36009004, "message": "Invalid app_key."}', KeysRefused),
        ('{"code": 36009003, "message": "Internal error."}', ChannelBusy),
        ('{"code": 987654, "message": "Hal baru."}', NotUnderstood),
        ('{"code": 0, "data": {"access_token": "a"}}', NotUnderstood),
    ],
)
def test_only_a_confirmed_refusal_signs_out(tmp_path: Path, answer: str, kind: type[ChannelFault]) -> None:
    scene = scene_of(tmp_path, f"[[call]]\ndoes = \"GET {RENEW}\"\nanswer = '{answer}'\n")
    keeper = MemoryKeeper(grant(ends_in=timedelta(0)))
    with pytest.raises(ChannelFault) as caught:
        shop(scene, keeper=keeper).profile()
    assert type(caught.value) is kind
    assert keeper.current().refresh_token == "rahasia-perpanjang-4471", "a healthy grant is never dropped"


def test_while_the_token_still_holds_a_failed_renewal_can_wait(tmp_path: Path) -> None:
    failing = f'[[call]]\ndoes = "GET {RENEW}"\nfault = "timeout"\n'
    keeper = MemoryKeeper(grant(ends_in=timedelta(minutes=3)))
    assert shop(scene_of(tmp_path, failing + GOOD), keeper=keeper).profile().name == "Dapur"
    keeper = MemoryKeeper(grant(ends_in=timedelta(seconds=-1)))
    with pytest.raises(OutcomeUnknown):
        shop(scene_of(tmp_path, failing + GOOD), keeper=keeper).profile()


def test_a_token_refused_right_after_its_renewal_is_no_reason_to_bother_the_owner(tmp_path: Path) -> None:
    expired = '{"code": 105002, "message": "Expired credentials."}'
    with pytest.raises(KeysRefused):
        shop(scene_of(tmp_path, RENEWED + refusing(expired, status=401, again=True))).profile()


def test_a_shop_the_consent_no_longer_covers_must_consent_again(tmp_path: Path) -> None:
    with pytest.raises(SignedOut):
        shop(scene_of(tmp_path, refusing('{"code": 0, "data": {"shops": []}}'))).profile()
