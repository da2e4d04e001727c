"""PyPSA's components as far as one hour of dispatch needs them: attributes, defaults, and what each may be.

Names and defaults are those of PyPSA's own tables of attributes (PyPSA 1.4, `pypsa/data/component_attrs`).
"""

from __future__ import annotations

from collections.abc import Mapping

Value = float | str | bool


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


INVESTMENT = _words(
    "capital_cost overnight_cost discount_rate fom_cost lifetime build_year p_nom_min p_nom_max p_nom_mod p_nom_set "
    "s_nom_min s_nom_max s_nom_mod s_nom_set e_nom_min e_nom_max e_nom_mod e_nom_set terrain_factor"
)
"""What a network may cost and become; an hour of what stands does not ask."""
RESULTS = _words(
    "p q p0 p1 q0 q1 p2 p3 p4 e mu_upper mu_lower mu_p_set mu_ramp_limit_up mu_ramp_limit_down mu_energy_balance mu "
    "mu_state_of_charge_set mu_e_set status start_up shut_down marginal_price v_mag_pu v_ang sub_network generator "
    "state_of_charge p_dispatch p_store spill p_nom_opt s_nom_opt e_nom_opt obj n_mod r_pu x_pu g_pu b_pu x_pu_eff "
    "r_pu_eff slack_bus maintenance phase_shift_opt"
)
"""What PyPSA writes after solving; the sizes among them are read where a size was open."""
ELSEWHERE = _words(
    "type control q_set v_mag_pu_set v_mag_pu_min v_mag_pu_max x y unit location length b g num_parallel weight "
    "p_init model color nice_name max_growth max_relative_growth tap_position country maintenance_duration "
    "maintenance_pu maintenance_events v_nom_min v_nom_max cyclic_delay investment_period "
    "v_ang_min_pu v_ang_max_pu phase_shift_min phase_shift_max f_nom c_per_length i_nom "
    "mounting cross_section references v_nom_0 v_nom_1 pfe i0 tap_min tap_max"
)
"""Reactive power, maps, labels, investment: nothing that the lossless hour asks for."""

Attributes = Mapping[str, Value]
USED: Mapping[str, Attributes] = {
    "buses": {"v_nom": 1.0, "carrier": "AC"},
    "carriers": {"co2_emissions": 0.0},
    "generators": {
        "bus": "", "p_nom": 0.0, "p_nom_extendable": False, "p_min_pu": 0.0, "p_max_pu": 1.0, "p_set": float("nan"),
        "e_sum_min": float("-inf"), "e_sum_max": float("inf"), "carrier": "", "marginal_cost": 0.0, "active": True,
        "efficiency": 1.0, "committable": False, "start_up_cost": 0.0, "stand_by_cost": 0.0, "min_up_time": 0.0,
        "min_down_time": 0.0, "up_time_before": 1.0, "down_time_before": 0.0, "ramp_limit_up": float("nan"),
        "ramp_limit_down": float("nan"),
    },
    "loads": {"bus": "", "carrier": "", "p_set": 0.0, "sign": -1.0, "active": True},
    "lines": {
        "bus0": "", "bus1": "", "x": 0.0, "r": 0.0, "s_nom": 0.0, "s_nom_extendable": False, "s_max_pu": 1.0,
        "carrier": "", "active": True, "type": "", "length": 0.0, "num_parallel": 1.0,
    },
    "line_types": {"r_per_length": 0.0, "x_per_length": 0.0},
    "transformer_types": {
        "s_nom": 0.0, "vsc": 0.0, "vscr": 0.0, "phase_shift": 0.0, "tap_neutral": 0.0, "tap_step": 0.0, "tap_side": 0.0,
    },
    "transformers": {
        "bus0": "", "bus1": "", "x": 0.0, "r": 0.0, "s_nom": 0.0, "s_nom_extendable": False, "s_max_pu": 1.0,
        "tap_ratio": 1.0, "tap_side": 0.0, "active": True, "type": "", "num_parallel": 1.0, "tap_position": 0.0,
    },
    "links": {
        "bus0": "", "bus1": "", "carrier": "", "efficiency": 1.0, "p_nom": 0.0, "p_nom_extendable": False,
        "p_min_pu": 0.0, "p_max_pu": 1.0, "marginal_cost": 0.0, "active": True,
    },
    "storage_units": {
        "bus": "", "carrier": "", "p_nom": 0.0, "p_nom_extendable": False, "p_min_pu": -1.0, "p_max_pu": 1.0,
        "marginal_cost": 0.0, "max_hours": 1.0, "efficiency_store": 1.0, "efficiency_dispatch": 1.0, "inflow": 0.0,
        "state_of_charge_initial": 0.0, "cyclic_state_of_charge": False, "active": True,
    },
    "stores": {
        "bus": "", "carrier": "", "e_nom": 0.0, "e_nom_extendable": False, "e_max_pu": 1.0, "e_initial": 0.0,
        "e_cyclic": False, "marginal_cost": 0.0, "active": True,
    },
    "global_constraints": {"type": "primary_energy", "carrier_attribute": "co2_emissions", "sense": "==",
                           "constant": 0.0},
    "shunt_impedances": {"bus": "", "active": True},
}
"""Attributes that are read, with their defaults."""
MUST_BE: Mapping[str, Attributes] = {
    "generators": {
        "sign": 1.0, "marginal_cost_quadratic": 0.0, "shut_down_cost": 0.0, "ramp_limit_start_up": float("nan"),
        "ramp_limit_shut_down": float("nan"), "maintainable": False, "p_init": float("nan"),
    },
    "lines": {"v_ang_min": float("-inf"), "v_ang_max": float("inf")},
    "transformers": {"phase_shift": 0.0, "v_ang_min": float("-inf"), "v_ang_max": float("inf")},
    "links": {
        "p_set": float("nan"), "marginal_cost_quadratic": 0.0, "stand_by_cost": 0.0, "committable": False,
        "start_up_cost": 0.0, "shut_down_cost": 0.0, "min_up_time": 0.0, "min_down_time": 0.0, "maintainable": False,
        "ramp_limit_up": float("nan"), "ramp_limit_down": float("nan"), "ramp_limit_start_up": float("nan"),
        "ramp_limit_shut_down": float("nan"), "delay": 0.0, "up_time_before": 1.0, "down_time_before": 0.0,
        "bus2": "", "bus3": "", "bus4": "",
    },
    "storage_units": {
        "p_set": float("nan"), "p_dispatch_set": float("nan"), "p_store_set": float("nan"), "sign": 1.0,
        "spill_cost": 0.0, "marginal_cost_quadratic": 0.0, "marginal_cost_storage": 0.0, "standing_loss": 0.0,
        "state_of_charge_set": float("nan"), "state_of_charge_initial_per_period": False,
        "cyclic_state_of_charge_per_period": False,
    },
    "stores": {
        "e_min_pu": 0.0, "p_set": float("nan"), "e_set": float("nan"), "sign": 1.0, "marginal_cost_quadratic": 0.0,
        "marginal_cost_storage": 0.0, "standing_loss": 0.0, "e_initial_per_period": False, "e_cyclic_per_period": False,
    },
    "shunt_impedances": {"sign": -1.0},
    "global_constraints": {"bus": ""},
}
"""Attributes that the grid has no word for: any other value is refused by name."""
WITHOUT_EFFECT = frozenset({"shapes", "sub_networks", "snapshots", "network", "investment_periods", "crs", "meta"})
"""Tables that an hour of dispatch does not ask for."""
KINDS = tuple(USED)
