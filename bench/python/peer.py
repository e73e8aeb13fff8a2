"""Django and SQLAlchemy as peers of the benchmarks, which measure themselves.

Called as `python -c SOURCE django|sqlalchemy URL`, it writes a line of JSON with
its version, and then answers each line {"calls": [[name, argument]...], "extra":
n, "threads": n, "rows": bool} with {"rows": [...]} or {"wall": s, "cpu": s}: the
calls after the extra ones are measured.
"""

import datetime
import importlib
import json
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit

ITEM = ("id", "name", "code", "stock", "price", "active", "note", "token", "made_at", "sold_at")
OWNER = ("id", "name", "city", "made_at")
TASK = ("id", "owner_id", "title", "position", "done", "due_at")


def values(row):
    """The columns of an entry out of JSON."""
    kwargs = dict(zip(ITEM, row))
    kwargs["token"] = uuid.UUID(kwargs["token"])
    for name in ("made_at", "sold_at"):
        if kwargs[name]:
            kwargs[name] = datetime.datetime.fromisoformat(kwargs[name])
    if not kwargs["id"]:
        del kwargs["id"]
    return kwargs


def plain(v, relations=True):
    """What a call has returned, for JSON: objects by their attributes, and by
    relations that were read with them."""
    if isinstance(v, (list, tuple)):
        return [plain(x, relations) for x in v]
    if isinstance(v, dict):
        return {k.replace("_", ""): plain(x) for k, x in v.items()}
    if isinstance(v, datetime.datetime):
        return v.isoformat()
    if isinstance(v, uuid.UUID):
        return str(v)
    names = {"Item": ITEM, "Entry": ITEM, "Owner": OWNER, "Task": TASK}.get(type(v).__name__)
    if names is None:
        return v
    out = {n.replace("_", ""): plain(getattr(v, n)) for n in names}
    for relation in ("owner", "tasks") if relations else ():
        loaded = loaded_relation(v, relation)
        if loaded is not None:
            out[relation] = plain(loaded, relations=False)
    return out


def loaded_relation(v, name):
    """A relation of an object, None if it was not read with it."""
    if hasattr(v, "_prefetched_objects_cache") and name in v._prefetched_objects_cache:
        return list(v._prefetched_objects_cache[name])
    if hasattr(v, "_state") and name in v._state.fields_cache:
        return v._state.fields_cache[name]
    if hasattr(v, "_sa_instance_state") and name in v.__dict__:
        return v.__dict__[name]
    return None


def django(url):
    import django
    import psycopg
    from django.conf import settings

    u = urlsplit(url)
    settings.configure(
        USE_TZ=True,
        TIME_ZONE="UTC",
        DATABASES={"default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": u.path[1:], "USER": unquote(u.username or ""), "PASSWORD": unquote(u.password or ""),
            "HOST": u.hostname, "PORT": u.port, "CONN_MAX_AGE": None,
            # Statements are kept by the server, as those of the other peers.
            "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
        }},
    )
    django.setup()
    from django.db import models, transaction

    def item_columns():
        return {
            "name": models.TextField(), "code": models.TextField(unique=True), "stock": models.IntegerField(),
            "price": models.FloatField(), "active": models.BooleanField(), "note": models.TextField(null=True),
            "token": models.UUIDField(), "made_at": models.DateTimeField(), "sold_at": models.DateTimeField(null=True),
        }

    def model(name, table, columns):
        meta = type("Meta", (), {"app_label": "bench", "db_table": table, "managed": False})
        return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, "id": models.BigAutoField(primary_key=True), **columns})

    Item = model("Item", "items", item_columns())
    Entry = model("Entry", "entries", item_columns())
    Owner = model("Owner", "owners", {"name": models.TextField(), "city": models.TextField(), "made_at": models.DateTimeField()})
    Task = model("Task", "tasks", {
        "owner": models.ForeignKey(Owner, models.DO_NOTHING, related_name="tasks"), "title": models.TextField(),
        "position": models.IntegerField(), "done": models.BooleanField(), "due_at": models.DateTimeField(null=True),
    })

    def insert(e):
        e.save(force_insert=True)
        return e.id

    def bulk_insert(es):
        return [e.id for e in Entry.objects.bulk_create(es, batch_size=1000)]

    def upsert(es):
        done = Entry.objects.bulk_create(es, batch_size=1000, update_conflicts=True, unique_fields=["code"], update_fields=["name", "stock", "price"])
        return [e.id for e in done]

    def in_transaction(arg):
        e, name, stock = arg
        with transaction.atomic():
            e.save(force_insert=True)
            e.name, e.stock = name, stock
            e.save(update_fields=["name", "stock"])
            return Entry.objects.get(pk=e.id)

    def get_or_create(e):
        defaults = {n: getattr(e, n) for n in ITEM if n not in ("id", "code")}
        return Entry.objects.get_or_create(code=e.code, defaults=defaults)[0]

    calls = {
        "one": lambda key: Item.objects.get(pk=key),
        "list": lambda n: list(Item.objects.order_by("id")[:n]),
        "join": lambda city: list(Task.objects.filter(owner__city=city).order_by("id")),
        "related": lambda n: list(Task.objects.select_related("owner").order_by("id")[:n]),
        "prefetch": lambda n: list(Owner.objects.prefetch_related("tasks").order_by("id")[:n]),
        "count": lambda city: Owner.objects.filter(city=city).count(),
        "exists": lambda city: Owner.objects.filter(city=city).exists(),
        "groups": lambda most: list(Item.objects.filter(id__lte=most).values("stock").annotate(
            n=models.Count("*"), total=models.Sum("price"), newest=models.Max("made_at")).order_by("stock")),
        "insert": insert,
        "bulk_insert": bulk_insert,
        "update": lambda e: e.save(update_fields=["name", "stock"]),
        "bulk_update": lambda es: Entry.objects.bulk_update(es, ["name", "stock"], batch_size=1000),
        "upsert": upsert,
        "delete": lambda key: Entry(id=key).delete(),
        "transaction": in_transaction,
        "get_or_create": get_or_create,
    }
    return f"Django {django.get_version()} on psycopg {psycopg.__version__} ({psycopg.pq.__impl__})", calls, Entry


def sqlalchemy(url):
    import psycopg
    import sqlalchemy as sa
    from sqlalchemy import delete, exists, func, select, update
    from sqlalchemy.dialects.postgresql import insert as pg_insert
    from sqlalchemy.orm import DeclarativeBase, Session, joinedload, mapped_column, relationship, selectinload

    engine = sa.create_engine("postgresql+psycopg" + url[url.index("://"):], pool_size=64)

    class Base(DeclarativeBase):
        pass

    def key():
        return mapped_column(sa.BigInteger, primary_key=True)

    def time_column(null=False):
        return mapped_column(sa.DateTime(timezone=True), nullable=null)

    def item_columns():
        return {
            "id": key(), "name": mapped_column(sa.Text), "code": mapped_column(sa.Text), "stock": mapped_column(sa.Integer),
            "price": mapped_column(sa.Double), "active": mapped_column(sa.Boolean), "note": mapped_column(sa.Text, nullable=True),
            "token": mapped_column(sa.Uuid), "made_at": time_column(), "sold_at": time_column(null=True),
        }

    Item = type("Item", (Base,), {"__tablename__": "items", **item_columns()})
    Entry = type("Entry", (Base,), {"__tablename__": "entries", **item_columns()})
    Owner = type("Owner", (Base,), {
        "__tablename__": "owners", "id": key(), "name": mapped_column(sa.Text), "city": mapped_column(sa.Text), "made_at": time_column(),
        "tasks": relationship("Task", back_populates="owner"),
    })
    Task = type("Task", (Base,), {
        "__tablename__": "tasks", "id": key(), "owner_id": mapped_column(sa.ForeignKey("owners.id")), "title": mapped_column(sa.Text),
        "position": mapped_column(sa.Integer), "done": mapped_column(sa.Boolean), "due_at": time_column(null=True),
        "owner": relationship("Owner", back_populates="tasks"),
    })

    def reading(fn):
        def call(arg):
            with Session(engine) as s:
                return fn(s, arg)
        return call

    def writing(fn):
        def call(arg):
            with Session(engine, expire_on_commit=False) as s, s.begin():
                return fn(s, arg)
        return call

    def add(s, e):
        s.add(e)
        s.flush()
        return e.id

    def add_all(s, es):
        s.add_all(es)
        s.flush()
        return [e.id for e in es]

    def columns(e, names):
        return {n: getattr(e, n) for n in names}

    def upsert(s, es):
        statement = pg_insert(Entry).values([columns(e, ITEM[1:]) for e in es])
        statement = statement.on_conflict_do_update(index_elements=["code"], set_={n: statement.excluded[n] for n in ("name", "stock", "price")})
        return list(s.scalars(statement.returning(Entry.id)))

    def in_transaction(s, arg):
        e, name, stock = arg
        s.add(e)
        s.flush()
        e.name, e.stock = name, stock
        s.flush()
        s.refresh(e)
        return e

    def get_or_create(s, e):
        found = s.scalars(select(Entry).where(Entry.code == e.code)).first()
        if found is None:
            s.add(e)
            s.flush()
        return found or e

    calls = {
        "one": reading(lambda s, key: s.get(Item, key)),
        "list": reading(lambda s, n: s.scalars(select(Item).order_by(Item.id).limit(n)).all()),
        "join": reading(lambda s, city: s.scalars(select(Task).join(Task.owner).where(Owner.city == city).order_by(Task.id)).all()),
        "related": reading(lambda s, n: s.scalars(select(Task).options(joinedload(Task.owner, innerjoin=True)).order_by(Task.id).limit(n)).all()),
        "prefetch": reading(lambda s, n: s.scalars(select(Owner).options(selectinload(Owner.tasks)).order_by(Owner.id).limit(n)).all()),
        "count": reading(lambda s, city: s.scalar(select(func.count()).select_from(Owner).where(Owner.city == city))),
        "exists": reading(lambda s, city: s.scalar(select(exists().where(Owner.city == city)))),
        "groups": reading(lambda s, most: [dict(r._mapping) for r in s.execute(select(
            Item.stock, func.count().label("n"), func.sum(Item.price).label("total"), func.max(Item.made_at).label("newest"))
            .where(Item.id <= most).group_by(Item.stock).order_by(Item.stock))]),
        "insert": writing(add),
        "bulk_insert": writing(add_all),
        "update": writing(lambda s, e: s.execute(update(Entry).where(Entry.id == e.id).values(name=e.name, stock=e.stock)) and None),
        "bulk_update": writing(lambda s, es: s.execute(update(Entry), [columns(e, ("id", "name", "stock")) for e in es]) and None),
        "upsert": writing(upsert),
        "delete": writing(lambda s, key: s.execute(delete(Entry).where(Entry.id == key)) and None),
        "transaction": writing(in_transaction),
        "get_or_create": writing(get_or_create),
    }
    return f"SQLAlchemy {sa.__version__} on psycopg {psycopg.__version__} ({psycopg.pq.__impl__})", calls, Entry


def argument(Entry, name, arg):
    """The argument of a call, with entries as objects."""
    if name in ("insert", "update", "get_or_create"):
        return Entry(**values(arg))
    if name in ("bulk_insert", "bulk_update", "upsert"):
        return [Entry(**values(row)) for row in arg]
    if name == "transaction":
        return Entry(**values(arg[0])), arg[1], arg[2]
    return arg


def answer(calls, Entry, pool, line):
    """What a line asks for."""
    wanted = json.loads(line)
    work = [(calls[name], argument(Entry, name, arg)) for name, arg in wanted["calls"]]
    if wanted["rows"]:
        return {"rows": [plain(fn(arg)) for fn, arg in work]}

    def run(part):
        for fn, arg in part:
            fn(arg)

    threads, extra = wanted["threads"], wanted["extra"]

    def at_once(work):
        if threads == 1:
            return run(work)
        return list(pool.map(run, [work[i::threads] for i in range(threads)]))

    at_once(work[:extra])
    wall, cpu = time.perf_counter(), time.process_time()
    at_once(work[extra:])
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def main():
    library, url = sys.argv[1:3]
    try:
        importlib.import_module(library)
        importlib.import_module("psycopg")
    except ImportError as e:
        print(json.dumps({"missing": str(e)}), flush=True)
        return
    version, calls, Entry = {"django": django, "sqlalchemy": sqlalchemy}[library](url)
    print(json.dumps({"version": version}), flush=True)
    with ThreadPoolExecutor(64) as pool:
        for line in sys.stdin:
            try:
                out = answer(calls, Entry, pool, line)
            except Exception as e:
                out = {"error": f"{type(e).__name__}: {e}"}
            print(json.dumps(out), flush=True)


main()
