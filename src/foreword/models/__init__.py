"""The networks, behind one interface: `logits, state = model(ids, state)`."""

from foreword.libraries import let_threads_sleep, load_torch_compiler

let_threads_sleep()
load_torch_compiler()
