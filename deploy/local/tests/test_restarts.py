from wushe.restarts import RestartPolicy


def test_the_wait_grows_with_each_failure_up_to_a_limit() -> None:
    policy = RestartPolicy(limit=8)

    waits = [policy.wait_after_failure(at=float(second)) for second in range(7)]

    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_the_sixth_failure_in_a_minute_is_the_last() -> None:
    policy = RestartPolicy()
    for second in range(5):
        assert policy.wait_after_failure(at=float(second)) is not None

    assert policy.wait_after_failure(at=59.0) is None


def test_failures_are_forgotten_after_a_minute() -> None:
    policy = RestartPolicy()
    for second in range(5):
        policy.wait_after_failure(at=float(second))

    assert policy.wait_after_failure(at=100.0) == 0.2
