"""The networks, behind one interface: `logits, state = model(ids, state)`."""

from foreword.libraries import load_torch_compiler

load_torch_compiler()
