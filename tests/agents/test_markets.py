from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dafeng.agents.markets import clear
from dafeng.agents.view import Bid, Call

CALL = Call("renewable", 300.0, "MW", 450.0, budget_cny=1e9)


def test_the_cheapest_offers_win_and_the_last_is_taken_in_part() -> None:
    bids = [Bid("a", "a:1", 200.0, 400.0), Bid("b", "b:1", 150.0, 380.0), Bid("c", "c:1", 500.0, 420.0)]
    awards, unmet = clear(CALL, bids)
    assert [(a.agent, a.amount, a.cny) for a in awards] == [("b", 150.0, 380.0), ("a", 150.0, 400.0)]
    assert unmet == 0.0


def test_equal_prices_go_by_agent_and_then_asset() -> None:
    bids = [Bid("b", "b:1", 200.0, 400.0), Bid("a", "a:2", 200.0, 400.0), Bid("a", "a:1", 200.0, 400.0)]
    awards, _ = clear(CALL, bids)
    assert [(a.asset, a.amount) for a in awards] == [("a:1", 200.0), ("a:2", 100.0)]


def test_what_is_dearer_than_the_ceiling_is_left_and_reported() -> None:
    awards, unmet = clear(CALL, [Bid("a", "a:1", 100.0, 450.0), Bid("b", "b:1", 300.0, 451.0)])
    assert [a.agent for a in awards] == ["a"]
    assert unmet == 200.0


def test_the_budget_takes_a_part_of_the_offer_that_exceeds_it() -> None:
    call = Call("storage", 300.0, "MW", float("inf"), budget_cny=6e6)
    bids = [Bid("a", "a:1", 100.0, 40.0, yearly_cny=4e6), Bid("b", "b:1", 100.0, 50.0, yearly_cny=5e6)]
    awards, unmet = clear(call, bids)
    assert [(a.agent, a.amount) for a in awards] == [("a", 100.0), ("b", 40.0)]
    assert unmet == 160.0


def test_an_offer_that_costs_the_budget_nothing_is_taken_when_the_budget_is_spent() -> None:
    call = Call("renewable", 300.0, "MW", float("inf"), budget_cny=0.0)
    awards, unmet = clear(call, [Bid("a", "a:1", 100.0, 300.0), Bid("b", "b:1", 100.0, 350.0, yearly_cny=1.0)])
    assert [(a.agent, a.amount) for a in awards] == [("a", 100.0)]
    assert unmet == 200.0


bids_of = st.lists(
    st.builds(
        Bid, st.sampled_from("abc"), st.integers(1, 99).map(str), st.floats(1.0, 300.0), st.floats(100.0, 600.0),
        st.floats(0.0, 1e6),
    ),
    max_size=12, unique_by=lambda bid: (bid.agent, bid.asset),
)


@given(bids_of, st.floats(1.0, 900.0), st.floats(0.0, 2e6))
def test_an_auction_keeps_to_amount_budget_and_ceiling_and_closes(
    bids: list[Bid], amount: float, budget: float
) -> None:
    call = Call("renewable", amount, "MW", 450.0, budget_cny=budget)
    awards, unmet = clear(call, bids)
    by_asset = {(bid.agent, bid.asset): bid for bid in bids}
    paid = sum(by_asset[a.agent, a.asset].yearly_cny * a.amount / by_asset[a.agent, a.asset].amount for a in awards)
    assert abs(sum(a.amount for a in awards) + unmet - amount) < 1e-6
    assert paid <= budget * (1 + 1e-9) + 1e-6
    assert all(a.cny <= 450.0 and a.amount <= by_asset[a.agent, a.asset].amount for a in awards)
    assert clear(call, list(reversed(bids))) == (awards, unmet)
