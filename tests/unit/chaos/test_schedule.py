"""Plans of chaos rounds: the same for the same seed, and all that a round is to have, in bounds."""

from collections import Counter

from tests.chaos.schedule import CHILDREN, CROWDED, ENGINES, GIANTS, LOAD_SECONDS, POISON, SERVICES, SESSION_SECONDS, plan

SEEDS = range(1, 101)


def test_same_seed_same_plan() -> None:
    """A failing seed can be looked at again."""
    assert plan(17) == plan(17)
    assert plan(17) != plan(18)


def test_all_is_hit_within_a_hundred_rounds() -> None:
    """Every process is killed and stopped, some workers for longer than their session; every kind of poison and of giant comes."""
    plans = [plan(seed) for seed in SEEDS]
    hit = Counter((fault.target, fault.kind) for plan_ in plans for fault in plan_.faults)
    assert set(hit) == {(target, kind) for target in (*SERVICES, *ENGINES, *CHILDREN) for kind in ("kill", "stop")}
    assert {poison.kind for plan_ in plans for poison in plan_.poison} == set(POISON)
    assert {giant.kind for plan_ in plans for giant in plan_.giants} == set(GIANTS)
    for stage in ("enrich", "index"):
        assert any(fault.seconds > SESSION_SECONDS for plan_ in plans for fault in plan_.faults if fault.target.startswith(stage))


def test_services_that_anybody_reaches_are_crowded() -> None:
    """In some rounds and not in others, and for no longer than the load."""
    crowds = [plan(seed).crowds for seed in SEEDS]
    assert {crowd.target for each in crowds for crowd in each} == set(CROWDED)
    assert {len(each) for each in crowds} == {0, 1}
    assert all(crowd.at >= 0 and crowd.at + crowd.seconds <= LOAD_SECONDS for each in crowds for crowd in each)


def test_each_target_once_in_a_round() -> None:
    """Several faults, and none hits what another holds."""
    for seed in SEEDS:
        faults = plan(seed).faults
        assert len(faults) >= 2
        assert len({fault.target for fault in faults}) == len(faults)
        assert all(0 <= fault.at <= LOAD_SECONDS and 0 < fault.seconds <= SESSION_SECONDS + 5 for fault in faults)


def test_operations_of_a_digest_follow_each_other() -> None:
    """In time, under one identity, the first a sending; changed editions, withdrawals and late ones are among them."""
    chains = [chain for seed in SEEDS for chain in plan(seed).chains]
    for chain in chains:
        assert chain[0].edition is not None
        assert [operation.at for operation in chain] == sorted(operation.at for operation in chain)
        assert len({operation.edition.digest_id for operation in chain if operation.edition}) == 1
    operations = [operation for chain in chains for operation in chain]
    assert any(operation.edition is None for operation in operations)
    assert any(operation.late for operation in operations)
    assert any(not operation.patient for operation in operations)
