"""Programs that benchmarks start and compare, one file each, and what they share.

For benchmarks/training_speed.py each is run as `python -m benchmarks.peers.NAME TASK` in the checkout, in a process of
its own: `TASK` is a `measuring.Task` as JSON, the last line printed is what was measured, as JSON. Other people's
programs (`pytorch_plain`, `mxnet_gluon`, `jax_scan`) import nothing of Foreword; `foreword_training` is Foreword,
`matrix_products` the bound.

For benchmarks/keystrokes.py `contenders` says who types, `keyboard_process` starts other people's keyboards
(`onboard_words`, `presage_words`, `ibus_words`), and `keyboard_service` answers for these inside their processes.
"""
