"""Plain builders: what a test needs to stand on, through the services the product itself uses."""

import io
import random
from collections.abc import Mapping, Sequence

from PIL import Image

from lapak.accounts.services import join, own
from lapak.catalog.services import add_photo, save_product
from lapak.catalog.types import ProductDraft, VariantDraft
from lapak.core import actor as actors
from lapak.core.actor import Actor
from lapak.core.ids import BusinessId, ProductId
from lapak.registry.services import register_business

_phones = iter(range(81_200_000_001, 81_299_999_999))


def owner_with_business(*, name: str = "Keripik Tempe Bu Lastri", region_code: str = "") -> tuple[Actor, BusinessId]:
    """An owner signed in, with one registered business."""
    person_id = join(phone=f"+62{next(_phones)}", name="Lastri Handayani")
    business_id = register_business(actor_person=person_id, name=name, region_code=region_code)
    own(person_id=person_id, business_id=business_id)
    return actors.owner(person_id, [business_id]), business_id


def photo(seed: int = 1) -> bytes:
    """A small JPEG, another for each seed."""
    noise = random.Random(seed)
    image = Image.new("RGB", (600, 600), tuple(noise.randrange(256) for _ in range(3)))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def product(
    actor: Actor, business_id: BusinessId, *, title: str = "Keripik Tempe Pedas Daun Jeruk 200 g",
    options: Sequence[str] = ("Pedas", "Asin"), stock: int = 40, price_idr: int = 15_000, sku: str = "KTP",
    attributes: Mapping[str, str] | None = None,
) -> ProductId:  # fmt: skip
    """A product that is complete enough to be listed."""
    product_id = save_product(
        actor=actor,
        business_id=business_id,
        draft=ProductDraft(
            title=title, sku=sku, weight_g=200, category_hint="keripik",
            description="Keripik tempe tipis dan renyah dengan daun jeruk segar. Digoreng setiap pagi, tanpa pengawet.",
            option_names=("Rasa",) if options else (), attributes={"Masa Penyimpanan": "6 Bulan", **(attributes or {})},
            variants=tuple(
                VariantDraft(price_idr=price_idr, sku=f"{sku}-{number}", options=(option,), on_hand=stock)
                for number, option in enumerate(options)
            )
            or (VariantDraft(price_idr=price_idr, sku=f"{sku}-0", on_hand=stock),),
        ),
    )  # fmt: skip
    add_photo(actor=actor, product_id=product_id, upload=photo(hash(sku) % 1000))
    return product_id
