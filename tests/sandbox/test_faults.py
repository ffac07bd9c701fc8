"""The switchboard: each switch does what it says, to whom it says, as often as it says."""

import time
from typing import Any

import httpx2
import pytest

from lapak.sandbox.faults import KINDS
from lapak.sandbox.pages import KIND_WORDS
from tests.sandbox.seller import Seller

PROFILE = "/api/v2/shop/get_profile"


def raw(seller: Seller) -> httpx2.Response:
    return seller.http.get("/shopee" + PROFILE, params=seller.query(PROFILE))


def calls(seller: Seller, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = seller.http.get("/practice/calls", params=query).json()["calls"]
    return found


def test_too_many_requests_say_when_to_come_back(seller: Seller) -> None:
    seller.faults({"kind": "rate_limit", "retry_after": 7, "times": 1})
    answer = raw(seller)
    assert (answer.status_code, answer.json()["error"], answer.headers["Retry-After"]) == (429, "error_rate_limit", "7")
    assert raw(seller).json()["error"] == ""


def test_without_retry_after_there_is_no_header(seller: Seller) -> None:
    seller.faults({"kind": "rate_limit"})
    assert "Retry-After" not in raw(seller).headers


def test_a_token_bucket_is_kept_for_each_shop(seller: Seller) -> None:
    other = Seller(seller.http).connect("Batik Sekar Ayu")
    seller.faults({"kind": "token_bucket", "rate": 0.001, "burst": 3})
    assert [raw(seller).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert raw(other).status_code == 200


def test_server_errors_and_pages_that_are_no_json(seller: Seller) -> None:
    seller.faults({"kind": "server_error", "status": 503, "times": 1}, {"kind": "not_json", "times": 1})
    assert (raw(seller).status_code, raw(seller).headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert raw(seller).json()["error"] == ""


def test_a_slow_answer_is_still_an_answer(seller: Seller) -> None:
    seller.faults({"kind": "slow", "seconds": 0.3, "times": 1})
    began = time.monotonic()
    assert raw(seller).json()["error"] == ""
    assert time.monotonic() - began >= 0.3


def test_a_rule_strikes_only_its_path_and_shop(seller: Seller) -> None:
    other = Seller(seller.http).connect("Batik Sekar Ayu")
    seller.faults({"kind": "server_error", "path": "/api/v2/shop/", "shop_id": str(seller.shop_id)})
    assert raw(seller).status_code == 502
    assert raw(other).status_code == 200
    assert seller.get("logistics/get_channel_list")["error"] == ""


def test_the_same_seed_gives_the_same_run(seller: Seller) -> None:
    def run(seed: int) -> list[int]:
        seller.faults({"kind": "server_error", "chance": 0.5, "seed": seed})
        return [raw(seller).status_code for _ in range(20)]

    first = run(7)
    assert set(first) == {200, 502}
    assert run(7) == first
    assert run(8) != first


def test_a_revoked_token_stays_dead_until_the_seller_agrees_again(seller: Seller) -> None:
    seller.faults({"kind": "token_revoked", "times": 1})
    assert raw(seller).status_code == 403
    assert seller.renew()["error"] == "shop_no_linked"
    back = seller.consent(name="", shop_id=seller.shop_id)
    assert seller.renew()["error"] == "error_shop_refresh_token"
    seller.take(seller.exchange(back["code"]))
    assert raw(seller).status_code == 200


def test_a_refused_product_carries_the_given_reason(seller: Seller) -> None:
    seller.faults({"kind": "refuse_item", "error": "product.error_repeated_mtsku", "message": "Mirip.", "times": 1})
    answer = seller.post("product/add_item", seller.item())
    assert (answer["error"], answer["message"]) == ("product.error_repeated_mtsku", "Mirip.")
    seller.add()


def test_some_entries_of_a_batch_fail_and_are_not_applied(seller: Seller) -> None:
    item_id = seller.add()
    options = [{"option": f"{n}"} for n in range(20)]
    models = [{"tier_index": [n], "original_price": 5000, "seller_stock": [{"stock": 1}]} for n in range(20)]
    body = {"item_id": item_id, "tier_variation": [{"name": "Isi", "option_list": options}], "model": models}
    ids = [one["model_id"] for one in seller.post("product/init_tier_variation", body)["response"]["model"]]
    seller.faults({"kind": "partial_batch", "share": 0.4, "seed": 3})
    stocks = [{"model_id": one, "seller_stock": [{"stock": 9}]} for one in ids]
    answer = seller.post("product/update_stock", {"item_id": item_id, "stock_list": stocks})["response"]
    done = {one["model_id"] for one in answer["success_list"]}
    failed = {one["model_id"] for one in answer["failure_list"]}
    assert done
    assert failed
    assert done | failed == set(ids)
    assert {one["model_id"] for one in seller.state()["items"][0]["models"] if one["stock"] == 9} == done


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ({"kind": "gempa"}, "unknown kind"),
        ({"kind": "slow", "second": 3}, "does not take second"),
        ({"kind": "slow", "seconds": "lama"}, "seconds must be a number"),
        ({"kind": "slow", "times": 0}, "times"),
        ({"kind": "slow", "chance": 2}, "chance"),
    ],
)
def test_a_rule_that_makes_no_sense_changes_nothing(seller: Seller, rule: dict[str, Any], word: str) -> None:
    seller.faults({"kind": "slow", "seconds": 0})
    answer = seller.http.put("/practice/shopee/faults", json=[{"kind": "not_json"}, rule])
    assert answer.status_code == 400
    assert word in answer.json()["message"]
    assert [one["kind"] for one in seller.http.get("/practice/shopee/faults").json()["rules"]] == ["slow"]


def test_every_kind_of_fault_has_words_for_the_trainer() -> None:
    assert set(KIND_WORDS) == set(KINDS)


def test_one_rule_is_added_and_a_list_replaces_all(seller: Seller) -> None:
    def kinds() -> list[str]:
        return [one["kind"] for one in seller.http.get("/practice/shopee/faults").json()["rules"]]

    seller.http.put("/practice/shopee/faults", json={"kind": "slow", "seconds": 0})
    seller.http.put("/practice/shopee/faults", json={"kind": "push_lose"})
    assert kinds() == ["slow", "push_lose"]
    seller.http.put("/practice/shopee/faults", json=[{"kind": "not_json"}])
    assert kinds() == ["not_json"]


def test_switches_are_turned_off_together(seller: Seller) -> None:
    seller.faults({"kind": "server_error"}, {"kind": "not_json"})
    assert seller.http.delete("/practice/shopee/faults").json()["rules"] == []
    assert raw(seller).status_code == 200


def test_the_journal_counts_calls_without_their_secrets(seller: Seller) -> None:
    seller.renew()
    seller.faults({"kind": "server_error", "times": 1, "path": "/api/v2/shop"})
    raw(seller)
    made = calls(seller, platform="shopee")
    refreshes = [call for call in made if call["path"] == "/api/v2/auth/access_token/get"]
    assert [call["account"] for call in refreshes] == [str(seller.shop_id)]
    assert (made[-1]["account"], made[-1]["status"], made[-1]["fault"]) == (str(seller.shop_id), 502, "server_error")
    assert calls(seller, since=made[-1]["seq"]) == []
    assert calls(seller, platform="whatsapp") == []
    assert seller.access not in str(made)


def test_a_reset_empties_one_platform_and_never_gives_an_id_twice(seller: Seller) -> None:
    item_id = seller.add()
    seller.faults({"kind": "server_error"})
    assert seller.http.post("/practice/shopee/reset").status_code == 200
    assert seller.state()["error"] == "not_found"
    fresh = Seller(seller.http).connect()
    assert fresh.shop_id != seller.shop_id
    assert fresh.add() > item_id


def test_the_index_shows_shops_switches_and_calls(seller: Seller) -> None:
    seller.http.post("/practice/shopee/scene", data={"scene": "gangguan"})
    page = seller.http.get("/").text
    assert "Dapur Bu Ratmi" in page
    assert "Gangguan menyala:" in page
    assert "gangguan di platform (tersisa 20 kali)" in page
    assert "/api/v2/auth/token/get" in page
    seller.http.post("/practice/shopee/scene", data={"scene": ""})
    assert "Gangguan menyala:" not in seller.http.get("/").text
