"""Lists go on where they stopped, whatever comes in between."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from lapak.accounts.services import own
from lapak.core.clock import now
from lapak.core.ids import uuid7
from lapak.orders.models import Order
from lapak.registry.services import register_business
from tests import make
from tests.api.caller import Caller, an_owner, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ani() -> Caller:
    return an_owner()


def order(ani: Caller, number: int, placed_at: datetime) -> Order:
    return Order.objects.create(
        business_id=ani.business_id, shop_id=uuid7(), channel="shopee", external_no=f"24{number:06d}", state="to_ship",
        placed_at=placed_at, changed_at=placed_at, written_at=placed_at, total_idr=15_000,
    )  # fmt: skip


def whole(ani: Caller, path: str, key: str, between: object = None) -> list[str]:
    """All items of a list, two at a time. between: called after each page."""
    found, cursor = [], ""
    while True:
        told_page = ani.get(f"{path}?limit=2{cursor}")
        assert len(told_page["items"]) <= 2
        found += [item[key] for item in told_page["items"]]
        if told_page["next"] is None:
            return found
        cursor = f"&cursor={told_page['next']}"
        if callable(between):
            between()


def test_orders_placed_in_the_same_second_are_all_there_once(ani: Caller) -> None:
    at = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    made = [order(ani, number, at + timedelta(seconds=number // 4)) for number in range(9)]
    wanted = [str(one.pk) for one in sorted(made, key=lambda one: (one.placed_at, one.pk), reverse=True)]
    assert whole(ani, f"/businesses/{ani.business_id}/orders", "order_id") == wanted


def test_new_orders_neither_repeat_nor_hide_old_ones(ani: Caller) -> None:
    made = [str(order(ani, number, now() - timedelta(hours=number)).pk) for number in range(6)]
    later = iter(range(100, 200))
    found = whole(ani, f"/businesses/{ani.business_id}/orders", "order_id", lambda: order(ani, next(later), now()))
    assert found == made


def test_new_products_and_businesses_neither_repeat_nor_hide_old_ones(ani: Caller) -> None:
    made = [str(make.product(ani.actor, ani.business_id, sku=f"S{number}")) for number in range(5)]
    later = iter(range(100, 200))
    found = whole(
        ani, f"/businesses/{ani.business_id}/products", "product_id",
        lambda: make.product(ani.actor, ani.business_id, sku=f"S{next(later)}"),
    )  # fmt: skip
    assert found == made[::-1]

    def another() -> str:
        assert ani.actor.person_id is not None
        business_id = register_business(actor_person=ani.actor.person_id, name="Kopi Pak Darma")
        own(person_id=ani.actor.person_id, business_id=business_id)
        return str(business_id)

    owned = [str(ani.business_id), *(another() for _ in range(4))]
    assert whole(ani, "/businesses", "business_id", another) == owned[::-1]


@pytest.mark.parametrize("path", ["/businesses", "{}/orders", "{}/products", "{}/listings"])
@pytest.mark.parametrize(
    "cursor", ["x", "%00", "AAAA", "====", "bm90IGFuIGlk", "MjAyNi0xMS0yNFQwNTowMDowMCB4", "-_-_", "é", "9" * 200]
)
def test_a_cursor_that_is_not_ours_is_refused(ani: Caller, path: str, cursor: str) -> None:
    answer = ani.call("GET", f"{path.format(f'/businesses/{ani.business_id}')}?cursor={cursor}")
    assert (answer.status_code, told(answer)["code"]) == (400, "cursor_broken")


def test_a_cursor_without_a_zone_or_from_another_list_is_refused(ani: Caller) -> None:
    for key in (f"2026-11-24T05:00:00 {uuid7()}", str(uuid7())):
        cursor = base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")
        answer = ani.call("GET", f"/businesses/{ani.business_id}/orders?cursor={cursor}")
        assert (answer.status_code, told(answer)["code"]) == (400, "cursor_broken")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1.5"])
def test_a_page_has_between_one_and_a_hundred_items(ani: Caller, limit: str) -> None:
    assert ani.call("GET", f"/businesses?limit={limit}").status_code == 422
