#!/usr/bin/python3
"""Computes what Django gives for the functions of package fn over random rows.

    GORMANGO_ORACLE=<root folder with Django> go test ./repo/fn -run FunctionsAsDjango -record

runs it on a database of the tests and keeps what it prints in django.json.gz. It needs Django 5.2 and a database of its own whose
server has pg_trgm, unaccent and pgcrypto: python3 golden.py postgres://user:password@127.0.0.1:5432/scratch
"""
import datetime as dt
import decimal
import json
import random
import sys
from urllib.parse import unquote, urlparse
from zoneinfo import ZoneInfo

import django
from django.conf import settings

u = urlparse(sys.argv[1])
settings.configure(USE_TZ=True, TIME_ZONE="UTC", DATABASES={"default": {
    "ENGINE": "django.db.backends.postgresql", "NAME": u.path[1:], "USER": u.username, "PASSWORD": unquote(u.password or ""), "HOST": u.hostname,
    "PORT": u.port}})
django.setup()

from django.contrib.postgres import aggregates as pa  # noqa: E402
from django.contrib.postgres import search as ps  # noqa: E402
from django.contrib.postgres.lookups import Unaccent  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.db.models import Case, F, Q, Value, When, Window  # noqa: E402
from django.db.models import functions as fn  # noqa: E402
from django.db.models.expressions import RowRange  # noqa: E402

D = decimal.Decimal
UTC = dt.timezone.utc


class Input(models.Model):
    s = models.CharField(max_length=100, null=True)
    n = models.IntegerField(null=True)
    d = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    f = models.FloatField(null=True)
    t = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    b = models.BooleanField(null=True)

    class Meta:
        app_label = "golden"
        db_table = "inputs"


def rows():
    r = random.Random(5)
    words = ["Go", "the river", "NIGHT", "ß", "É été", "日本語", "a'b\\c", "  x  ", "%_", "😀", "old man", "Z"]
    out = [{"s": "", "n": 0, "d": "0", "f": 0.0, "t": "1970-01-01T00:00:00+00:00", "day": "1970-01-01", "b": False},
           {"s": None, "n": None, "d": None, "f": None, "t": None, "day": None, "b": None},
           {"s": "x" * 40, "n": 2147483647, "d": "9999999999.9999", "f": 1e10, "t": "9999-12-31T23:59:59.999999+00:00", "day": "9999-12-31", "b": True},
           {"s": " ", "n": -2147483648, "d": "-0.0001", "f": -1e-300, "t": "0002-01-02T00:00:00+00:00", "day": "0002-01-02", "b": True}]
    def some(v):
        return None if r.random() < .12 else v
    # Letters whose other case depends on the locale (dotted i, long s) stay out.
    letters = ["ÀÉÎÕÜ", "àéîõü", "ЖЙжй", "ΑΣας", "عربي", "עברית", "ไทย", "e\u0301", "👩\u200d👩\u200d👧", "🇩🇪", "\u00a0", "\t\n", "Ł", "ﬁ", "０１", "\ufeff", "\U00010330", "<b>&amp;</b>", "\"q\"", "$1", "--", "\\n", "100", "-3", "o", "oo o"]
    for i in range(160):
        text = "".join(r.choice([*letters, *words, " "]) for _ in range(r.randint(0, 6)))[:100]
        n = r.choice([0, 1, -1, 7, -3, 21, r.randint(-2**31, 2**31 - 1), r.randint(-1000, 1000), 2**31 - 1, -2**31])
        d = D(r.choice([0, 1, -1, 5, -5, 10**14 - 1, 1 - 10**14, r.randint(1 - 10**14, 10**14 - 1), r.randint(-10**6, 10**6), r.randint(-50, 50) * 5000])).scaleb(-4)
        f = r.choice([0.0, 3.25, 0.5, -1.5, 2.5, 5e-324, -2.2250738585072014e-308, 1e12, -1e12, 9007199254740993.0 / 1e4, r.uniform(-1, 1), r.uniform(-1e6, 1e6), r.uniform(-1, 1) * 10.0 ** r.randint(-300, 12)])
        t = dt.datetime(r.choice([2, 1582, 1883, 1969, 1970, 1999, 2000, 2038, 2100, 9999]), r.choice([1, 2, 3, 10, 11, 12]), r.choice([1, 28]), r.choice([0, 1, 12, 23]), r.choice([0, 59]), r.choice([0, 59]), r.choice([0, 1, 999999]), UTC)
        day = dt.date(r.choice([2, 1600, 1900, 1999, 2000, 2004, 2008, 2009, 2020, 2024, 2026, 9999]), r.choice([1, 2, 12, r.randint(1, 12)]), r.choice([1, 28, r.randint(1, 28)]))
        out.append({"s": some(text), "n": some(n), "d": some(str(d)), "f": some(f), "t": some(t.isoformat()), "day": some(day.isoformat()), "b": some(r.random() < .5)})
    while len(out) < 200:
        t = dt.datetime(r.randint(1900, 2100), r.randint(1, 12), r.randint(1, 28), r.randint(0, 23), r.randint(0, 59), r.randint(0, 59), r.randint(0, 999999), UTC)
        if r.random() < .3:
            t = dt.datetime(2024, r.choice([3, 10, 12]), r.choice([1, 27, 30, 31]), r.randint(0, 3), r.randint(0, 59), tzinfo=UTC)
        out.append({"s": some(" ".join(r.sample(words, r.randint(1, 3)))), "n": some(r.randint(-50, 50)), "d": some(str(D(r.randint(-10**7, 10**7)).scaleb(-4))),
                    "f": some(r.uniform(-20, 20)), "t": some(t.isoformat()), "day": some(t.date().isoformat()), "b": some(r.random() < .5)})
    return out


s, n, d, f, t, day = (F(x) for x in ("s", "n", "d", "f", "t", "day"))
unit = Value(1.0) / (fn.Abs("f") + Value(1.0))     # above 0 up to 1
few = fn.Mod(fn.Abs(fn.Cast("n", models.BigIntegerField())), Value(9))
few = fn.Cast(few, models.IntegerField())
sm = fn.Cast(fn.Mod(fn.Abs(fn.Mod("n", Value(50))), Value(20)), models.IntegerField())
Y = ZoneInfo("America/St_Johns")
B = ZoneInfo("Europe/Berlin")

exprs = {
    "Lower": fn.Lower("s"), "Upper": fn.Upper("s"), "Length": fn.Length("s"), "Trim": fn.Trim("s"), "LTrim": fn.LTrim("s"), "RTrim": fn.RTrim("s"),
    "Reverse": fn.Reverse("s"), "MD5": fn.MD5("s"), "SHA1": fn.SHA1("s"), "SHA224": fn.SHA224("s"), "SHA256": fn.SHA256("s"), "SHA384": fn.SHA384("s"),
    "SHA512": fn.SHA512("s"), "Left": fn.Left("s", 2), "Right": fn.Right("s", 3), "Substr": fn.Substr("s", 2), "Substr3": fn.Substr("s", 2, 3),
    "LeftN": fn.Left("s", few + 1), "RightN": fn.Right("s", few + 1), "SubstrN": fn.Substr("s", few + 1, few), "RepeatN": fn.Repeat("s", few), "LPadN": fn.LPad("s", few + 4, fn.Left("s", 2)),
    "StrIndexN": fn.StrIndex("s", fn.Right("s", 1)), "ReplaceN": fn.Replace("s", fn.Left("s", 1), fn.MD5("s")), "Collate": fn.Collate("s", "C"), "Unaccent": Unaccent("s"),
    "Extract": fn.Extract("t", "month"), "Trunc": fn.Trunc("day", "month"), "GreatestD": fn.Greatest("d", fn.Abs("d"), Value(D("0.5"))), "PowerD": fn.Power(fn.Abs(fn.Mod("d", Value(D("9")))), few),
    "RoundD": fn.Round("d", -2), "SignN": fn.Sign("n"), "CeilF": fn.Ceil("f"), "FloorD": fn.Floor("d"), "AbsF": fn.Abs("f"), "SqrtD": fn.Sqrt(fn.Abs("d")), "LnD": fn.Ln(fn.Abs("d") + Value(D("0.1"))),
    "ExpD": fn.Exp(fn.Mod("d", Value(D("30")))), "ModD": fn.Mod("d", Value(D("0.7"))), "CastFloat": fn.Cast("d", models.FloatField()), "CastF": fn.Cast("f", models.TextField()),
    "ConcatS": fn.Concat(fn.Upper("s"), fn.Reverse("s"), fn.Trim("s")), "CoalesceS": fn.Coalesce(fn.NullIf("s", Value("")), fn.Cast("n", models.CharField(max_length=20)), Value("-")),
    "StrIndex": fn.StrIndex("s", Value("o")), "LPad": fn.LPad("s", 6, Value("xy")), "RPad": fn.RPad("s", 6), "Repeat": fn.Repeat("s", 2),
    "Replace": fn.Replace("s", Value("o"), Value("é")), "Replace2": fn.Replace("s", Value(" ")), "Concat": fn.Concat("s", Value("-"), "s"),
    "ConcatText": fn.Concat("s", "n", output_field=models.TextField()), "Ord": fn.Ord("s"), "Chr": fn.Chr(fn.Cast(F("id") + 64, models.IntegerField())),
    "Coalesce": fn.Coalesce("s", Value("none")), "NullIf": fn.NullIf("n", Value(0)), "Greatest": fn.Greatest("n", Value(7), Value(-3)), "Least": fn.Least("n", Value(7)),
    "Abs": fn.Abs(fn.Cast("n", models.BigIntegerField())), "AbsD": fn.Abs("d"), "Ceil": fn.Ceil("d"), "Floor": fn.Floor("f"), "Sign": fn.Sign("d"), "Round": fn.Round("d"), "Round2": fn.Round("d", 2),
    "RoundF": fn.Round(fn.Cast(unit, models.FloatField()), 3), "RoundN": fn.Round("n", -1), "Mod": fn.Mod("n", Value(7)), "ModF": fn.Mod(unit, Value(0.3)),
    "Power": fn.Power(unit, Value(2)), "PowerN": fn.Power(Value(2), sm), "Sqrt": fn.Sqrt(unit), "Ln": fn.Ln(unit), "Log": fn.Log(Value(2), unit), "LogD": fn.Log(Value(3), fn.Abs("d") + Value(D("1"))),
    "Exp": fn.Exp(unit), "Sin": fn.Sin("n"), "Cos": fn.Cos("n"), "Tan": fn.Tan("n"), "Cot": fn.Cot(unit), "ASin": fn.ASin(unit), "ACos": fn.ACos(unit),
    "ATan": fn.ATan("n"), "ATan2": fn.ATan2("n", Value(3)), "Degrees": fn.Degrees("n"), "Radians": fn.Radians("d"), "Pi": fn.Pi(),
    "Arith": (n % Value(7)) * Value(3) - Value(2), "Div": sm / Value(3), "Pow": sm ** Value(2), "Neg": -(d + d), "Bits": sm.bitand(6).bitor(1).bitxor(3).bitleftshift(2).bitrightshift(1),
    "Slice": s[1:4], "SliceEnd": s[2:], "CastText": fn.Cast("d", models.TextField()), "CastInt": fn.Cast("d", models.BigIntegerField()), "Wrapped": models.ExpressionWrapper(n * Value(1.5), output_field=models.FloatField()),
    "Later": models.ExpressionWrapper(F("day") - Value(dt.timedelta(hours=3)), output_field=models.DateTimeField()),
    "Case": Case(When(n__gt=10, then=Value("big")), When(Q(n__lt=0) | Q(b=True), then=fn.Lower("s")), default=Value("none")),
    "JSONObject": fn.JSONObject(a="s", b="n", c="d", e="b", f=Value(1)), "JSONArray": fn.JSONArray("s", "n", "b", Value("x")),
    "SearchRank": ps.SearchRank(ps.SearchVector("s", "n", config="english", weight="A") + ps.SearchVector("n", config="simple", weight="B"), ps.SearchQuery("river | night", search_type="raw", config="english"), weights=[.1, .2, .3, .9], normalization=1),
    "SearchRankCover": ps.SearchRank(ps.SearchVector("s"), ps.SearchQuery("old man", search_type="phrase") | ~ps.SearchQuery("\"the river\" -go", search_type="websearch"), cover_density=True),
    "SearchHeadline": ps.SearchHeadline("s", ps.SearchQuery("river night"), start_sel="<i'\\>", stop_sel="</i>", max_words=5, min_words=2),
    "TrigramSimilarity": ps.TrigramSimilarity("s", "the nights"), "TrigramDistance": ps.TrigramDistance("s", "the nights"), "TrigramWordSimilarity": ps.TrigramWordSimilarity("night", "s"),
    "TrigramWordDistance": ps.TrigramWordDistance("night", "s"), "TrigramStrictWordSimilarity": ps.TrigramStrictWordSimilarity("night", "s"), "TrigramStrictWordDistance": ps.TrigramStrictWordDistance("night", "s"),
}
for k in "Year IsoYear Quarter Month Week WeekDay IsoWeekDay Day Hour Minute Second".split():
    exprs["Extract" + k] = getattr(fn, "Extract" + k)("t")
    exprs["Extract" + k + "In"] = getattr(fn, "Extract" + k)("t", tzinfo=Y)
    if k not in ("Hour", "Minute", "Second"):
        exprs["Extract" + k + "OfDay"] = getattr(fn, "Extract" + k)("day")
NEAR = fn.Least(fn.Greatest("t", Value(dt.datetime(1950, 1, 1, tzinfo=UTC))), Value(dt.datetime(2090, 1, 1, tzinfo=UTC)))
exprs["Days"] = fn.TruncDate(NEAR) - Value(dt.date(2000, 1, 1))
for k in "Year Quarter Month Week Day Hour Minute Second".split():
    exprs["Trunc" + k] = getattr(fn, "Trunc" + k)(NEAR)
    exprs["Trunc" + k + "In"] = getattr(fn, "Trunc" + k)(NEAR, tzinfo=Y)
    if k not in ("Hour", "Minute", "Second"):
        exprs["Trunc" + k + "OfDay"] = getattr(fn, "Trunc" + k)("day")
exprs["TruncDate"], exprs["TruncTime"] = fn.TruncDate("t"), fn.TruncTime("t")
exprs["TruncDateIn"], exprs["TruncTimeIn"] = fn.TruncDate(NEAR, tzinfo=B), fn.TruncTime(NEAR, tzinfo=B)
order = {"partition_by": F("b"), "order_by": [F("n").asc(nulls_last=True), F("id").asc()]}
for k, w in {"RowNumber": fn.RowNumber(), "Rank": fn.Rank(), "DenseRank": fn.DenseRank(), "PercentRank": fn.PercentRank(), "CumeDist": fn.CumeDist(), "Ntile": fn.Ntile(4),
             "Lag": fn.Lag("n"), "Lead2": fn.Lead("n", 2, Value(-1)), "FirstValue": fn.FirstValue("s"), "LastValue": fn.LastValue("s"), "NthValue": fn.NthValue("n", 2),
             "Total": models.Sum("n", filter=Q(n__gt=0))}.items():
    exprs["Window" + k] = Window(w, **order)
    exprs["Frame" + k] = Window(w, frame=RowRange(start=-2, end=1), **order) if k in ("FirstValue", "LastValue", "NthValue", "Total") else None
exprs = {k: v for k, v in exprs.items() if v is not None}
aggs = {
    "ArrayAgg": pa.ArrayAgg("n", order_by=["n", "id"]), "ArrayAggDistinct": pa.ArrayAgg("b", distinct=True, order_by=["b"]), "ArrayAggFilter": pa.ArrayAgg("s", filter=Q(n__gt=20), order_by="-id"),
    "StringAgg": pa.StringAgg("s", "', ", order_by=["id"]), "JSONBAgg": pa.JSONBAgg("d", order_by=["id"]), "BoolAnd": pa.BoolAnd("b"), "BoolOr": pa.BoolOr("b"),
    "BitAnd": pa.BitAnd("n"), "BitOr": pa.BitOr("n"), "BitXor": pa.BitXor("n"), "Default": pa.StringAgg("s", ",", filter=Q(pk=0), default=Value("nothing"))}
SMALL = Q(n__gt=-51, n__lt=51)
for k in "Corr CovarPop RegrAvgX RegrAvgY RegrCount RegrIntercept RegrR2 RegrSlope RegrSXX RegrSXY RegrSYY".split():
    aggs[k] = getattr(pa, k)(y="n", x="f", filter=SMALL)
aggs["CovarSamp"] = pa.CovarPop(y="n", x="f", sample=True, filter=SMALL)


def enc(v):
    if isinstance(v, (list, tuple)):
        return [enc(x) for x in v]
    if isinstance(v, dict):
        return {k: enc(x) for k, x in v.items()}
    if isinstance(v, D):
        return {"decimal": format(v, "f")}
    if isinstance(v, dt.datetime):
        return v.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
    if isinstance(v, dt.date):
        return v.isoformat()
    if isinstance(v, dt.time):
        return v.strftime("%H:%M:%S.%f")
    if isinstance(v, dt.timedelta):
        return {"seconds": v.total_seconds()}
    if isinstance(v, float):
        return {"float": repr(v)}
    return v


with connection.cursor() as c:
    for e in ("pg_trgm", "unaccent", "pgcrypto"):
        c.execute("CREATE EXTENSION IF NOT EXISTS " + e)
    c.execute("DROP TABLE IF EXISTS inputs")
with connection.schema_editor() as ed:
    ed.create_model(Input)
inputs = rows()
for x in inputs:
    Input.objects.create(**{k: (D(v) if k == "d" and v is not None else dt.datetime.fromisoformat(v) if k == "t" and v else v) for k, v in x.items()})
out = {"django": django.__version__, "inputs": inputs, "values": {}, "aggregates": {}}
for k, e in exprs.items():
    try:
        out["values"][k] = [enc(v) for v in Input.objects.annotate(v=e).order_by("id").values_list("v", flat=True)]
    except Exception as err:
        sys.exit("%s: %s" % (k, err))
for k, e in aggs.items():
    out["aggregates"][k] = enc(Input.objects.aggregate(v=e)["v"])
print("{")
for k in ("django", "inputs"):
    print(json.dumps(k) + ": " + json.dumps(out[k], ensure_ascii=False) + ",")
for k in ("values", "aggregates"):
    print(json.dumps(k) + ": {\n" + ",\n".join(json.dumps(a) + ": " + json.dumps(v, ensure_ascii=False, separators=(",", ":")) for a, v in out[k].items()) + "\n}" + ("," if k == "values" else ""))
print("}")
