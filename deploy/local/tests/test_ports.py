import socket

from wushe.ports import LOOPBACK, assign, free_port, is_free


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_a_name_keeps_the_port_that_it_had() -> None:
    before = free_port()

    assert assign(["a", "b"], {"a": before})["a"] == before


def test_a_name_whose_port_is_taken_gets_another() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        taken = server.getsockname()[1]

        assert assign(["a"], {"a": taken})["a"] != taken


def test_no_two_names_share_a_port() -> None:
    same = free_port()

    ports = assign(["a", "b", "c"], {"a": same, "b": same})

    assert len(set(ports.values())) == 3
