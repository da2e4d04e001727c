"""Dafeng 达峰: which bundle of policies makes a city's emissions peak, when, at what cost, and do the lights stay on."""

__version__ = "0.1.0"
