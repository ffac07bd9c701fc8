"""Taking in a product sheet. The rehearsal is the real run, rolled back.

Each product is one transaction: a run that is killed has taken in whole products, and running it again finds them
unchanged. One sheet of a business at a time, so that a double click doubles nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction

from lapak.catalog.errors import Fault, ImportRunning, PhotoRefused, ProductRefused
from lapak.catalog.media import store_photo, store_result
from lapak.catalog.models import ImportRun, Photo, Product
from lapak.catalog.photos import CleanPhoto, clean_photo
from lapak.catalog.services.photos import attach
from lapak.catalog.services.products import Names, Outcome, clash_refused, revise, write_product
from lapak.catalog.sheets.reading import Group, Sheet, read_sheet
from lapak.catalog.sheets.writing import result_sheet
from lapak.catalog.types import ImportCounts, ImportResult, RowNote
from lapak.core.actor import Actor
from lapak.core.clock import now
from lapak.core.ids import BusinessId, uuid7
from lapak.registry.selectors import business_row

_STEM_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


def import_products(
    *,
    actor: Actor,
    business_id: BusinessId,
    file: bytes,
    filename: str,
    dry_run: bool,
    photos: Mapping[str, bytes] | None = None,
    language: str = "id",
) -> ImportResult:
    """Take in a product sheet: our template, Shopee's mass upload, or a text table with the same headers.

    Products are found again by SKU (else by name) and updated; what is equal stays as it is. photos: file name → bytes
    of the pictures that the sheet names; addresses in a sheet are never fetched. dry_run: say what would happen.
    Raises: NotYours, NotFound (no such business), ImportRunning, a SheetRefused when the whole file is no use; wrong
    rows are in the result.
    """
    actor.must_run(business_id)
    business_row(actor=actor, business_id=business_id)
    sheet = read_sheet(file)
    run_id = uuid7()
    with _alone(business_id):
        run = _Run(business_id=business_id, sheet=sheet, photos=photos or {}, because=f"import:{run_id}", dry=dry_run)
        if dry_run:
            with transaction.atomic():
                run.take_in()
                transaction.set_rollback(True)
        else:
            run.take_in()
    refusals, notes, counts = tuple(run.refusals), tuple(run.notes), run.counts()
    result_digest = store_result(result_sheet(sheet, refusals, language=language)) if refusals else ""
    ImportRun.objects.create(
        id=run_id,
        business_id=business_id,
        filename=filename[-255:],
        digest=sha256(file).hexdigest(),
        layout=sheet.columns.layout,
        dry_run=dry_run,
        counts=asdict(counts),
        refusals=[_json(note) for note in refusals],
        notes=[_json(note) for note in notes],
        result_digest=result_digest,
        at=now(),
    )
    return ImportResult(
        run_id=run_id,
        dry_run=dry_run,
        layout=sheet.columns.layout,
        counts=counts,
        refusals=refusals,
        notes=notes,
        result_digest=result_digest,
    )


@dataclass(kw_only=True)
class _Run:
    """One run over a sheet, and what it has come to so far."""

    business_id: BusinessId
    sheet: Sheet
    photos: Mapping[str, bytes]
    because: str
    dry: bool
    refusals: list[RowNote] = field(default_factory=list)
    notes: list[RowNote] = field(default_factory=list)
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    rows_in: int = 0
    refused: int = 0
    photo_count: int = 0
    stock_kept: int = 0

    def take_in(self) -> None:
        self._learn()
        for group in self.sheet.groups:
            if group.faults:
                self._refuse(group, group.faults)
                continue
            try:
                self._take(group)
            except ProductRefused as refused:
                self._refuse(group, refused.faults)

    def counts(self) -> ImportCounts:
        return ImportCounts(
            rows=self.sheet.row_count,
            rows_in=self.rows_in,
            rows_refused=self.sheet.row_count - self.rows_in,
            created=self.outcomes[Outcome.CREATED],
            updated=self.outcomes[Outcome.UPDATED],
            unchanged=self.outcomes[Outcome.UNCHANGED],
            refused=self.refused,
            photos=self.photo_count,
            stock_kept=self.stock_kept,
        )

    def _learn(self) -> None:
        """What the business has already, in four queries, however long the sheet."""
        products = Product.objects.filter(business_id=self.business_id, archived_at=None)
        self._names = Names.of(self.business_id)
        self._by_title: dict[str, UUID] = {}
        for product_id, title in products.order_by("pk").values_list("pk", "title"):
            self._by_title.setdefault(title.casefold(), product_id)
        self._pictures: dict[UUID, set[str]] = {}
        for product_id, digest in Photo.objects.filter(product__in=products).values_list("product", "source_digest"):
            self._pictures.setdefault(product_id, set()).add(digest)
        self._files: dict[str, str] = {}
        for name in self.photos:
            lower = name.rpartition("/")[2].casefold()
            self._files[lower] = name
            stem, dot, ending = lower.rpartition(".")
            if dot + ending in _STEM_ENDINGS:
                self._files.setdefault(stem, name)

    def _take(self, group: Group) -> None:
        existing_id = self._known(group)
        pictures = self._new_pictures(group, self._pictures.get(existing_id, set()) if existing_id else set())
        if not self.dry:
            for picture in pictures:
                store_photo(picture)
        with clash_refused(group.draft), transaction.atomic():
            existing = _locked(existing_id)
            saved = write_product(
                business_id=self.business_id,
                draft=group.draft,
                existing=existing,
                because=self.because,
                names=self._names,
                from_sheet=True,
            )
            product, outcome = saved.product, saved.outcome
            attached = self._attach(group, product, pictures)
            if attached and outcome is Outcome.UNCHANGED:
                revise(product)
                outcome = Outcome.UPDATED
        self._remember(group, product)
        self.outcomes[outcome] += 1
        self.rows_in += len(group.rows)
        self.photo_count += attached
        self.stock_kept += saved.stock_kept
        if group.weights_differ:
            self._note(group, "weight_g", "heaviest_weight", weight_g=group.draft.weight_g)

    def _known(self, group: Group) -> UUID | None:
        """The product a group means: that of its parent SKU, else of a variant's SKU, else of its name."""
        draft = group.draft
        if draft.sku in self._names.products:
            return self._names.products[draft.sku]
        for wish in draft.variants:
            if wish.sku in self._names.variants:
                return self._names.variants[wish.sku]
        return None if draft.sku else self._by_title.get(" ".join(draft.title.split()).casefold())

    def _remember(self, group: Group, product: Product) -> None:
        self._names.learn(product, [wish.sku for wish in group.draft.variants if wish.sku])
        self._by_title.setdefault(product.title.casefold(), product.pk)

    def _new_pictures(self, group: Group, have: set[str]) -> list[CleanPhoto]:
        """The pictures a group names and its product lacks. One that is missing or no use is a note, no refusal."""
        found: list[CleanPhoto] = []
        for written in group.photos:
            if "://" in written:
                self._note(group, "photo", "photo_address", name=written[:80])
                continue
            name = self._files.get(written.replace("\\", "/").rpartition("/")[2].casefold())
            if name is None:
                if not have:
                    self._note(group, "photo", "photo_not_given", name=written[:80])
                continue
            upload = self.photos[name]
            if sha256(upload).hexdigest() in have:
                continue
            try:
                found.append(clean_photo(upload))
            except PhotoRefused as refused:
                self._note(group, "photo", str(refused.told["reason"]), name=written[:80], **_limits(refused))
        return found

    def _attach(self, group: Group, product: Product, pictures: list[CleanPhoto]) -> int:
        attached = 0
        for picture in pictures:
            try:
                attached += attach(product, picture)
            except PhotoRefused as refused:
                self._note(group, "photo", str(refused.told["reason"]), **_limits(refused))
        return attached

    def _refuse(self, group: Group, faults: tuple[Fault, ...]) -> None:
        notes = [self.sheet.note(group, fault) for fault in faults]
        wrong = {note.row for note in notes}
        self.refusals += notes
        for row in group.rows:
            if row.number not in wrong:
                # A product goes in whole: its good rows wait, and lie in the result file beside the wrong ones.
                told = {"rows": ", ".join(map(str, sorted(wrong)))}
                self.refusals.append(RowNote(row=row.number, column="", reason="group_refused", told=told))
        self.refused += 1

    def _note(self, group: Group, field: str, reason: str, /, **told: object) -> None:
        columns = self.sheet.columns
        index = columns.photos[0] if field == "photo" else columns.at[field]
        row, column = group.rows[0].number, columns.labels.get(index, "")
        self.notes.append(RowNote(row=row, column=column, reason=reason, told=told))


def _locked(product_id: UUID | None) -> Product | None:
    if product_id is None:
        return None
    return Product.objects.select_for_update().filter(pk=product_id, archived_at=None).first()


@contextmanager
def _alone(business_id: BusinessId) -> Iterator[None]:
    """Hold the one place for imports of a business, on this connection. Raises: ImportRunning."""
    key = f"catalog.import:{business_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        if not cursor.fetchone()[0]:
            raise ImportRunning
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def _limits(refused: PhotoRefused) -> dict[str, object]:
    return {name: value for name, value in refused.told.items() if name not in ("field", "reason")}


def _json(note: RowNote) -> dict[str, object]:
    return {"row": note.row, "column": note.column, "reason": note.reason, "told": dict(note.told)}
