"""The lists as tables, and which version of each is loaded."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F


class ReferenceVersion(models.Model):
    """A list that is loaded. digest: SHA-256 of the file it came from, so that loading it again is nothing to do."""

    list = models.CharField(max_length=20, primary_key=True)
    version = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.list} {self.version}"


class Region(models.Model):
    """A province (1), regency or city (2), district (3) or village (4) with Kemendagri's code, `32.73.02.1001`.

    kind: what it is called, e.g. `Kota`, `Kab.`, `Kec.`, `Kel.`, `Desa`; name is without it. path: the whole name up
    to the province. search: name and parents in lower case, without the kinds. gone: no longer in the newest list;
    kept, because businesses and NIKs still carry the code.
    """

    code = models.CharField(max_length=13, primary_key=True)
    level = models.PositiveSmallIntegerField()
    parent_code = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    path = models.CharField(max_length=200)
    search = models.CharField(max_length=200)
    version = models.CharField(max_length=60)
    gone = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["parent_code", "name"], name="region_children"),
            GinIndex(OpClass(F("search"), name="gin_trgm_ops"), name="region_search"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.path}"


class Kbli(models.Model):
    """A kind of business: section (letter), division (2 digits) … five digits, within one version of KBLI.

    common: often met among small businesses; shown first. words: everyday names, for the search.
    """

    version = models.CharField(max_length=8)
    code = models.CharField(max_length=5)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    common = models.BooleanField(default=False)
    words = models.CharField(max_length=300, blank=True)
    search = models.CharField(max_length=600)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "code"], name="one_kbli_code")]
        indexes: ClassVar = [GinIndex(OpClass(F("search"), name="gin_trgm_ops"), name="kbli_search")]

    def __str__(self) -> str:
        return f"{self.version}:{self.code} {self.name}"
