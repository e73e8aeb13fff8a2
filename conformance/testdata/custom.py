#!/usr/bin/python3
"""Django's side of custom.go: the same lookups, transforms, functions and aggregates, and specs that use them.

    custom.py --specs                 prints the specs
    custom.py --dsn URL --specs FILE  prints Django's answers

It stands beside the oracle's scripts, or finds them by PYTHONPATH.
"""
import itertools
import json
import sys

import run

from django.db import models as dm
from django.db.models import Aggregate, Func, Lookup, Transform
from django.db.models import functions as fn


class Template(Transform):
    """A transform of one SQL template."""
    output = None

    def as_sql(self, compiler, connection, **kw):
        lhs, params = compiler.compile(self.lhs)
        return self.sql % lhs, params

    @property
    def output_field(self):
        return self.output() if self.output else self.lhs.output_field


def transform(name, sql, output=None, bilateral=False):
    return type(name.title(), (Template,), {"lookup_name": name, "sql": sql, "output": output, "bilateral": bilateral})


class TemplateLookup(Lookup):
    def as_sql(self, compiler, connection):
        lhs, lp = self.process_lhs(compiler, connection)
        rhs, rp = self.process_rhs(compiler, connection)
        sql, params = "", []
        for piece in self.sql.replace("{l}", "\0l\0").replace("{r}", "\0r\0").split("\0"):
            if piece == "l":
                sql, params = sql + lhs, params + list(lp)
            elif piece == "r":
                sql, params = sql + rhs, params + list(rp)
            else:
                sql += piece
        return sql, params


def lookup(name, sql, prepare=True, none=False):
    return type(name.title(), (TemplateLookup,), {"lookup_name": name, "sql": sql, "prepare_rhs": prepare, "can_use_none_as_rhs": none})


class HowMany(Aggregate):
    function, name, allow_distinct, empty_result_set_value = "COUNT", "HowMany", True, 0
    output_field = dm.IntegerField()


class Median(Aggregate):
    template, name, window_compatible = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(expressions)s)", "Median", False
    output_field = dm.FloatField()


class Squares(Aggregate):
    template, name = "SUM(POWER(%(expressions)s, 2))", "Squares"
    output_field = dm.FloatField()


class Wrapped(Func):
    template = "'<' || %(expressions)s || '>'"
    output_field = dm.TextField()


class Joined(Func):
    function, template = "CONCAT_WS", "CONCAT_WS('-', %(expressions)s)"
    output_field = dm.TextField()


def register(M):
    texts = dm.CharField, dm.TextField
    numbers = dm.IntegerField, dm.FloatField, dm.DecimalField
    for f in texts:
        f.register_lookup(OwnLength)
        f.register_lookup(INITIAL)
        f.register_lookup(transform("own_folded", "UPPER(%s)", bilateral=True))
        f.register_lookup(lookup("own_longer_than", "LENGTH({l}) > {r}", prepare=False))
        f.register_lookup(lookup("own_same_letters", "LOWER({l}) = LOWER({r})"))
    for f in numbers:
        f.register_lookup(transform("own_distance", "ABS(%s)", bilateral=True))
        f.register_lookup(lookup("own_near", "{l} BETWEEN {r} - 1 AND {r} + 1"))
    dm.IntegerField.register_lookup(transform("own_mod7", "MOD(%s, 7)"))
    dm.IntegerField.register_lookup(lookup("own_is_even", "(MOD({l}, 2) = 0) = {r}", prepare=False))
    dm.DateField.register_lookup(transform("own_quarter_label", "'Q' || EXTRACT(QUARTER FROM %s)", dm.TextField))
    dm.Field.register_lookup(lookup("own_ne", "{l} <> {r}"))
    dm.Field.register_lookup(lookup("own_distinct_from", "{l} IS DISTINCT FROM {r}", none=True))
    dm.Field.register_lookup(lookup("own_one_of", "{l} = ANY({r})", prepare=False))
    M["Book"]._meta.get_field("title").register_lookup(transform("own_shout", "%s || '!'", dm.TextField))
    M["Book"]._meta.get_field("title").register_lookup(lookup("own_begins_like", "LEFT({l}, 2) = LEFT({r}, 2)"))
    OwnLength.register_lookup(lookup("own_about", "ABS({l} - {r}) <= 3"))
    INITIAL.register_lookup(lookup("exact", "{l} = UPPER({r})"))


class OwnLength(fn.Length):
    lookup_name = "own_length"


INITIAL = transform("own_initial", "UPPER(LEFT(%s, 1))", dm.TextField)

setup, tables = run.m.setup, run.tables


def with_customs(dsn):
    M = setup(dsn)
    register(M)
    return M


def more_tables():
    aggs, funcs, outs, windows = tables()
    aggs.update(HowMany=HowMany, Median=Median, Squares=Squares)
    funcs.update(Wrapped=Wrapped, Joined=Joined)
    return aggs, funcs, outs, windows


run.m.setup, run.tables = with_customs, more_tables


def specs():
    """Each condition as a filter, an exclude, in an OR with another, under NOT twice, in a CASE; and the transforms in every other place."""
    F, Q = lambda n: {"$f": n}, lambda k, v: {"lookup": k, "value": v}
    years = {"op": "values", "fields": ["year"]}
    pages = {"$qs": {"model": "Book", "ops": [{"op": "filter", "q": Q("id", 7)}, {"op": "values", "fields": ["pages"]}]}}
    conds = [Q(k, v) for k, v in [
        ("title__own_ne", "alpha"), ("title__own_length__gt", 12), ("title__own_length", 9), ("title__own_length__own_about", 9), ("title__own_length__own_ne", 9),
        ("title__own_initial", "d"), ("title__own_initial__in", ["A", "D", "N"]), ("title__own_initial__own_length", 1), ("title__own_folded", "delta"),
        ("title__own_folded__contains", "a%"), ("title__own_folded__in", ["delta", "Beta iota"]), ("title__own_folded__range", ["d", "k"]), ("title__own_folded", F("authors__name")),
        ("title__own_folded__own_initial__lt", "m"), ("title__own_longer_than", 20), ("title__own_longer_than", F("pages")), ("title__own_same_letters", "DELTA"),
        ("title__own_shout__endswith", "a!"), ("title__own_shout__own_length__gt", 12), ("title__own_begins_like", "Delta"), ("title__own_one_of", ["Delta", "kappa"]),
        ("pages__own_ne", F("editor__age")), ("pages__own_near", 100), ("pages__own_near", F("editor__age")), ("pages__own_mod7", 3), ("pages__own_mod7__own_near", 3), ("pages__own_mod7__in", [1, 2]),
        ("pages__own_is_even", True), ("pages__own_mod7__own_is_even", False), ("pages__own_one_of", [100, 200, 300]), ("pages__own_ne", pages), ("pages__own_distance__gt", -300),
        ("price__own_distance__lt", {"$decimal": "-20"}), ("price__own_ne", {"$decimal": "9.99"}), ("price__own_near", {"$decimal": "10"}), ("price__own_distinct_from", None),
        ("price__own_distinct_from", {"$decimal": "9.99"}), ("published__own_quarter_label", "Q2"), ("published__own_quarter_label__in", ["Q1", "Q3"]),
        ("published__own_quarter_label__own_length", 2), ("published__own_ne", {"$date": "2020-02-29"}), ("in_print__own_ne", True), ("in_print__own_distinct_from", True),
        ("publisher__id__own_ne", 3), ("publisher__country__own_ne", "DE"), ("publisher__country__own_initial", "d"), ("publisher__country__own_folded", "de"),
        ("publisher__country__own_length", 2), ("publisher__name__own_length__own_mod7", 2), ("editor__id__own_ne", 5), ("editor__age__own_near", 40), ("editor__age__own_distance__lt", -40),
        ("editor__rating__own_distance__gt", -2.5), ("editor__email__own_ne", "x"), ("editor__email__own_distinct_from", None), ("editor__mentor__name__own_length", 8),
        ("editor__mentor__name__own_ne", F("editor__name")), ("authors__name__own_ne", "Zoë"), ("authors__name__own_length__gt", 10), ("authors__name__own_initial", "a"),
        ("authors__name__own_folded", F("editor__name")), ("authors__age__own_near", 30), ("authors__age__own_near", F("editor__age")), ("authors__id__own_ne", 4),
        ("authors__email__own_length", 12), ("authors__email__own_distinct_from", None), ("tags__name__own_longer_than", 6), ("tags__parent__name__own_ne", "x"), ("reviews__stars__own_near", 3),
        ("reviews__stars__own_is_even", True), ("reviews__stars__own_mod7", 5), ("reviews__text__own_length__lt", 15), ("reviews__reviewer__name__own_initial__own_ne", "A"),
        ("reviews__stars__own_one_of", [1, 5]), ("reviews__stars__own_distinct_from", None), ("reviews__reviewer__age__own_distance", -30)]]
    out = []

    def add(ops, **more):
        out.append({"id": "k%04d" % (len(out) + 1), "model": more.pop("model", "Book"), "ops": ops, **more})

    def ids(*ops):
        add([*ops, {"op": "values", "fields": ["id"]}])
    for c in conds:
        ids({"op": "filter", "q": c})
        ids({"op": "exclude", "q": c})
        ids({"op": "filter", "q": {"or": [c, Q("editor__isnull", True)]}})
        ids({"op": "filter", "q": {"not": {"and": [c, Q("pages__gt", 200)]}}})
    for c, d in zip(conds[::3], itertools.cycle(conds[1::5])):
        ids({"op": "filter", "q": {"and": [c, d]}})
        ids({"op": "filter", "q": c}, {"op": "exclude", "q": d})
        add([{"op": "annotate", "as": "x", "expr": {"case": [[c, {"value": "yes"}]], "else": {"value": "no"}}}, {"op": "values", "fields": ["id", "x"]}])
        add([{"op": "filter", "q": {"xor": [c, d]}}], end={"do": "count"})
    names = ["title__own_length", "title__own_initial", "title__own_shout", "pages__own_mod7", "published__own_quarter_label", "publisher__country__own_initial", "editor__name__own_length",
             "editor__age__own_distance", "price__own_distance", "authors__name__own_initial", "reviews__stars__own_mod7", "title__own_folded__own_length"]
    for n in names:
        add([{"op": "values_list", "fields": [n, "id"]}])
        add([{"op": "order_by", "fields": [n, "-id"]}, {"op": "values_list", "fields": ["id"], "flat": True}, {"op": "slice", "stop": 60}], order="total")
        add([{"op": "order_by", "fields": [{"f": n, "desc": True, "nulls": "last"}, "id"]}, {"op": "values_list", "fields": [n]}, {"op": "slice", "stop": 60}], order="total")
        add([{"op": "values", "fields": [n]}, {"op": "annotate", "as": "n", "expr": {"agg": "Count", "of": "id"}}])
        add([{"op": "values", "fields": [n]}, {"op": "annotate", "as": "n", "expr": {"agg": "Median", "of": "pages"}}, {"op": "filter", "q": Q("n__gt", 300)}, {"op": "order_by", "fields": [n]}],
            order="total")
        add([{"op": "annotate", "as": "x", "expr": {"f": n}}, {"op": "values", "fields": ["id", "x"]}])
        add([{"op": "values_list", "fields": [n]}, {"op": "distinct"}, {"op": "order_by", "fields": [n]}], order="total")
        add([], end={"do": "aggregate", "exprs": {"a": {"agg": "Count", "of": n, "distinct": True}, "b": {"agg": "Max", "of": n}}})
    wrapped, joined = {"fn": "Wrapped", "args": [{"f": "title"}]}, {"fn": "Joined", "args": [{"f": "title"}, {"f": "editor__email"}, {"value": "x"}]}
    for e in (wrapped, joined):
        add([{"op": "annotate", "as": "x", "expr": e}, {"op": "filter", "q": Q("x__own_length__gt", 14)}, {"op": "order_by", "fields": ["x__own_initial", "id"]}, {"op": "values_list", "fields": ["id", "x"]}], order="total")
        add([{"op": "annotate", "as": "x", "expr": e}, {"op": "exclude", "q": Q("x__own_ne", "<delta>")}, {"op": "values", "fields": ["id"]}])
        add([{"op": "annotate", "as": "x", "expr": {"fn": "Length", "args": [e]}}, {"op": "values", "fields": ["x"]}, {"op": "annotate", "as": "n", "expr": {"agg": "Count", "of": "*"}}])
    few = Q("reviews__stars__own_near", 4)
    for kind, of in itertools.product(("HowMany", "Median", "Squares"), ("reviews__stars", "pages", "authors__age")):
        agg = {"agg": kind, "of": of}
        add([{"op": "annotate", "as": "x", "expr": agg}, {"op": "values", "fields": ["id", "x"]}])
        add([{"op": "annotate", "as": "x", "expr": {**agg, "filter": few}}, {"op": "filter", "q": Q("x__gt", 3)}, {"op": "values", "fields": ["id", "x"]}])
        add([{"op": "values", "fields": ["publisher__country"]}, {"op": "annotate", "as": "x", "expr": agg}, {"op": "filter", "q": Q("x__own_near", 300)}])
        add([{"op": "annotate", "as": "x", "expr": agg}, {"op": "exclude", "q": {"or": [Q("x__own_ne", 2), Q("editor__age__own_near", 30)]}}], end={"do": "count"})
        add([], end={"do": "aggregate", "exprs": {"x": agg, "y": {**agg, "filter": Q("pages__own_is_even", True)}}})
        add([{"op": "none"}], end={"do": "aggregate", "exprs": {"x": agg}})
        add([{"op": "order_by", "fields": ["id"]}, {"op": "slice", "stop": 20}], end={"do": "aggregate", "exprs": {"x": agg}})
        add([{"op": "annotate", "as": "x", "expr": {"agg": "Count", "of": "reviews"}}], end={"do": "aggregate", "exprs": {"y": {"agg": kind, "of": "x"}}})
        if kind != "HowMany":
            add([{"op": "annotate", "as": "x", "expr": {**agg, "default": 0.5, "filter": few}}, {"op": "values", "fields": ["id", "x"]}])
        if kind != "Median":
            add([{"op": "annotate", "as": "x", "expr": {"window": {"expr": {"agg": kind, "of": "pages"}, "partition_by": ["publisher__country__own_initial"], "order_by": ["id"]}}},
                 {"op": "filter", "q": Q("x__own_mod7" if kind == "HowMany" else "x__own_near", 3)}, {"op": "values", "fields": ["id", "x"]}])
    add([{"op": "annotate", "as": "x", "expr": {"agg": "HowMany", "of": "reviews__stars", "distinct": True}}, {"op": "values", "fields": ["id", "x"]}])
    for bad in (Q("pages__own_ne", None), Q("pages__own_initial", "a"), Q("title__own_near", 3), Q("pages__own_near", "x"), Q("title__nope", 1), Q("isbn__own_shout", "x"), Q("title__own_ne__own_length", 3),
                Q("title__own_length__exact__own_about", 3), Q("authors__own_initial", "a"), Q("publisher__own_ne", 3), Q("authors__own_ne", 4)):
        add([{"op": "filter", "q": bad}], bad=True)
    return out


if __name__ == "__main__":
    if sys.argv[1:] == ["--specs"]:
        json.dump(specs(), sys.stdout)
    else:
        run.main()
