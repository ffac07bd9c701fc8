"""An example country in small: one business that really sold, and others on every rung, all of them invented."""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from lapak.accounts.selectors import person_by_phone
from lapak.config.demo import job, staff
from lapak.config.demo.job import Story
from lapak.core.actor import system
from lapak.core.clock import now
from lapak.core.ids import BusinessId
from lapak.reference.selectors import search_regions
from lapak.registry.services import climb, close_business, register_business
from lapak.registry.types import Evidence, Rung

FIRST = Story(
    owner_name="Sari Kusumawati", phone="+6281200001887", business="Dapur Oleh-Oleh Bu Sari", place="Coblong",
    kbli_code="10794", shop_name="Dapur Oleh-Oleh Bu Sari",
)  # fmt: skip
PLACES = (
    "Coblong", "Lengkong", "Lembang", "Gondokusuman", "Laweyan", "Klojen", "Tegalsari", "Ubud", "Kuta Alam",
    "Padang Barat", "Ilir Timur I", "Banjarmasin Tengah", "Wenang", "Ujung Pandang", "Oebobo", "Sirimau",
    "Jayapura Utara", "Menteng", "Serpong", "Samarinda Kota",
)  # fmt: skip
GOODS = (
    "Keripik Pisang", "Sambal Roa", "Batik Tulis", "Kopi Robusta", "Tas Anyaman", "Abon Ikan", "Kue Lapis",
    "Madu Hutan", "Kain Tenun", "Teh Rosela", "Sandal Kulit", "Dodol Durian", "Jamu Seduh", "Rendang Kering",
)  # fmt: skip
KEEPERS = (
    "Bu Wulan", "Pak Darto", "Mbak Ningsih", "Bu Hartini", "Mas Yoga", "Bu Maimunah", "Pak Lukas", "Kak Debora",
    "Bu Ketut", "Uni Rahmi", "Teh Euis", "Pak Slamet",
)  # fmt: skip
REACH = (
    (Rung.TRAINED, 0.72), (Rung.CONNECTED, 0.55), (Rung.LISTED, 0.44), (Rung.FIRST_SALE, 0.3),
)  # fmt: skip
BUSINESSES = 160


def newcomer() -> Story:
    """The story of somebody who was never here: another phone each time, so that it can be played again and again."""
    number = int(time.time()) % 10_000_000
    return Story(
        owner_name="Ratna Wulandari", phone=f"+62813{number:07d}", business=f"Dapur Bu Ratna {number % 1000}",
        place="Coblong", kbli_code="10794", shop_name=f"Dapur Bu Ratna {number % 1000}",
    )  # fmt: skip


def settle(*, say: Callable[[str], None]) -> None:
    """Make the example country, once. A start after the first finds it and makes nothing."""
    if person_by_phone(phone=FIRST.phone) is not None:
        say("the example country is here already")
        return
    staff.hire_officer()
    draw = random.Random(20261124)  # noqa: S311  the same country everywhere, not a secret
    for name, place in itertools.islice(_names(draw), BUSINESSES):
        _settle_one(draw, name=name, place=place)
    say(f"{BUSINESSES} businesses on all rungs of the ladder")
    job.play(FIRST, say=say)


def _names(draw: random.Random) -> Iterator[tuple[str, str]]:
    codes = {place: search_regions(text=place, limit=1)[0].code for place in PLACES}
    while True:
        yield f"{draw.choice(GOODS)} {draw.choice(KEEPERS)}", codes[draw.choice(PLACES)]


def _settle_one(draw: random.Random, *, name: str, place: str) -> None:
    """One business as far up the ladder as it came, with the evidence that would be had."""
    at = now() - timedelta(days=draw.randrange(200, 500))
    business_id = register_business(
        actor_person=None,
        name=name,
        region_code=place,
        evidence=draw.choice((Evidence.OWNER_WORD, Evidence.TRAINER_NOTE)),
    )
    for rung, share in REACH:
        if draw.random() > share / _share_before(rung):
            break
        at += timedelta(days=draw.randrange(5, 40))
        evidence = Evidence.CHANNEL_API if rung is not Rung.TRAINED else Evidence.TRAINER_NOTE
        climb(business_id=business_id, rung=rung, at=at, evidence=evidence, because="contoh")
        if rung is Rung.FIRST_SALE:
            _sell_on(draw, business_id, at)
    if draw.random() < 0.04:
        ended = (now() - timedelta(days=draw.randrange(5, 90))).date()
        close_business(
            actor=system("demo"), business_id=business_id, on=ended, evidence=Evidence.TRAINER_NOTE, because="contoh"
        )


def _share_before(rung: Rung) -> float:
    shares = [1.0, *(share for _, share in REACH)]
    return shares[[step for step, _ in REACH].index(rung)]


def _sell_on(draw: random.Random, business_id: BusinessId, at: datetime) -> None:
    """Sales after the first: some go on, some stop and fall asleep."""
    goes_on = draw.random() < 0.65
    until = now() - timedelta(days=2) if goes_on else at + timedelta(days=30)
    number = 0
    while at < until:
        number += 1
        climb(
            business_id=business_id, rung=Rung.ACTIVE, at=at, evidence=Evidence.CHANNEL_API, because=f"contoh {number}"
        )
        at += timedelta(days=draw.randrange(8, 45))
