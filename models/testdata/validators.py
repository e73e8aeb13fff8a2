"""Prints Django's verdicts about generated values as JSON lines.

Each line is [rule, arguments, value, code]; the code of an accepted value is
"". Usage: validators.py SEED N"""

import json
import random
import sys
from decimal import Decimal
from types import SimpleNamespace

from django.conf import settings

settings.configure(USE_I18N=False)

from django.core import validators as v
from django.core.exceptions import ValidationError

rules = {
    "email": lambda: v.validate_email,
    "url": lambda *schemes: v.URLValidator(schemes=schemes or None),
    "domain": lambda: v.validate_domain_name,
    "slug": lambda: v.validate_slug,
    "unicode_slug": lambda: v.validate_unicode_slug,
    "ipv4": lambda: v.validate_ipv4_address,
    "ipv6": lambda: v.validate_ipv6_address,
    "ip": lambda: v.validate_ipv46_address,
    "integer": lambda: v.validate_integer,
    "list": lambda sep: v.int_list_validator(sep=sep),
    "min_length": v.MinLengthValidator,
    "max_length": v.MaxLengthValidator,
    "matches": v.RegexValidator,
    "does_not_match": lambda r: v.RegexValidator(r, inverse_match=True),
    "extension": lambda *a: v.FileExtensionValidator(list(a)),
    "null": v.ProhibitNullCharactersValidator,
    "min": v.MinValueValidator,
    "max": v.MaxValueValidator,
    "step": lambda s, o=None: v.StepValueValidator(s, offset=o),
    "digits": v.DecimalValidator,
}


def verdict(rule, args, value):
    if rule == "digits":
        value = Decimal(value)
    elif rule == "extension":
        value = SimpleNamespace(name=value)
    try:
        rules[rule](*args)(value)
    except ValidationError as e:
        return e.code
    return ""


r = random.Random(int(sys.argv[1]))
letters = "abzAZ019-_."
odd = "äß中ſİıK\u00a0\u2028\u00b5\uffff\U00010400\x1c \t\n٣½²ªͥ％／：@:[]()\"'\\%!+/?#,;"

names = [
    "a", "example", "a-b", "-a", "a-", "xn--bcher-kva", "münchen", "例え", "a" * 63, "a" * 64, "x_y", "1", "256", "localhost", "com", "c",
    "co", "xn--a", "xn--", "c0m", "İ", "K", "", "ab-", "тест", "\U00010400a", "v1",
]
hosts = ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "[::1.2.3.4]", "[1.2.3.4]", "[v1.a]", "[fe80::1%eth0]", "[1::2::3]", "300.1.1.1", "01.2.3.4", "[IPv6:::1]", "."]
ips = [
    "1.1.1.1", "255.0.0.0", "256.1.1.1", "25.1.1.", "25,1,1,1", "25.1 .1.1", "1.1.1.1\n", "٧.2٥.3٣.243", "000.000.000.000", "016.1.1.1", "192.168.1", "1.2.3.4.5", "0.0.0.0",
    "fe80::1", "::1", "1:2:3:4:5:6:7:8", "1:2", "::zzz", "12345::", "::", "1::2::3", "::ffff:1.2.3.4", "::ffff:1.2.3.4%e", "fe80::1%eth0", "fe80::1%", "fe80::1%a%b", "1:2:3:4:5:6:7::",
    "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::01.2.3.4", "FE80::ABCD", ":1", "1:", ":::", "1:::2", "::1/64", "1.2.3.4/8",
    "0000:0000:0000:0000:0000:0000:0000:0001", "0000:0000:0000:0000:0000:ffff:192.168.100.100", "fe80::1%" + "x" * 40, "1.2.3.4%a", "00001::",
]


def mutated(text):
    """Returns a text with a few characters changed."""
    t = list(text)
    for _ in range(r.choice([0, 0, 1, 1, 2])):
        at = r.randint(0, len(t))
        c = r.choice(letters + odd)
        how = r.random()
        if how < 0.4 or not t:
            t.insert(at, c)
        elif how < 0.7:
            t[min(at, len(t) - 1)] = c
        else:
            del t[min(at, len(t) - 1)]
    return "".join(t)


def host():
    if r.random() < 0.2:
        return r.choice(hosts)
    if r.random() < 0.1:
        return "[" + r.choice(ips) + "]"
    if r.random() < 0.1:
        return r.choice(ips)
    if r.random() < 0.04:
        return ".".join(["a" * r.randint(1, 63)] * r.randint(3, 6)) + ".com"
    return ".".join(r.choice(names) for _ in range(r.randint(1, 4))) + r.choice(["", ".com", ".de", ".com", ".", ".com."])


def local():
    if r.random() < 0.2:
        return '"' + "".join(r.choice("ab \\\"\x01\x08\t\n\r\x1f!#[]\x7fäİK\\a") for _ in range(r.randint(0, 5))) + '"'
    return ".".join("".join(r.choice("aZ0!#$%&'*+/=?^_`{}|~-") for _ in range(r.randint(1, 4))) for _ in range(r.randint(1, 3)))


def url():
    user = r.choice(["", "", "", "u@", "u:p@", "u:@", ":p@", "a?b@", "a@b:c@", "[x@", "[]@", "u[1]@", "ü:ö@"])
    port = r.choice(["", "", ":80", ":", ":99999", ":123456", ":a", ":٣"])
    tail = r.choice(["", "/", "/a b", "/ä?b#c", "?q", "#f", "/\u00a0", "//", "/x" * 3, "/\n", "\\x", "?:@/[]", "/" + "x" * r.choice([1, 1000, 2030, 2040])])
    return r.choice(["http", "https", "ftp", "HTTP", "file", "git+ssh", "", "ht tp", "http:"]) + r.choice(["://", "://", "://", ":", ":/", "//"]) + user + host() + port + tail


def text():
    return "".join(r.choice(letters + odd) if r.random() < 0.5 else r.choice("ab1") for _ in range(r.choice([0, 1, 2, 3, 5, 9])))


def number():
    return r.choice([r.randint(-12, 12), r.randint(-1000, 1000), round(r.uniform(-3, 3), 1), round(r.uniform(-3, 3), 3), 0.3, 0.1 + 0.2, 1e300, 2.0000000001])


def case():
    rule = r.choice(list(rules) + ["email", "url", "email", "url", "url", "ip", "ipv6"])
    args, value = [], text()
    if rule == "email":
        value = r.choice([mutated, str])(local() + "@" + host())
        if r.random() < 0.03:
            value = "a" * r.choice([306, 307, 308, 309, 310]) + "@example.com"
    elif rule == "url":
        args = r.choice([[], [], [], ["git+ssh", "file"], ["http"]])
        value = r.choice([mutated, str, str])(url())
    elif rule == "domain":
        value = mutated(host())
    elif rule in ("ipv4", "ipv6", "ip"):
        value = r.choice([mutated, str])(r.choice(ips))
    elif rule in ("integer", "list"):
        if rule == "list":
            args = [r.choice([",", ",", ";", "."])]
        value = mutated(r.choice(["1", "-1", "12,3", "1,2,3", "1;2", "-1,2", "", "1.5"]))
    elif rule in ("min_length", "max_length"):
        args = [r.randint(0, 6)]
    elif rule in ("matches", "does_not_match"):
        args = [r.choice(["^a", "b$", "[0-9]+", "^[a-z]{1,3}$", "a|b", "x"])]
        value = value.replace("\n", "")
    elif rule == "extension":
        args = r.choice([["txt"], ["TXT", "png"], [""], [], ["gz"]])
        value = mutated(r.choice(["a.txt", "dir/a.TXT", ".txt", "..txt", "a.", "a.txt/", "a.b.png", "a.txt/.", "a.txt/..", "txt", "a.tar.gz", "a..gz", "/", "a/b.png/./", "ä.ÄB"]))
        value = value.replace("\x00", "").replace("\n", "")
    elif rule == "null":
        value = r.choice([value, value + "\x00", "\x00a"])
    elif rule in ("min", "max"):
        args, value = [number()], number()
    elif rule == "step":
        args, value = [r.choice([1, 2, 3, 0.1, 0.25, 1.5, 0.3])], number()
        if r.random() < 0.4:
            args.append(number())
    elif rule == "digits":
        args = r.choice([[3, 2], [4, 2], [5, 5], [2, 1], [1, 0], [10, 3]])
        value = r.choice(["0", "0.0", "0.00", "1.5", "99", "100", "1E+2", "0E+5", "12.345", "0.001", "-9.99", "1000000", "7304E-1", "7304E-3", "7304E-5", "7304E-9", "1E-3", "123456789.123", "0.0000"])
        if r.random() < 0.4:
            value = "%d.%0*d" % (r.randint(-999, 999), r.randint(1, 5), r.randint(0, 99))
    return rule, args, value


cases = [case() for _ in range(int(sys.argv[2]))]
for rule, args, value in cases:
    try:
        print(json.dumps([rule, args, value, verdict(rule, args, value)]))
    except (ValueError, OverflowError) as e:
        if isinstance(e, UnicodeError):
            continue
        raise
