"""Every state has its sentence, every drawing exists, and nothing in a page runs that our policy forbids."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import get_template
from django.utils import timezone

from lapak.core.clock import now
from lapak.domain.order import ChannelOrderState
from lapak.orders.types import Desk
from lapak.registry.types import Evidence, Rung
from lapak.shops.types import ListingPhase, ShopState
from lapak.web import moments, sayings
from lapak.web.templatetags import lapak as tags
from lapak.web.zones import zone_of

WEB = Path(sayings.__file__).parent
TEMPLATES = sorted(path for path in (WEB / "templates").rglob("*") if path.is_file())
SOURCES = [*TEMPLATES, *WEB.rglob("*.py")]


@pytest.mark.parametrize("phase", list(ListingPhase))
def test_every_phase_of_a_listing_has_a_sentence(phase: str) -> None:
    row: Any = SimpleNamespace(
        phase=phase, fault=None, their_words="", title="Keripik", seen_at=now(), next_try_at=None
    )
    assert sayings.listing_saying(row).words != "belum diketahui"


@pytest.mark.parametrize("state", [state for state in ShopState if state != ShopState.LEFT])
def test_every_state_of_a_shop_has_a_sentence(state: str) -> None:
    row: Any = SimpleNamespace(state=state, checked_at=None)
    said = sayings.shop_saying(row)
    assert said.words
    assert (said.kind == "ok") is (state == ShopState.CONNECTED)


@pytest.mark.parametrize("state", list(ChannelOrderState))
@pytest.mark.parametrize("desk", list(Desk))
def test_every_state_of_an_order_has_a_sentence(state: ChannelOrderState, desk: str) -> None:
    row: Any = SimpleNamespace(state=state.value, desk=desk, fault_code="")
    assert sayings.order_saying(row).short


def test_every_rung_and_every_evidence_has_a_name() -> None:
    assert {tags.nama_tangga(rung) for rung in Rung}.isdisjoint({"", None})
    assert {tags.nama_bukti(evidence) for evidence in Evidence}.isdisjoint({"", None})


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_can_be_read(path: Path) -> None:
    get_template(str(path.relative_to(WEB / "templates")))


def test_every_drawing_that_a_page_names_exists() -> None:
    named = set()
    for path in SOURCES:
        text = path.read_text("utf-8")
        named |= {f"i-{name}" for name in re.findall(r'{% icon "([a-z]+)"', text)}
        named |= {f"p-{name}" for name in re.findall(r'{% picture "([a-z]+)"', text)}
        for more in re.findall(r'{% icons "([a-z ]+)"', text):
            named |= {f"i-{name}" for name in more.split()}
        named |= {f"i-{name}" for name in re.findall(r'Saying\(\s*"[a-z]*",\s*"([a-z]+)"', text)}
        named |= {f"i-{name}" for name in re.findall(r'Need\(\s*"[a-z]*",\s*"([a-z]+)"', text)}
    assert len(named) > 20
    assert named - tags._symbols().keys() == set()


def test_no_page_holds_a_script_or_loads_from_elsewhere() -> None:
    for path in TEMPLATES:
        if path.suffix != ".html":
            continue
        text = path.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"\son[a-z]+=", text), path
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text), path


def test_numbers_are_written_as_people_here_write_them() -> None:
    assert tags.rupiah(45_000) == "Rp45.000"
    assert tags.rupiah(None) == "–"
    assert tags.angka(7_914_000) == "7.914.000"
    assert tags.persen(0.524) == "52,4\u00a0%"
    assert tags.daun_dulu("Makanan › Camilan › Keripik") == "Keripik (Makanan › Camilan)"
    assert sayings.missing_words(("photo", "description", "weight")) == "foto, cerita produk dan berat"


def test_times_are_told_by_the_clock_of_the_place() -> None:
    moment = datetime(2026, 11, 24, 5, 5, tzinfo=zone_of(""))
    for region_code, told in (("35.06", "05.05 WIB"), ("73.71", "06.05 WITA"), ("94.01", "07.05 WIT")):
        with timezone.override(zone_of(region_code)):
            assert moments.hour_text(moment) == told
            assert moments.day_text(moment) == "24 Nov 2026"
    assert moments.ago(now() - timedelta(minutes=3, seconds=5)) == "3 menit lalu"
    assert moments.ago(None) == "belum pernah"
