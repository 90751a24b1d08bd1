"""How migrations run: in one transaction, foreign keys off while tables are rebuilt and checked after."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def is_ours(thing, name, kind, _reflected, _compare_to):
    """The full-text index makes tables of its own; leave those alone."""
    return not (kind == "table" and name.startswith("search_entry_fts"))


def run():
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch mode rebuilds tables; with enforcement on, that deletes or blocks on their children.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            # Triggers of other tables name the one being rebuilt: for a moment it is not there.
            connection.connection.driver_connection.execute("PRAGMA legacy_alter_table=ON")
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_object=is_ours,
            transactional_ddl=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"the migration broke references: {broken[:5]}")
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA legacy_alter_table=OFF")
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run()
