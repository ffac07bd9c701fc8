"""What an owner types about a product, and how it becomes a draft for the catalog."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from lapak.catalog.errors import ProductRefused
from lapak.catalog.reasons import reason_text
from lapak.catalog.types import (
    STOCK_MAX,
    VARIANTS_MAX,
    WEIGHT_MAX_G,
    Condition,
    ProductDraft,
    ProductRow,
    VariantDraft,
    VariantRow,
)
from lapak.web.forms import NumberField, PageForm, RupiahField

USUAL_ATTRIBUTES = ("P-IRT", "Halal", "BPOM")
ATTRIBUTE = "isian_"


class VariantForm(PageForm):
    """One choice a buyer has. A row left empty is no choice."""

    was_stock = forms.IntegerField(required=False, widget=forms.HiddenInput)
    option_1 = forms.CharField(label="Pilihan", max_length=60, required=False)
    option_2 = forms.CharField(label="Pilihan kedua", max_length=60, required=False)
    price = RupiahField(label="Harga (Rp)", required=False)
    stock = NumberField(label="Stok", required=False, high=STOCK_MAX)
    sku = forms.CharField(label="Kode (SKU)", max_length=100, required=False)

    @property
    def said(self) -> bool:
        """Whether anything but the hidden number was typed."""
        return any(self.cleaned_data.get(name) not in (None, "") for name in ("option_1", "option_2", "price", "sku"))


VariantRows = forms.formset_factory(VariantForm, extra=3, max_num=VARIANTS_MAX, absolute_max=VARIANTS_MAX)


class ProductForm(PageForm):
    """A product on one screen: what every channel needs first, the rest folded away."""

    faults: ClassVar[dict[str, str]] = {"price_idr": "price", "on_hand": "stock", "option_names": "option_name_1"}

    title = forms.CharField(label="Nama produk", max_length=255, help_text="Misalnya Keripik Tempe Pedas 200 g")
    price = RupiahField(label="Harga (Rp)", required=False, help_text="Boleh 15000, 15.000, atau 15rb")
    stock = NumberField(label="Stok", required=False, high=STOCK_MAX, help_text="Yang ada di rumah sekarang")
    was_stock = forms.IntegerField(required=False, widget=forms.HiddenInput)
    weight_g = NumberField(
        label="Berat dengan kemasan (gram)", required=False, high=WEIGHT_MAX_G,
        help_text="Untuk menghitung ongkos kirim",
    )  # fmt: skip
    description = forms.CharField(
        label="Cerita produk", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Bahan, rasa, isi, tahan berapa lama. Sedikitnya dua kalimat.",
    )  # fmt: skip
    category_hint = forms.CharField(
        label="Jenis barang", required=False, max_length=200,
        help_text="Dengan kata Anda sendiri, misalnya keripik, sambal, kemeja batik",
    )  # fmt: skip
    buffer = NumberField(
        label="Cadangan", required=False, high=STOCK_MAX,
        help_text="Jumlah yang tidak dijual di toko daring, untuk pembeli yang datang langsung",
    )  # fmt: skip
    brand = forms.CharField(label="Merek", required=False, max_length=100)
    condition = forms.ChoiceField(label="Kondisi", required=False, choices=[("new", "Baru"), ("used", "Bekas")])
    sku = forms.CharField(
        label="Kode produk (SKU)", required=False, max_length=100, help_text="Boleh kosong, kami buatkan"
    )
    option_name_1 = forms.CharField(label="Nama pilihan", required=False, max_length=30, help_text="Misalnya Rasa")
    option_name_2 = forms.CharField(
        label="Nama pilihan kedua", required=False, max_length=30, help_text="Misalnya Ukuran. Boleh kosong."
    )

    def __init__(self, *args: Any, attributes: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attribute_names = tuple(dict.fromkeys((*attributes, *USUAL_ATTRIBUTES)))
        for name in self.attribute_names:
            self.fields[ATTRIBUTE + name] = forms.CharField(label=name, required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("price") is None and not told.get("option_name_1") and "price" not in self.errors:
            self.add_error("price", "Tulis harga, misalnya 15000 atau 15rb.")
        return told

    def attribute_fields(self) -> list[forms.BoundField]:
        """The fields that say more about the product: certificates, and what a channel asks for."""
        return [self[ATTRIBUTE + name] for name in self.attribute_names]

    def draft(self, rows: Any) -> ProductDraft:
        """What the catalog is asked to save. rows: the formset of choices, valid."""
        told = self.cleaned_data
        names = tuple(name for name in (told["option_name_1"], told["option_name_2"]) if name)
        variants = tuple(_variant(row.cleaned_data, told, len(names)) for row in rows if row.said) if names else ()
        return ProductDraft(
            title=told["title"], sku=told["sku"], description=told["description"], brand=told["brand"],
            category_hint=told["category_hint"], condition=Condition(told["condition"] or "new"),
            weight_g=told["weight_g"] or 0, option_names=names if variants else (),
            attributes={name: told[ATTRIBUTE + name] for name in self.attribute_names if told[ATTRIBUTE + name]},
            variants=variants or (_variant({**told, "sku": ""}, told, 0),),
        )  # fmt: skip

    def blame_all(self, fault: ProductRefused, rows: Any) -> None:
        """Each thing wrong goes beside its field, also in the table of choices."""
        said = [row for row in rows if row.said] if self.cleaned_data.get("option_name_1") else []
        for wrong in fault.faults:
            words = reason_text(wrong.reason, told=wrong.told)
            if wrong.variant is not None and wrong.variant < len(said):
                name = {"price_idr": "price", "on_hand": "stock", "options": "option_1"}.get(wrong.field, wrong.field)
                row = said[wrong.variant]
                row.add_error(name if name in row.fields else None, words)
                self.add_error(None, f"Pilihan {wrong.variant + 1}: {words}")
                continue
            name = self.faults.get(wrong.field, wrong.field)
            self.add_error(name if name in self.fields else None, words)


def first_values(product: ProductRow) -> tuple[dict[str, object], list[dict[str, object]]]:
    """What the form and its table of choices show of a product."""
    only = product.variants[0] if product.variants and not product.option_names else None
    names = (*product.option_names, "", "")
    values: dict[str, object] = {
        "title": product.title, "description": product.description, "weight_g": product.weight_g or "",
        "category_hint": product.category_hint, "brand": product.brand, "condition": product.condition.value,
        "sku": product.sku, "option_name_1": names[0], "option_name_2": names[1],
        "buffer": max((variant.buffer for variant in product.variants), default=0) or "",
        **{ATTRIBUTE + name: value for name, value in product.attributes.items()},
    }  # fmt: skip
    if only:
        values |= {"price": only.price_idr, "stock": only.on_hand, "was_stock": only.on_hand}
        return values, []
    return values, [_row(variant) for variant in product.variants]


def _row(variant: VariantRow) -> dict[str, object]:
    options = (*variant.options, "", "")
    return {
        "option_1": options[0], "option_2": options[1], "price": variant.price_idr, "stock": variant.on_hand,
        "was_stock": variant.on_hand, "sku": variant.sku,
    }  # fmt: skip


def _variant(row: Mapping[str, Any], product: Mapping[str, Any], options: int) -> VariantDraft:
    """A stock that was not touched is left alone: an order may have come in since the page was opened."""
    stock = row["stock"]
    return VariantDraft(
        price_idr=row["price"] if row["price"] is not None else (product["price"] or 0),
        sku=row["sku"], options=tuple((row["option_1"], row["option_2"])[:options]) if options else (),
        on_hand=None if stock is None or stock == row["was_stock"] else stock,
        buffer=product["buffer"] or 0,
    )  # fmt: skip
