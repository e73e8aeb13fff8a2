#!/usr/bin/python3
"""Django's side of samples.go: a model with a column of each type, and random specs of reads and writes over it.

    samples.py --schema                 prints the table and its rows as SQL
    samples.py --specs --n N --seed S   prints random specs
    samples.py --dsn URL --specs FILE   prints Django's answers

The format is that of the oracle's scripts, beside which it stands, or which it finds by PYTHONPATH. It has these
tags more: {"$range": [lower, upper, bounds]} or "empty", {"$bytes": hex}, {"$uuid": text}; and the end

    {"do": "write", "how": HOW, "values": {column: V}, "rows": [{column: V}]?, "by": [column]?}

whose result is [the call's own answer, the rows of the table that it changed]. Nothing of it stays.
"""
import argparse
import datetime as dt
import decimal
import json
import random
import sys
import uuid
import zoneinfo

import run

ZONE = "Europe/Berlin"  # of the session and of Django, with daylight saving


def setup(dsn):
    import os
    import django
    from django.apps import AppConfig
    from django.conf import settings

    class Oracle(AppConfig):
        label, path = "oracle", os.path.dirname(os.path.abspath(__file__))

        def import_models(self):
            define()
            self.models = self.apps.all_models[self.label]

    settings.configure(DATABASES={"default": {**run.m.dsn_to_settings(dsn), "TIME_ZONE": ZONE}}, USE_TZ=True, TIME_ZONE=ZONE, SECRET_KEY="oracle",
                       INSTALLED_APPS=["django.contrib.postgres", Oracle("oracle", sys.modules[__name__])], DEFAULT_AUTO_FIELD="django.db.models.BigAutoField")
    django.setup()
    return define()


MODELS = {}


def define():
    if MODELS:
        return MODELS
    from django.contrib.postgres import fields as pf
    from django.db import models as dm
    from django.utils import timezone

    class WallField(dm.DateTimeField):
        """A timestamp without a zone: the clock of the session's."""
        def db_type(self, connection):
            return "timestamp"

        def from_db_value(self, value, expression, connection):
            if value is None or timezone.is_aware(value):
                return value
            return timezone.make_aware(value)

    class Sample(dm.Model):
        name = dm.CharField(max_length=40)
        took = dm.DurationField(null=True)
        clock = dm.TimeField(null=True)
        day = dm.DateField(null=True)
        at = dm.DateTimeField(null=True)
        wall = WallField(null=True)
        whole = dm.DecimalField(max_digits=10, decimal_places=0, null=True)
        price = dm.DecimalField(max_digits=12, decimal_places=4, null=True)
        fine = dm.DecimalField(max_digits=30, decimal_places=20, null=True)
        small = dm.SmallIntegerField(null=True)
        big = dm.BigIntegerField(null=True)
        ratio = dm.FloatField(null=True)
        on = dm.BooleanField(null=True)
        ints = pf.IntegerRangeField(null=True)
        nums = pf.DecimalRangeField(null=True)
        days = pf.DateRangeField(null=True)
        spans = pf.DateTimeRangeField(null=True)
        attrs = pf.HStoreField(null=True)
        addr = dm.GenericIPAddressField(null=True)
        raw = dm.BinaryField(null=True)
        doc = dm.JSONField(null=True)
        grid = pf.ArrayField(pf.ArrayField(dm.BigIntegerField(null=True)), null=True)
        moments = pf.ArrayField(dm.DateTimeField(), null=True)
        labels = pf.ArrayField(dm.TextField(null=True), null=True)
        prices = pf.ArrayField(dm.DecimalField(max_digits=12, decimal_places=4), null=True)
        code = dm.UUIDField(null=True, unique=True)
        parent = dm.ForeignKey("self", dm.SET_NULL, null=True, related_name="parts")

        class Meta:
            app_label, db_table = "oracle", "or_sample"

    MODELS["Sample"] = Sample
    return MODELS


COLUMNS = """name varchar(40) NOT NULL, took interval, clock time, day date, at timestamptz, wall timestamp, whole numeric(10,0), price numeric(12,4),
  fine numeric(30,20), small smallint, big bigint, ratio double precision, "on" boolean, ints int4range, nums numrange, days daterange, spans tstzrange,
  attrs hstore, addr inet, raw bytea, doc jsonb, grid bigint[], moments timestamptz[], labels text[], prices numeric(12,4)[], code uuid UNIQUE"""
NAMES = [c.split()[0].strip('"') for c in COLUMNS.replace("(12,4)", "").replace("(10,0)", "").replace("(30,20)", "").split(",")]
NUMBERS = {"whole", "price", "fine", "small", "big", "ratio"}
RANGES = {"ints": "small", "nums": "price", "days": "day", "spans": "at"}
ARRAYS = {"moments": "at", "labels": "name", "prices": "price", "grid": "big"}


class Values:
    """Random values of the columns, in the format of specs."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def of(self, column):
        return getattr(self, column)()

    def maybe(self, column, part=.12):
        return None if column != "name" and self.r.random() < part else self.of(column)

    def pick(self, *some):
        return self.r.choice(some)

    def name(self):
        return self.pick("alpha", "Alpha", "beta", "Gamma ray", "delta%", "e_psilon", "Zoë", "", "x\\y")

    def took(self):
        return {"$duration": self.pick(0, 1, -1, 60, 3600, 86400, -86400, 90061.000001, 0.000001, 2592000, 31536000, -3600.5, 5400)}

    def clock(self):
        return {"$time": self.pick("00:00:00", "23:59:59.999999", "12:00:00", "08:30:00", "08:30:00.500000", "14:05:06")}

    def day(self):
        return {"$date": self.pick("2024-02-29", "2023-12-31", "2024-01-01", "2025-03-30", "2025-10-26", "1970-01-01", "1850-06-01", "2025-01-05", "2020-12-28", "9999-12-31", "0001-01-01")}

    def moment(self):
        return self.pick("2024-02-29T23:30:00Z", "2025-03-30T00:30:00Z", "2025-03-30T01:30:00Z", "2025-10-26T00:30:00Z", "2025-10-26T01:30:00.123456Z", "2023-12-31T23:15:00Z", "2024-06-30T22:00:00Z",
                         "2024-06-30T21:59:59.999999Z", "1970-01-01T00:00:00Z", "2025-01-05T05:06:07+09:00", "2024-06-15T12:00:00-05:00")

    def at(self):
        return {"$datetime": self.moment()}

    def wall(self):
        """No hour that clocks show twice."""
        return {"$datetime": self.pick("2024-02-29T23:30:00Z", "2025-03-30T00:30:00Z", "2025-03-30T01:30:00Z", "2023-12-31T23:15:00Z", "2024-06-30T22:00:00Z", "2024-06-30T21:59:59.999999Z",
                                       "1970-01-01T00:00:00Z", "2025-01-05T05:06:07+09:00", "2024-06-15T12:00:00-05:00")}

    def whole(self):
        return {"$decimal": self.pick("0", "1", "-1", "9999999999", "100", "42")}

    def price(self):
        return {"$decimal": self.pick("0.0000", "1.5000", "-1.5", "99999999.9999", "0.0001", "42", "100.1", "2.50")}

    def fine(self):
        return {"$decimal": self.pick("0.00000000000000000001", "1", "-1.5", "9999999999.99999999999999999999", "0.33333333333333333333", "42")}

    def small(self):
        return self.pick(0, 1, -1, 32767, -32768, 42, 100, 7)

    def big(self):
        return self.pick(0, 1, -1, 2**53 + 1, 2**63 - 1, -2**63, 42, 100)

    def ratio(self):
        return self.pick(0.0, 1.5, -1.5, 0.1, 1e300, 1e-300, 42.0, 100.25)

    def on(self):
        return self.r.random() < .5

    def range(self, column):
        r = self.r.random()
        if r < .08:
            return {"$range": "empty"}
        a, b = self.of(column), self.of(column)
        key = {"$datetime": lambda v: dt.datetime.fromisoformat(v.replace("Z", "+00:00"))}.get(next(iter(a)) if isinstance(a, dict) else "", lambda v: decimal.Decimal(v) if column == "price" else v)
        raw = lambda v: key(next(iter(v.values())) if isinstance(v, dict) else v)
        if raw(a) > raw(b):
            a, b = b, a
        if column == "day" and "9999" in b["$date"]:
            b = {"$date": "9000-01-01"}  # its successor would be no date in Python
            if "9999" in a["$date"]:
                a = b
        if r < .2:
            a = None
        elif r < .32:
            b = None
        return {"$range": [a, b, self.pick("[)", "[)", "[)", "[]", "(]", "()")]}

    def ints(self):
        return self.range("small")

    def nums(self):
        return self.range("price")

    def days(self):
        return self.range("day")

    def spans(self):
        return self.range("at")

    def attrs(self):
        return {"$json": {k: self.pick("1", "2", "", "red", None) for k in self.r.sample(["a", "b", "colour", "Größe", "x y"], self.r.randrange(4))}}

    def addr(self):
        return self.pick("10.0.0.1", "10.0.0.2", "192.168.1.10", "2001:db8::1", "255.255.255.255", "::1")

    def raw(self):
        return {"$bytes": self.pick("", "00", "ff00", "616263", "5c")}

    def doc(self):
        return self.pick({"$json": {"a": 1, "b": [1, 2.5, None, "x"]}}, {"$json": {"a": "1", "c": {"d": None}}}, {"$json": {"a": None}}, [1, 2, 3], "text", 5, 2.5, True, {"$json": {}}, [],
                         {"$json": {"x y": {"0": "zero", "1": [True]}}}, {"$json": {"a": 9007199254740993}}, {"$json": {"a": 1.0}})

    def grid(self):
        rows, columns = self.pick((0, 0), (1, 1), (2, 2), (2, 3), (1, 3))
        return [[self.pick(1, 2, 3, -2**63, None) for _ in range(columns)] for _ in range(rows)]

    def moments(self):
        return [self.at() for _ in range(self.r.randrange(4))]

    def labels(self):
        return [self.pick("a", "b", "A", "", "NULL", "x,y", 'q"', "{}", None) for _ in range(self.r.randrange(4))]

    def prices(self):
        return [self.price() for _ in range(self.r.randrange(4))]

    def code(self):
        return {"$uuid": str(uuid.UUID(int=self.r.getrandbits(128)))}

    def row(self):
        return {c: self.maybe(c) for c in NAMES}


def rows():
    """The rows of the table, the same for every seed of specs."""
    v = Values(1)
    return [v.row() for _ in range(120)]


# SQL, so that Go's side has the rows without Django

def literal(column, v):
    if v is None:
        return "NULL"
    if column == "doc":
        return quoted(json.dumps(v["$json"] if isinstance(v, dict) else v, ensure_ascii=False))
    if column in RANGES:
        v = v["$range"]
        if v == "empty":
            return "'empty'"
        return quoted("%s%s,%s%s" % (v[2][0], *["" if x is None else str(next(iter(x.values())) if isinstance(x, dict) else x) for x in v[:2]], v[2][1]))
    if column == "attrs":
        text = lambda s: '"%s"' % s
        return quoted(",".join("%s=>%s" % (text(k), "NULL" if x is None else text(x)) for k, x in v["$json"].items()))
    if column == "raw":
        return r"'\x%s'" % v["$bytes"]
    if isinstance(v, list):
        return "'%s'" % array(v).replace("'", "''")
    if column == "took":
        return quoted("%.6f seconds" % v["$duration"])
    if isinstance(v, dict):
        v = next(iter(v.values()))
    return quoted(str(v))


def array(v):
    if v is None:
        return "NULL"
    if isinstance(v, list):
        return "{%s}" % ",".join(array(x) for x in v)
    if isinstance(v, dict):
        v = next(iter(v.values()))
    return '"%s"' % str(v).replace("\\", "\\\\").replace('"', '\\"') if isinstance(v, str) else str(v)


def quoted(s):
    return "'%s'" % s.replace("'", "''")


def schema():
    out = ["CREATE EXTENSION IF NOT EXISTS hstore;", "SET TIME ZONE '%s';" % ZONE, "DROP TABLE IF EXISTS or_sample;",
           "CREATE TABLE or_sample (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, %s,\n  parent_id bigint REFERENCES or_sample);" % COLUMNS]
    for i, row in enumerate(rows(), 1):
        parent = "NULL" if i % 3 == 0 else str(1 + (i * 7) % i)
        # A timestamp is the clock of the session's zone.
        vals = [literal(c, row[c]) + ("::timestamptz" if c == "wall" and row[c] else "") for c in NAMES]
        out.append("INSERT INTO or_sample VALUES (%d, %s, %s);" % (i, ", ".join(vals), parent))
    out.append("SELECT setval(pg_get_serial_sequence('or_sample', 'id'), 1000);")
    return "\n".join(out) + "\n"


# Specs

class Specs:
    def __init__(self, n, seed):
        self.r, self.v, self.n, self.seed = random.Random(seed), Values(seed + 1000003), n, seed
        self.kept = rows()

    def value(self, column):
        """A value of the table, more often than another one."""
        if self.r.random() < .7:
            known = [r[column] for r in self.kept if r[column] is not None]
            return self.r.choice(known)
        return self.v.of(column)

    def some(self, column, most=4):
        return [self.value(column) for _ in range(self.r.randrange(1, most))]

    PARTS = {"year": (2023, 2024, 2025, 1970, 1850), "iso_year": (2023, 2024, 2025, 2020), "quarter": (1, 2, 3, 4), "month": (1, 2, 3, 6, 10, 12), "week": (1, 9, 13, 43, 52, 53), "day": (1, 5, 26, 29, 30, 31),
             "week_day": (1, 2, 6, 7), "iso_week_day": (1, 5, 6, 7)}
    CLOCK = {"hour": (0, 1, 2, 8, 12, 23), "minute": (0, 5, 15, 30, 59), "second": (0, 6, 7, 59)}

    def compared(self, path, values):
        """A comparison of a path whose values the function draws."""
        op = self.r.choice(["", "", "__exact", "__gt", "__gte", "__lt", "__lte", "__in", "__range"])
        if op == "__in":
            return path + op, [values() for _ in range(self.r.randrange(1, 4))]
        if op == "__range":
            return path + op, [values(), values()]
        return path + op, values()

    def lookup(self, column, prefix=""):
        """A lookup and its value."""
        r, path = self.r, prefix + column
        drawn = lambda: self.value(column)
        if r.random() < .08:
            return path + "__isnull", r.random() < .5
        kind = r.random()
        if column in RANGES:
            part = RANGES[column]
            if kind < .2:
                return path + r.choice(["", "__gt", "__lt", "__lte"]), drawn()
            if kind < .45:
                return path + r.choice(["__contains", "__contained_by", "__overlap", "__fully_lt", "__fully_gt", "__not_lt", "__not_gt", "__adjacent_to"]), drawn()
            if kind < .6 and column != "nums":  # Django cannot send the Decimal
                return path + "__contains", self.value(part)
            if kind < .75:
                return path + "__" + r.choice(["isempty", "lower_inc", "lower_inf", "upper_inc", "upper_inf"]), r.random() < .5
            return self.compared(path + r.choice(["__startswith", "__endswith"]), lambda: self.value(part))
        if column == "attrs":
            key = r.choice(["a", "b", "colour"])
            return r.choice([lambda: (path, drawn()), lambda: (path + "__contains", drawn()), lambda: (path + "__contained_by", drawn()), lambda: (path + "__has_key", key),
                             lambda: (path + "__has_keys", ["a", key]), lambda: (path + "__has_any_keys", ["b", key]), lambda: (path + "__keys__contains", [key]), lambda: (path + "__values__overlap", ["1", "red"]),
                             lambda: (path + "__keys__len", 2), lambda: (path + "__" + key, r.choice(["1", "red", ""])), lambda: (path + "__" + key + "__icontains", "R"),
                             lambda: (path + "__" + key + "__isnull", r.random() < .5), lambda: (path + "__" + key + "__in", ["1", "2"])])()
        if column == "doc":
            return r.choice([lambda: (path, drawn()), lambda: (path + "__contains", drawn()), lambda: (path + "__contained_by", drawn()), lambda: (path + "__has_key", r.choice(["a", "c"])),
                             lambda: (path + "__a", r.choice([1, "1", None, 9007199254740993, 1.0])), lambda: (path + "__a__in", [1, "1"]), lambda: (path + "__a__gt", 0), lambda: (path + "__b__1__lte", 2.5),
                             lambda: (path + "__c__d__isnull", r.random() < .5), lambda: (path + "__0", 1), lambda: (path + "__a__isnull", r.random() < .5), lambda: (path + "__in", self.some(column)),
                             lambda: (path + "__b__3__icontains", "X"), lambda: (path, None), lambda: (path + "__x y__0__startswith", "z")])()
        if column in ARRAYS:
            choices = [lambda: (path, drawn()), lambda: (path + "__contains", drawn()), lambda: (path + "__contained_by", drawn()), lambda: (path + "__overlap", drawn()), lambda: self.compared(path + "__len", lambda: r.randrange(4)),
                       lambda: (path + r.choice(["__gt", "__lt", "__gte"]), drawn()), lambda: (path + "__in", self.some(column))]
            if column == "grid":
                choices += [lambda: self.compared(path + "__0__" + r.choice("01"), lambda: r.choice([1, 2, 3]))]
            elif column == "labels":
                choices += [lambda: (path + "__0", r.choice(["a", "b", "NULL"])), lambda: (path + "__1__icontains", "A"), lambda: (path + "__0_2", ["a", "b"]), lambda: (path + "__0_1__contains", ["a"])]
            elif column == "prices":
                choices += [lambda: self.compared(path + "__0", lambda: self.value("price"))]
            else:
                choices += [lambda: self.compared(path + "__0", lambda: self.value("at")), lambda: self.compared(path + "__0__year", lambda: r.choice(self.PARTS["year"])), lambda: (path + "__1__hour", 1)]
            return r.choice(choices)()
        if column in ("addr", "code", "name", "took", "clock", "day", "at", "price", "ratio", "wall") and kind < .2:
            texts = {"addr": ["10.", ".1", "::", "192.168.1.10", "/32"], "code": ["a", "0", "f"], "took": ["1", "day", ":00"], "clock": ["08", ":30", "00"], "day": ["2024", "-01"], "at": ["2024", "+01", ":30"], "wall": ["2024", ":30"],
                     "price": ["1.5", "42", ".0"], "ratio": ["1", "e"], "name": ["A", "%", "_", "\\", "ë"]}[column]
            return path + "__" + r.choice(["contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "iexact"]), r.choice(texts)
        if column in ("day", "at", "wall") and kind < .5:
            part = r.choice(list(self.PARTS) + (list(self.CLOCK) if column != "day" else []))
            return self.compared(path + "__" + part, lambda: r.choice({**self.PARTS, **self.CLOCK}[part]))
        if column in ("at", "wall") and kind < .7:
            part = r.choice(["date", "time"])
            return self.compared(path + "__" + part, lambda: self.value({"date": "day", "time": "clock"}[part]))
        if column == "clock" and kind < .4:
            part = r.choice(list(self.CLOCK))
            return self.compared(path + "__" + part, lambda: r.choice(self.CLOCK[part]))
        if column in ("day", "small") and kind < .6:
            return path + "__contained_by", self.value({"day": "days", "small": "ints"}[column])
        if column == "at" and kind < .75:
            return path + "__contained_by", self.value("spans")
        if column == "on":
            return path, r.random() < .5
        return self.compared(path, drawn)

    def q(self, depth=0):
        r, x = self.r, self.r.random()
        if depth < 2 and x < .2:
            return {r.choice(["and", "or", "or", "xor"]): [self.q(depth + 1) for _ in range(r.randrange(2, 4))]}
        if depth < 2 and x < .28:
            return {"not": self.q(depth + 1)}
        prefix = "" if r.random() < .75 else r.choice(["parent__", "parts__", "parent__parent__"])
        if x < .4:  # another column of a like type
            a, b = r.choice([("at", "wall"), ("wall", "at"), ("small", "big"), ("price", "fine"), ("ratio", "price"), ("day", "day"), ("took", "took"), ("clock", "clock"), ("ints", "ints"), ("spans", "spans"), ("addr", "addr"),
                             ("labels", "labels"), ("at", "at"), ("at__date", "day"), ("ints__contains", "small"), ("days__contains", "day"), ("at__time", "clock"), ("day__year", "at__year"), ("ints__startswith", "small"),
                             ("doc", "doc"), ("raw", "raw"), ("code", "code"), ("big", "small"), ("wall__date", "day"), ("spans__endswith", "at")])
            return {"lookup": prefix + a + (r.choice(["", "__gt", "__lte"]) if a not in ("ints__contains", "days__contains") else ""), "value": {"$f": r.choice(["", "parent__"]) + b}}
        if x < .46:
            c = r.choice(["day", "at", "took", "clock", "price", "small", "addr", "code", "wall", "big"])
            return {"lookup": prefix + c + "__in", "value": {"$qs": {"model": "Sample", "ops": [{"op": "filter", "q": self.q(2)}, {"op": "values", "fields": [c]}]}}}
        c = r.choice(NAMES)
        text, value = self.lookup(c, prefix)
        return {"lookup": text, "value": value}

    def expr(self):
        """An expression and whether its values are few and ordered."""
        r = self.r
        f = lambda *names: {"f": r.choice(["", "", "parent__"]) + r.choice(names)}
        return r.choice([
            lambda: f(*NAMES), lambda: f("at__year", "at__hour", "at__date", "at__time", "at__week", "at__iso_week_day", "wall__hour", "wall__date", "day__quarter", "clock__minute"),
            lambda: f("ints__startswith", "ints__endswith", "days__startswith", "spans__endswith", "nums__startswith", "ints__isempty", "days__upper_inf", "attrs__a", "attrs__keys", "attrs__values", "doc__a", "doc__b__0",
                      "labels__0", "labels__len", "grid__0__0", "labels__0_1", "moments__0", "moments__0__hour", "prices__0"),
            lambda: {"fn": r.choice(["TruncYear", "TruncQuarter", "TruncMonth", "TruncWeek", "TruncDay"]), "args": [f("at", "day", "wall")]},
            lambda: {"fn": r.choice(["TruncHour", "TruncMinute", "TruncDate", "TruncTime"]), "args": [f("at")], "tz": r.choice(["America/New_York", "Asia/Kathmandu", "UTC"])},
            lambda: {"fn": r.choice(["ExtractHour", "ExtractDay", "ExtractWeekDay", "ExtractIsoYear"]), "args": [f("at")], "tz": r.choice(["America/New_York", "Asia/Kathmandu", "UTC"])},
            lambda: {"op": r.choice("+-"), "l": f("at"), "r": r.choice([f("took"), {"value": {"$duration": r.choice([0, 1, 3600, 5400.5])}}]), "out": "datetime"},
            lambda: {"op": "-", "l": f("at"), "r": f("at"), "out": "duration"},
            lambda: {"op": "-", "l": f("day"), "r": f("day"), "out": "duration"},
            lambda: {"op": "-", "l": f("clock"), "r": f("clock"), "out": "duration"},
            lambda: {"op": r.choice("+-"), "l": f("took"), "r": f("took"), "out": "duration"},
            lambda: {"op": r.choice("+-*"), "l": f("price", "whole"), "r": r.choice([f("price"), {"value": self.v.price()}]), "out": "decimal"},
            lambda: {"op": "+", "l": f("small"), "r": {"value": r.randrange(9)}},
            lambda: {"fn": "Coalesce", "args": (lambda c: [{"f": c}, {"f": "parent__" + c}])(r.choice(["took", "day", "at", "clock", "price", "ints", "labels", "addr", "code", "attrs", "raw", "wall", "spans", "grid"]))},
            lambda: (lambda c: {"fn": "Coalesce", "args": [{"f": c}, {"value": self.v.of(c)}]})(r.choice(["took", "day", "at", "clock", "price", "code", "small"])),
            lambda: {"fn": r.choice(["Greatest", "Least", "NullIf"]), "args": (lambda c: [{"f": c}, {"f": "parent__" + c}])(r.choice(["took", "day", "at", "clock", "price", "big", "wall"]))},
            lambda: (lambda c: {"case": [[self.q(2), {"value": self.v.of(c)}]], "else": {"f": c}})(r.choice(["took", "day", "at", "clock", "price", "code", "name"])),
            lambda: {"fn": "Cast", "args": [f("small", "big", "price", "whole", "ratio")], "out": r.choice(["text", "decimal"])},
            lambda: {"fn": "Cast", "args": [f("at", "wall")], "out": r.choice(["date", "time", "text"])},
            lambda: {"fn": "Cast", "args": [f("day", "clock", "took", "code", "addr", "ints", "labels", "doc")], "out": "text"},
            lambda: {"subquery": {"model": "Sample", "ops": [{"op": "filter", "q": {"lookup": "parent", "value": {"$outer": "pk"}}}, {"op": "order_by", "fields": ["id"]}, {"op": "values", "fields": [r.choice(NAMES)]}, {"op": "slice", "stop": 1}]}},
            lambda: {"array_subquery": {"model": "Sample", "ops": [{"op": "filter", "q": {"lookup": "parent", "value": {"$outer": "pk"}}}, {"op": "order_by", "fields": ["id"]}, {"op": "values", "fields": [r.choice(["day", "price", "at", "small", "name"])]}]}},
            lambda: {"window": {"fn": r.choice(["Lag", "FirstValue"]), "args": [f("took", "day", "at", "clock", "price", "ints", "addr")], "order_by": ["id"]}},
            lambda: {"bool": self.q(2)},
        ])()

    def agg(self, join=True):
        r = self.r
        f = lambda *names: r.choice(["", "", "parts__"] if join else [""]) + r.choice(names)
        return r.choice([
            lambda: {"agg": "Count", "of": f(*NAMES)}, lambda: {"agg": "Count", "of": f("day", "took", "addr", "code", "price", "ints", "labels"), "distinct": True},
            lambda: {"agg": r.choice(["Min", "Max"]), "of": f("took", "day", "at", "clock", "wall", "price", "fine", "whole", "small", "big", "ratio", "name")},
            lambda: {"agg": r.choice(["Sum", "Avg"]), "of": f("took", "price", "whole", "small")},
            lambda: {"agg": "Sum", "of": f("price"), "filter": self.q(2)},
            lambda: {"agg": "Min", "of": f("day"), "default": {"value": self.v.day()}},
            lambda: {"agg": "ArrayAgg", "of": r.choice(["day", "price", "at", "small", "took", "clock"]), "ordering": [r.choice(["id", "-id"])]},
            lambda: {"agg": r.choice(["BoolAnd", "BoolOr"]), "of": f("on")},
        ])()

    def bad(self):
        return self.r.choice([("day", "x"), ("day__gt", "2024-02-30"), ("at", "x"), ("took", "x"), ("clock", "25:00"), ("code", "zz"), ("small", "x"), ("price", "x"), ("price__gt", "1,5"), 
                              ("at__year", "x"), ("days__startswith", "x"), ("clock__year", 5), ("day__hour", 5), ("small__has_key", "a"), ("took__year", 1), ("ints__len", 1), ("at__date", "x"),
                              ("code__in", ["zz"]), ("labels__nope", 1), ("price__contained_by", "x"), ("on", "x"), ("day__gt", None), ("took__lt", None)])

    def write(self):
        r = self.r
        some = lambda: {c: self.v.maybe(c) for c in r.sample([c for c in NAMES if c not in ("name", "code")], r.randrange(1, 9))}
        how = r.choice(["create", "bulk_create", "save", "bulk_update", "update", "update", "upsert", "get_or_create", "update_or_create"])
        end = {"do": "write", "how": how}
        if how in ("bulk_create", "upsert"):
            names = list(some())
            end["rows"] = [{"id": 2000 + i if how == "bulk_create" or r.random() < .5 else r.randrange(1, 100) * 3 + i % 3, "name": self.v.name(), **{c: self.v.maybe(c) for c in names}} for i in range(r.randrange(1, 4))]
            ids = [x["id"] for x in end["rows"]]
            if len(set(ids)) < len(ids):
                end["rows"] = end["rows"][:1]
        elif how in ("get_or_create", "update_or_create"):
            by = r.sample([c for c in NAMES if c not in ("doc", "raw", "ratio", "code", "name")], r.randrange(1, 3))
            kept = r.choice(self.kept)
            end["by"], end["values"] = by, {**some(), **{c: kept[c] for c in by}, "name": self.v.name(), "id": 2000}
        elif how == "update":
            end["values"] = some()
            if r.random() < .4:
                a, b = r.choice([("at", "wall"), ("big", "small"), ("fine", "price"), ("price", "whole"), ("ratio", "price"), ("day", "at"), ("clock", "at"), ("whole", "price"), ("labels", "labels")])
                end["values"] = {a: {"$f": b}}
        else:
            end["values"] = some()
            if how == "create":
                end["values"].update(id=2000, name=self.v.name())
        return end

    def spec(self, i):
        r, ops, more = self.r, [], {}
        if r.random() < .04:
            text, value = self.bad()
            return {"id": "t%05d" % i, "model": "Sample", "ops": [{"op": "filter", "q": {"lookup": text, "value": value}}], "bad": True}
        for _ in range(r.choice([0, 1, 1, 2])):
            ops.append({"op": r.choice(["filter", "filter", "exclude"]), "q": self.q()})
        x = r.random()
        if x < .25:
            return {"id": "t%05d" % i, "model": "Sample", "ops": ops[:1], "end": self.write()}
        if x < .35:
            ops.append({"op": "values", "fields": ["id"]})
        elif x < .6:
            for k in range(r.randrange(1, 3)):
                ops.append({"op": "annotate", "as": "x%d" % k, "expr": self.expr()})
            ops.append({"op": r.choice(["values", "values_list"]), "fields": ["id"] + ["x%d" % k for k in range(sum(o["op"] == "annotate" for o in ops))]})
        elif x < .68:
            c = r.choice(["took", "day", "at", "clock", "wall", "price", "fine", "small", "big", "ints", "days", "spans", "code", "raw", "labels", "at__date", "day__year", "on"])
            ops += [{"op": "order_by", "fields": [r.choice([c, "-" + c, {"f": c, "desc": True, "nulls": "last"}]), "id"]}, {"op": "slice", "start": r.choice([0, 3]), "stop": 40}]
            more["order"] = "total"
            if r.random() < .5:
                ops.append({"op": "values_list", "fields": ["id", c]})
                ops[-1], ops[-2] = ops[-2], ops[-1]
        elif x < .76:
            c = r.choice(["took", "day", "at", "clock", "price", "small", "ints", "days", "addr", "labels", "at__date", "at__hour", "on", "wall__month", "moments", "prices"])
            ops += [{"op": "values", "fields": [c]}, {"op": "annotate", "as": "n", "expr": self.agg(False)}]
        elif x < .84:
            ops.append({"op": "annotate", "as": "x", "expr": self.agg()})
            ops.append({"op": "values", "fields": ["id", "x"]})
        elif x < .9:
            more["end"] = {"do": "aggregate", "exprs": {"a": self.agg(), "b": self.agg()}}
        elif x < .93:
            ops += [{"op": "values_list", "fields": r.sample(["took", "day", "at", "clock", "price", "ints", "addr", "labels", "raw", "small"], 2)}, {"op": "distinct"}]
        elif x < .95:
            c = r.choice(["day", "at", "took", "ints", "addr", "code", "price"])
            ops = [*ops, {"op": "values_list", "fields": [c]}, {"op": r.choice(["union", "intersection", "difference"]), "with": [{"model": "Sample", "ops": [{"op": "filter", "q": self.q(2)}, {"op": "values_list", "fields": [c]}]}]}]
        elif x < .97:
            if r.random() < .5:
                ops.append({"op": "dates", "field": "day", "kind": r.choice(["year", "month", "week", "day"]), "order": r.choice(["ASC", "DESC"])})
            else:
                ops.append({"op": "datetimes", "field": r.choice(["at", "wall"]), "kind": r.choice(["year", "month", "day"]), "order": "ASC"})
            more["order"] = "total"
        else:
            more["end"] = r.choice([{"do": "count"}, {"do": "exists"}, {"do": "in_bulk", "ids": [1, 2, 5]}])
        return {"id": "t%05d" % i, "model": "Sample", "ops": ops, **more}

    def all(self):
        return [self.spec(i) for i in range(1, self.n + 1)]


# Django's answers

plain_val, plain_enc, plain_run = run.val, run.enc, run.run


def val(v, M):
    from psycopg.types.range import Range
    if isinstance(v, list):
        return [val(x, M) for x in v]
    if isinstance(v, dict) and len(v) == 1:
        k, x = next(iter(v.items()))
        if k == "$range":
            return Range(empty=True) if x == "empty" else Range(val(x[0], M), val(x[1], M), x[2])
        if k == "$bytes":
            return bytes.fromhex(x)
        if k == "$uuid":
            return uuid.UUID(x)
    return plain_val(v, M)


def enc(v):
    from psycopg.types.range import Range
    if isinstance(v, (bytes, memoryview)):
        return {"$bytes": bytes(v).hex()}
    if isinstance(v, Range):
        return {"$range": "empty" if v.isempty else [enc(v.lower), enc(v.upper), v.bounds]}
    if isinstance(v, dt.datetime) and v.tzinfo is None:
        v = v.replace(tzinfo=zoneinfo.ZoneInfo(ZONE))
    if isinstance(v, (list, tuple)):
        return [enc(x) for x in v]
    return plain_enc(v)


def write(spec, M):
    """The end that writes: its answer and the rows that it changed. The transaction is rolled back."""
    from django.db import connection, transaction
    with connection.cursor() as c:
        c.execute("SET TRANSACTION READ WRITE")
    try:
        with transaction.atomic():
            return written(spec, M)
    finally:
        transaction.set_rollback(True)


def written(spec, M):
    Sample, end = M["Sample"], spec["end"]
    inst = lambda o: run.inst(o, run.Load())
    before = {o.pk: inst(o) for o in Sample.objects.all()}
    qs = run.chain(spec, M)
    values = {k: val(v, M) for k, v in end.get("values", {}).items()}
    made = [Sample(**{k: val(v, M) for k, v in row.items()}) for row in end.get("rows", [])]
    how, answer = end["how"], None
    if how == "create":
        Sample.objects.create(**values)
    elif how == "bulk_create":
        Sample.objects.bulk_create(made)
    elif how == "upsert":
        Sample.objects.bulk_create(made, update_conflicts=True, unique_fields=["id"], update_fields=[k for k in end["rows"][0] if k != "id"])
    elif how == "update":
        answer = qs.update(**values)
    elif how in ("save", "bulk_update"):
        objs = list(qs.order_by("id")[:3])
        for o in objs:
            for k, v in values.items():
                setattr(o, k, v)
        if how == "save":
            for o in objs:
                o.save()
        else:
            answer = Sample.objects.bulk_update(objs, list(values))
    else:
        by = {k: values.pop(k) for k in end["by"]}
        # A filter of NULL is isnull, of which create takes no part.
        found = {k + "__isnull" if v is None else k: v is None or v for k, v in by.items()}
        defaults = {**values, **{k: v for k, v in by.items() if v is None}}
        if how == "get_or_create":
            answer = Sample.objects.get_or_create(**found, defaults=defaults)[1]
        else:
            created = dict(defaults)
            defaults.pop("id")
            answer = Sample.objects.update_or_create(**found, defaults=defaults, create_defaults=created)[1]
    after = {o.pk: inst(o) for o in Sample.objects.all()}
    return [answer, [after[k] for k in sorted(after) if after[k] != before.get(k)]]


def answered(spec, M, want_sql):
    if spec.get("end", {}).get("do") == "write":
        return write(spec, M)
    return plain_run(spec, M, want_sql)


run.m.setup, run.val, run.enc, run.run = setup, val, enc, answered

if __name__ == "__main__":
    if "--dsn" in sys.argv:
        run.main()
    else:
        ap = argparse.ArgumentParser()
        ap.add_argument("--schema", action="store_true")
        ap.add_argument("--specs", action="store_true")
        ap.add_argument("--n", type=int, default=1000)
        ap.add_argument("--seed", type=int, default=1)
        a = ap.parse_args()
        print(schema() if a.schema else json.dumps(Specs(a.n, a.seed).all(), ensure_ascii=False))
