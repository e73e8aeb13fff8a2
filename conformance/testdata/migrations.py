"""Runs a command of Django on an app "shop", whose folder the caller has made.

    migrations.py --dsn URL --dir FOLDER COMMAND [ARGUMENT ...]

FOLDER has shop/models.py and, after makemigrations, shop/migrations. The exit
status is Django's. Every question gets the answer yes.
"""

import os
import sys
from urllib.parse import unquote, urlsplit


def main():
    dsn, folder, command = sys.argv[2], sys.argv[4], sys.argv[5:]
    u = urlsplit(dsn)
    sys.path.insert(0, folder)
    os.makedirs(os.path.join(folder, "shop"), exist_ok=True)
    open(os.path.join(folder, "shop", "__init__.py"), "a").close()

    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["django.contrib.postgres", "shop"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        DATABASES={"default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": u.path.lstrip("/"), "HOST": u.hostname, "PORT": u.port,
            "USER": unquote(u.username or ""), "PASSWORD": unquote(u.password or ""),
        }},
    )
    import builtins

    import django
    from django.core.management import execute_from_command_line

    builtins.input = lambda *args: "y"
    django.setup()
    execute_from_command_line(["manage.py", *command])


main()
