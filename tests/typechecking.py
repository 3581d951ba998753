"""Checks annotations during tests with beartype, which accepts a whole number as a float (PEP 484)."""

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
