"""Prints Django's answers of full_clean about random objects as JSON.

Usage: fullclean.py DSN SEED N. It creates its tables, fc_*, in the database."""

import datetime
import json
import random
import sys
from decimal import Decimal
from urllib.parse import urlsplit

import django
from django.conf import settings

url = urlsplit(sys.argv[1])
settings.configure(
    USE_I18N=False,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "USER": url.username, "PASSWORD": url.password or "",
            "HOST": url.hostname or "", "PORT": url.port or "",
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection, models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower


class Shop(models.Model):
    name = models.TextField()

    class Meta:
        app_label = "fc"
        db_table = "fc_shops"


class Item(models.Model):
    code = models.CharField(max_length=5, unique=True)
    shop = models.ForeignKey(Shop, models.CASCADE, null=True, blank=True)
    slug = models.CharField(max_length=8, null=True, blank=True)
    kind = models.CharField(max_length=6, choices=[("book", "Book"), ("toy", "Toy"), ("game", "Game")])
    price = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    stock = models.SmallIntegerField()
    active = models.BooleanField()
    email = models.EmailField(null=True, blank=True)
    room = models.IntegerField(null=True, blank=True)
    during = DateRangeField(null=True, blank=True)

    class Meta:
        app_label = "fc"
        db_table = "fc_items"
        unique_together = [("shop", "slug")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "stock"], condition=Q(active=True), name="fc_live", violation_error_code="live", violation_error_message="Taken."),
            models.UniqueConstraint(Lower("slug"), "stock", name="fc_lower"),
            models.UniqueConstraint(fields=["room", "price"], name="fc_room", nulls_distinct=False),
            models.UniqueConstraint(fields=["email"], condition=Q(stock__gt=0), name="fc_email", violation_error_code="unique"),
            models.UniqueConstraint(fields=["kind", "email"], name="fc_kind", violation_error_code="kinds", violation_error_message="One for each kind."),
            models.CheckConstraint(condition=Q(price__gte=0), name="fc_price"),
            models.CheckConstraint(condition=Q(stock__lte=F("room") + 3) | Q(active=False), name="fc_stock", violation_error_code="stock", violation_error_message="Too many."),
            ExclusionConstraint(
                name="fc_during",
                expressions=[("during", RangeOperators.OVERLAPS), (Func(F("room"), F("room"), Value("[]"), function="int4range"), RangeOperators.OVERLAPS)],
                condition=Q(active=True),
                violation_error_code="busy",
            ),
        ]

    def clean(self):
        errors = {}
        if self.room == 5:
            errors["room"] = ValidationError("Unlucky.", code="unlucky")
        if self.stock == 3:
            errors[NON_FIELD_ERRORS] = ValidationError("No.", code="never")
        if errors:
            raise ValidationError(errors)


r = random.Random(int(sys.argv[2]))
day = datetime.date(2026, 1, 1)


def during():
    if r.random() < 0.6:
        return None
    at = r.randint(0, 60)
    return DateRange(day + datetime.timedelta(days=at), day + datetime.timedelta(days=at + r.randint(0, 6)))


def values():
    """Returns the values of a random item."""
    return {
        "code": r.choice(["", "toolong", "ä" * 5, *("c%d" % r.randint(1, 300) for _ in range(9))]),
        "shop_id": r.choice([None, 1, 2, 3, 99 if r.random() < 0.3 else 1]),
        "slug": r.choice([None, "", "waytoolong", *(r.choice("sStT") + str(r.randint(1, 40)) for _ in range(9))]),
        "kind": r.choice(["book", "toy", "game", "book", "toy", "game", "x", "tooLong"]) if r.random() < 0.95 else "",
        "price": r.choice([None, Decimal(r.randint(-50, 900)) / 100, Decimal(r.randint(-50, 900)), Decimal("1.234"), Decimal("123456")]) if r.random() < 0.5 else Decimal(r.randint(0, 900)) / 100,
        "stock": r.choice([r.randint(-5, 60), r.randint(-5, 12), 40000 if r.random() < 0.3 else 0]),
        "active": r.random() < 0.5,
        "email": r.choice([None, None, "", "no mail", *("m%d@example.com" % r.randint(1, 60) for _ in range(8))]),
        "room": r.choice([None, r.randint(-3, 40), r.randint(5, 60), 3000000000 if r.random() < 0.1 else 7]),
        "during": during(),
    }


def shown(v):
    if isinstance(v, DateRange):
        return "[%s,%s)" % (v.lower, v.upper) if v.lower != v.upper else "empty"
    return str(v) if isinstance(v, Decimal) else v


def row(obj):
    return {"id": obj.pk, **{f.attname: shown(getattr(obj, f.attname)) for f in Item._meta.fields if f.attname != "id"}}


def problems(obj, exclude):
    try:
        obj.full_clean(exclude=exclude)
    except ValidationError as e:
        return {name: sorted(p.code or "" for p in list) for name, list in e.error_dict.items()}
    return {}


with connection.schema_editor() as editor:
    editor.create_model(Shop)
    editor.create_model(Item)
for i in range(1, 4):
    Shop(id=i, name="shop %d" % i).save()
while Item.objects.count() < 80:
    item = Item(**values())
    if not problems(item, []):
        item.save()
rows = [row(i) for i in Item.objects.order_by("id")]
stored = list(Item.objects.all())
names = [f.name for f in Item._meta.fields]
cases = []
for _ in range(int(sys.argv[3])):
    adding = r.random() < 0.6
    if adding:
        obj = Item(**values())
        if r.random() < 0.2:
            obj.pk = r.choice([r.randint(1, 80), 1000])
        if r.random() < 0.4:  # like another
            other = r.choice(stored)
            for name in r.sample(names[1:], 4):
                setattr(obj, name, getattr(other, name))
    else:
        obj = Item.objects.get(pk=r.choice(stored).pk)
        for name, v in values().items():
            if r.random() < 0.4:
                setattr(obj, name, v)
    # Django fails where a condition of an exclusion is about an excluded field.
    exclude = r.sample([n for n in names[1:] if n != "active"], r.randint(1, 5)) if r.random() < 0.3 else []
    cases.append({"adding": adding, "exclude": exclude, "item": row(obj), "problems": problems(obj, exclude)})
print(json.dumps({"rows": rows, "cases": cases}))
