"""The values that some options allow; this file imports little, so that `--help` is fast."""

from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["characters", "words", "subwords"]
"""The unit of a token."""
Size: TypeAlias = Literal["small", "medium", "large"]
"""The size of a network; `training/recipe.py` has the numbers."""
Architecture: TypeAlias = Literal["lstm", "gru", "rnn", "unrolled", "window", "convolution"]
"""The networks; `models/catalogue.py`, which needs PyTorch, builds them."""
