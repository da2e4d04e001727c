"""Words that tables hold within a text and the program reads: products and fuels of industry, bands of nodes."""

from __future__ import annotations

from collections.abc import Mapping

BATTERIES = ("battery_and_silicon", "electronics_battery")
"""A line without a producer in the base year."""

PRODUCTS: Mapping[str, tuple[str, str]] = {
    "clinker": ("cement", "cement_clinker"),
    "cement": ("cement", "cement_grinding"),
    "float glass": ("glass", "glass"),
    "ceramic": ("ceramics", "ceramics"),
    "paper": ("paper", "paper"),
    "tissue": ("paper", "paper"),
    "fabric": ("textiles", "textile"),
    "Li-ion": BATTERIES,
    "metal": ("metal_products", "metal_products"),
    "chemical": ("chemicals", "chemicals"),
    "food": ("food", "food"),
    "value added": ("electronics_machinery", "electronics_battery"),
}
"""Word in a product's name -> sector and technology, in the order of reading."""

WASTE = "msw"
FUEL_WORDS: tuple[tuple[str, str], ...] = (
    ("grid", "electricity"), ("rdf", WASTE), ("coal gas", "coal"), ("coal", "coal"), ("biomass", "biomass"),
    ("petcoke", "diesel"), ("natural gas", "natural_gas"), ("gas", "natural_gas"), ("steam", "steam"),
)  # fmt: skip
"""Word in a site's fuel mix -> fuel, in the order of reading; petroleum coke counts as oil."""

ALL_NODES = ("all county nodes", "all 220 kV nodes")
"""What a site limit may name instead of a node: each 220 kV station."""
RESIDENTIAL = "residential"
"""Type of building that households live in; all other types are services."""
AGGREGATES = r"cluster|other|grinding|aluminium|Electronics"
"""Words in the name of a row of industry that stands for many firms."""
