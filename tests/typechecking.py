"""The check of annotations while tests run: beartype's, for which a whole number may stand for a float (PEP 484)."""

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
