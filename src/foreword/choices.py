"""The names that a person chooses among; without imports, so that `--help` is quick."""

from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["characters", "words", "subwords"]
"""What a token is."""
Size: TypeAlias = Literal["small", "medium", "large"]
"""How large a network; `training/recipe.py` has the sizes in numbers."""
Architecture: TypeAlias = Literal["lstm", "gru", "rnn", "unrolled", "window", "convolution"]
"""The networks; `models/catalogue.py`, which needs PyTorch, builds them."""
