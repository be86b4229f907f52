from pathlib import Path

import pytest

from wushe.components.postgres import StatementRefused, create_databases, run_sql, running_postgres


def test_a_private_server_keeps_each_role_in_its_own_database(tmp_path: Path) -> None:
    settings = {"fsync": "off", "max_connections": "50"}
    with running_postgres(tmp_path / "data", settings=settings) as server:
        create_databases(server.dsn(), server, ["one", "two"])
        # Again, as every start does.
        create_databases(server.dsn(), server, ["one", "two"])

        assert run_sql(server.dsn("one", "one"), "select current_user;") == "one"
        assert run_sql(server.dsn(), "show max_connections;") == "50"
        assert run_sql(server.dsn("one", "one"), "create extension btree_gist;") == ""
        with pytest.raises(StatementRefused) as refusal:
            run_sql(server.dsn("two", "one"), "select 1;")
        assert "permission denied" in refusal.value.reason
