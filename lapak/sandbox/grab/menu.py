"""Reads the menu a partner hosts and says what Grab would not take, in the tree the trace shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lapak.sandbox.fields import BadField, Fields

SELLING_TIMES_MOST, CATEGORIES_MOST, ITEMS_MOST, GROUPS_MOST, MODIFIERS_MOST = 20, 100, 300, 30, 100
ID_CHARS, SELLING_TIME_CHARS, CATEGORY_CHARS, ITEM_CHARS, GROUP_CHARS, MODIFIER_CHARS = 64, 30, 60, 80, 50, 40
DESCRIPTION_CHARS = 300
STOCK_MOST = 9_999_999
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CATEGORY_STATUS = ("AVAILABLE", "UNAVAILABLE", "HIDE")
ITEM_STATUS = ("AVAILABLE", "UNAVAILABLE", "UNAVAILABLETODAY", "HIDE")
SPECIAL = ("alcohol", "tobacco", "meal_for_one")
SERVICE_KEY = re.compile(r"(Delivery|SelfPickUp|DineIn)_(OnDemand|Scheduled)_(GrabApp|StoreFront)")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
GTIN_DIGITS = (8, 12, 13, 14)


class Strict(Fields):
    """JSON as Grab reads it: a number written as text is no number."""

    def whole(self, name: str, *, default: int | None = None, low: int = 0, high: int = 2**63 - 1) -> int:
        """A whole JSON number between bounds."""
        if isinstance(self.values.get(name), str):
            raise self.wrong(name, "must be a whole number")
        return super().whole(name, default=default, low=low, high=high)


class BadMenu(ValueError):
    """The menu as a whole cannot be taken."""


@dataclass
class Menu:
    """What was taken, and what was not: `sections` is the trace's tree of errors, `errors` the same as sentences."""

    exponent: int
    items: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)


def read_menu(whole: dict[str, Any], *, merchant_id: str, service: str, refused: dict[str, str]) -> Menu:
    """The menu with its sound items. An unsound item is left out and named; anything unsound above the items spoils
    the whole menu. `refused` adds reasons by item id ('' stands for every item). Raises BadMenu."""
    root = Strict(whole)
    try:
        if root.text("merchantID", default=merchant_id) != merchant_id:
            raise BadMenu(f"merchantID is not {merchant_id}")
        menu = Menu(exponent=_exponent(root.inside("currency")))
        selling_times = _selling_times(root)
        categories = root.each("categories", high=CATEGORIES_MOST)
        seen: dict[str, set[str]] = {"category": set(), "item": set()}
        for category in categories:
            category_id = _once(seen["category"], category)
            category.text("name", most=CATEGORY_CHARS)
            shown = category.one_of("availableStatus", CATEGORY_STATUS)
            if category.text("sellingTimeID") not in selling_times:
                raise BadField("sellingTimeID", f"of category {category_id} is not among sellingTimes")
            _translations(category)
            _take_items(menu, category, category_id, selling_times, seen["item"], service, refused, shown)
    except BadField as fault:
        raise BadMenu(str(fault)) from None
    return menu


def _once(seen: set[str], entry: Fields) -> str:
    name = entry.text("id", most=ID_CHARS)
    if name in seen:
        raise BadField("id", f"{name} is not unique")
    seen.add(name)
    return name


def _exponent(currency: Fields) -> int:
    if currency.text("code") != "IDR":
        raise BadField("currency.code", "must be IDR")
    currency.text("symbol")
    return currency.whole("exponent", high=4)


def _selling_times(root: Fields) -> set[str]:
    seen: set[str] = set()
    for one in root.each("sellingTimes", high=SELLING_TIMES_MOST):
        _once(seen, one)
        one.text("name", most=SELLING_TIME_CHARS)
        for name in ("startTime", "endTime"):
            try:
                datetime.strptime(one.text(name), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  written in UTC without a zone
            except ValueError:
                raise BadField(name, "must be YYYY-MM-DD hh:mm:ss") from None
        hours = one.inside("serviceHours")
        for day in DAYS:
            _hours(hours.inside(day))
    return seen


def _hours(day: Fields) -> None:
    kind = day.one_of("openPeriodType", ("OpenPeriod", "OpenAllDay", "CloseAllDay"))
    for period in day.each("periods", low=1 if kind == "OpenPeriod" else 0, high=10):
        if any(not CLOCK.fullmatch(period.text(name)) for name in ("startTime", "endTime")):
            raise BadField("periods", "must be HH:MM")


def _translations(entry: Fields) -> None:
    translated = entry.maybe("nameTranslation")
    if translated is not None and len(translated.values) > 1:
        raise BadField("nameTranslation", "takes one language at most")


def _take_items(
    menu: Menu,
    category: Fields,
    category_id: str,
    selling_times: set[str],
    seen: set[str],
    service: str,
    refused: dict[str, str],
    shown: str,
) -> None:
    # GrabMart has one more level; its spelling is told in two ways.
    spelling = next((name for name in ("subCategories", "subcategories") if name in category.values), None)
    parts = category.each(spelling, high=CATEGORIES_MOST) if service == "mart" and spelling else [category]
    bad: list[dict[str, Any]] = []
    for part in parts:
        if part is not category:
            part.text("id", most=ID_CHARS)
            part.text("name", most=CATEGORY_CHARS)
        for item in part.each("items", low=1, high=ITEMS_MOST):
            sent_id = item.values.get("id")
            try:
                spec = _item(item, selling_times, seen)
                if reason := refused.get(spec["id"], refused.get("")):
                    raise BadField("item", reason)
            except BadField as fault:
                menu.errors.append(f"item {sent_id}: {fault}")
                bad.append({"id": str(sent_id or ""), "errors": [str(fault)], "modifierGroups": []})
            else:
                hidden = spec["status"] if shown == "AVAILABLE" else shown
                menu.items.append(spec | {"category": category.text("name"), "status": hidden})
    if bad:
        section = {"id": category_id, "errors": [], "items": bad}
        menu.sections.append({"id": "", "errors": [], "serviceHours": {"errors": []}, "categories": [section]})


def _item(item: Fields, selling_times: set[str], seen: set[str]) -> dict[str, Any]:
    item_id = _once(seen, item)
    status = item.one_of("availableStatus", ITEM_STATUS)
    stock = None if item.values.get("maxStock") is None else item.whole("maxStock", high=STOCK_MOST)
    photos = item.texts("photos", low=0, high=100)
    if any(not photo.startswith(("http://", "https://")) or not photo.isascii() for photo in photos):
        raise BadField("photos", "must be public URLs")
    if item.text("sellingTimeID", default="") not in {"", *selling_times}:
        raise BadField("sellingTimeID", "is not among sellingTimes")
    item.one_of("specialType", SPECIAL, default="")
    barcode = item.text("barcode", default="", most=64)
    if barcode and not (barcode.isascii() and barcode.isdigit() and len(barcode) in GTIN_DIGITS):
        raise BadField("barcode", "must be a GTIN of 8, 12, 13 or 14 digits")
    for name in ("advancedPricing", "purchasability"):
        _by_service(item, name)
    item.whole("sequence", default=1)
    _translations(item)
    return {
        "id": item_id,
        "name": item.text("name", most=ITEM_CHARS),
        "description": item.text("description", default="", most=DESCRIPTION_CHARS),
        "price": item.whole("price"),
        "status": settled(status, stock),
        "max_stock": stock,
        "photo": photos[0] if photos else "",
        "taxable": item.flag("taxable", default=False),
        "groups": [_group(group) for group in item.each("modifierGroups", low=0, high=GROUPS_MOST)],
    }


def settled(status: str, stock: int | None) -> str:
    """The status an item really has: nothing left makes it unavailable. Raises BadField for a contradiction."""
    if status == "UNAVAILABLE" and stock:
        raise BadField("maxStock", "must be 0 when availableStatus is UNAVAILABLE")
    return "UNAVAILABLE" if status == "AVAILABLE" and stock == 0 else status


def _by_service(item: Fields, name: str) -> None:
    values = item.values.get(name)
    if values is None:
        return
    if not isinstance(values, dict) or not all(SERVICE_KEY.fullmatch(key) for key in values):
        raise BadField(name, "must be an object whose keys are services")
    kind = bool if name == "purchasability" else int
    if not all(type(value) is kind for value in values.values()):
        raise BadField(name, "has a value of the wrong kind")


def _group(group: Fields) -> dict[str, Any]:
    low, high = group.whole("selectionRangeMin", default=0, high=100), group.whole("selectionRangeMax", low=1, high=100)
    if low > high:
        raise BadField("selectionRangeMin", "is larger than selectionRangeMax")
    seen: set[str] = set()
    modifiers = [
        {
            "id": _once(seen, one),
            "name": one.text("name", most=MODIFIER_CHARS),
            "status": one.one_of("availableStatus", ITEM_STATUS),
            "price": one.whole("price", default=0),
        }
        for one in group.each("modifiers", high=MODIFIERS_MOST)
    ]
    return {
        "id": group.text("id", most=ID_CHARS),
        "name": group.text("name", most=GROUP_CHARS),
        "status": group.one_of("availableStatus", ITEM_STATUS),
        "min": low,
        "max": high,
        "modifiers": modifiers,
    }
