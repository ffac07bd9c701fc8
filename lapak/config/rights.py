"""What the role of web and worker may do: read and write rows; never change tables, nor rewrite what only grows."""

from psycopg import Connection, sql

APPEND_ONLY = frozenset(
    {"core_event", "registry_ladderevent", "registry_businesspast", "registry_establishmentpast", "catalog_stockmove"}
)
READ_ONLY = frozenset({"django_migrations", "lapak_prepared"})


def grant(owner: "Connection[tuple[object, ...]]", *, role: str) -> None:
    """Give a role its rights on every table there is now. Rights it should not have are taken away. Safe to repeat."""
    name = sql.Identifier(role)
    tables = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
        " AND pg_has_role(current_user, relowner, 'USAGE')"
    ).fetchall()
    owner.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
    for (table,) in tables:
        which = "SELECT" if table in READ_ONLY else "SELECT, INSERT"
        if table not in READ_ONLY | APPEND_ONLY:
            which += ", UPDATE, DELETE"
        target = sql.Identifier("public", str(table))
        owner.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(target, name))
        owner.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(which), target, name))
    owner.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))
