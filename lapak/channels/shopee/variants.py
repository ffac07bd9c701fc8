"""Makes an item's variants ("tiers" and "models") what they should be, keeping the ids of those that stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lapak.channels.shopee.client import ShopClient, pause
from lapak.channels.shopee.items import Item, Model, Models, read_models
from lapak.channels.shopee.shelf import NO_MODEL, Offer
from lapak.domain.listing import ListingSpec, VariantSpec

INIT, UPDATE_TIERS = "/api/v2/product/init_tier_variation", "/api/v2/product/update_tier_variation"
ADD_MODEL, UPDATE_MODEL = "/api/v2/product/add_model", "/api/v2/product/update_model"
Tiers = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A variant of ours and the model that is it over there; None when there is none yet."""

    variant: VariantSpec
    model: Model | None


class Variants:
    """Writes the variants of one shop's items."""

    def __init__(self, client: ShopClient, *, settings: Mapping[str, str]) -> None:
        self._client, self._settings = client, settings

    def arrange(self, spec: ListingSpec, item: Item) -> tuple[dict[str, str], list[Offer]]:
        """Bring the variants in shape; prices and stocks that still differ are returned as offers.

        Returns: sku → model id (empty text when the item has no models), and the offers.
        """
        if not spec.option_names:
            return self._plain(spec, item)
        tiers = _tiers(spec)
        if item.has_model:
            seen = read_models(self._client, item.item_id)
            if len(seen.tiers) == len(tiers):
                return self._reshaped(spec, item.item_id, tiers, seen)
        else:
            pause(self._settings, "variant_wait_s")
        self._init(item.item_id, tiers, spec.variants)
        return self._read(spec, item.item_id)

    def _plain(self, spec: ListingSpec, item: Item) -> tuple[dict[str, str], list[Offer]]:
        """One thing to buy. Models that are there from before give way."""
        only = spec.variants[0]
        if item.has_model:
            self._init(item.item_id, (), [only])
            return {only.sku: ""}, []
        return {only.sku: ""}, [_offer(only, NO_MODEL, item.price_idr, item.stock)]

    def _read(self, spec: ListingSpec, item_id: int) -> tuple[dict[str, str], list[Offer]]:
        pairs = _pairs(spec, read_models(self._client, item_id))
        made = [(pair.variant, pair.model) for pair in pairs if pair.model]
        return (
            {variant.sku: str(model.model_id) for variant, model in made},
            [_offer(variant, model.model_id, model.price_idr, model.stock) for variant, model in made],
        )

    def _reshaped(
        self, spec: ListingSpec, item_id: int, tiers: Tiers, seen: Models
    ) -> tuple[dict[str, str], list[Offer]]:
        """As many tiers as before: rename, add and drop options, keeping the models that stay."""
        pairs = _pairs(spec, seen)
        staying = [(pair.variant, pair.model) for pair in pairs if pair.model]
        same_options = all(model.options == variant.options for variant, model in staying)
        if seen.tiers != tiers or len(staying) != len(seen.models) or not same_options:
            kept = [{"model_id": model.model_id, "tier_index": _index(variant, tiers)} for variant, model in staying]
            self._client.write(UPDATE_TIERS, {"item_id": item_id, "model_list": kept, **self._spelt(tiers)})
        unstamped = [(variant, model) for variant, model in staying if model.sku != variant.sku]
        if unstamped:
            stamps = [{"model_id": model.model_id, "model_sku": variant.sku} for variant, model in unstamped]
            self._client.write(UPDATE_MODEL, {"item_id": item_id, "model": stamps})
        new = [pair.variant for pair in pairs if pair.model is None]
        if new:
            models = [_model(variant, tiers) for variant in new]
            self._client.write(ADD_MODEL, {"item_id": item_id, "model_list": models})
            return self._read(spec, item_id)
        return (
            {variant.sku: str(model.model_id) for variant, model in staying},
            [_offer(variant, model.model_id, model.price_idr, model.stock) for variant, model in staying],
        )

    def _init(self, item_id: int, tiers: Tiers, variants: Sequence[VariantSpec]) -> None:
        models = [_model(variant, tiers) for variant in variants]
        self._client.write(INIT, {"item_id": item_id, **self._spelt(tiers), "model": models})

    def _spelt(self, tiers: Tiers) -> dict[str, object]:
        """The tiers as Shopee wants them: the reference lists the standardised spelling, its guides the classic one."""
        standardised = [
            {
                "variation_id": 0,  # 0: a name of the seller's own
                "variation_name": name,
                "variation_option_list": [
                    {"variation_option_id": 0, "variation_option_name": option} for option in options
                ],
            }
            for name, options in tiers
        ]
        classic = [{"name": name, "option_list": [{"option": option} for option in options]} for name, options in tiers]
        if not tiers:  # back to one thing to buy: the reference wants both spellings, empty
            return {"standardise_tier_variation": [], "tier_variation": []}
        match self._settings["tier_spelling"]:
            case "classic":
                return {"tier_variation": classic}
            case "both":
                return {"standardise_tier_variation": standardised, "tier_variation": classic}
        return {"standardise_tier_variation": standardised}


def _tiers(spec: ListingSpec) -> Tiers:
    """Names with their options, in the order in which the variants first use them."""
    return tuple(
        (name, tuple(dict.fromkeys(variant.options[place] for variant in spec.variants)))
        for place, name in enumerate(spec.option_names)
    )


def _index(variant: VariantSpec, tiers: Tiers) -> list[int]:
    return [options.index(value) for (_, options), value in zip(tiers, variant.options, strict=True)]


def _model(variant: VariantSpec, tiers: Tiers) -> dict[str, object]:
    return {
        "tier_index": _index(variant, tiers) if tiers else [],
        "original_price": variant.price_idr,
        "model_sku": variant.sku,
        "seller_stock": [{"stock": variant.stock}],
    }


def _offer(variant: VariantSpec, model_id: int, price_idr: int | None, stock: int | None) -> Offer:
    return Offer(
        sku=variant.sku,
        model_id=model_id,
        price_idr=variant.price_idr,
        stock=variant.stock,
        seen_price_idr=price_idr,
        seen_stock=stock,
    )


def _pairs(spec: ListingSpec, seen: Models) -> list[Pair]:
    """Which model is which variant: by sku, else by the same options where a model carries no sku of this product."""
    skus = {variant.sku for variant in spec.variants}
    by_sku = {model.sku: model for model in seen.models if model.sku in skus}
    unnamed = {_fold(model.options): model for model in seen.models if model.sku not in skus}
    return [
        Pair(variant=variant, model=by_sku.get(variant.sku) or unnamed.get(_fold(variant.options)))
        for variant in spec.variants
    ]


def _fold(options: Sequence[str]) -> tuple[str, ...]:
    return tuple(option.strip().casefold() for option in options)
