from wushe.restarts import RestartPolicy


def test_the_wait_grows_with_each_failure_up_to_a_limit() -> None:
    policy = RestartPolicy(limit=8)

    waits = [policy.wait_after(1, at=float(second)) for second in range(7)]

    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_six_failures_in_a_minute_are_hopeless() -> None:
    policy = RestartPolicy()
    for second in range(5):
        policy.wait_after(1, at=float(second))
        assert not policy.is_hopeless

    policy.wait_after(None, at=59.0)

    assert policy.is_hopeless


def test_failures_are_forgotten_after_a_minute() -> None:
    policy = RestartPolicy()
    for second in range(5):
        policy.wait_after(-9, at=float(second))

    assert policy.wait_after(-9, at=100.0) == 0.2


def test_to_end_when_told_to_is_no_failure() -> None:
    policy = RestartPolicy()

    waits = [policy.wait_after(0, at=float(second)) for second in range(20)]

    assert set(waits) == {0.2}
    assert not policy.is_hopeless
