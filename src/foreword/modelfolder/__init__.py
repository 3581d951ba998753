"""The model folder: where models live, and how one is read and written, strictly and whole.

    config.json           architecture, sizes, text policy, format version, names and shapes of the weights
    tokenizer.json        the units of text (Hugging Face tokenizers)
    model.safetensors     the weights, to train further
    onnx/model.onnx       one step of the network, to run; it or
    onnx/model_quantized.onnx     its smaller twin may be left out
    training.json         what it was trained on, how, and how well it does
    README.md             the model card, with its pictures beside it
    lexicon.txt           the words that it may propose; it may be left out

It is the layout of a Hugging Face repository and holds no pickle.
"""

from foreword.modelfolder.config import FORMAT_VERSION, Config, Tensor
from foreword.modelfolder.names import find, find_to_type, home, locate, models_in, run_folder
from foreword.modelfolder.reading import ModelFolder, read

__all__ = [
    "FORMAT_VERSION",
    "Config",
    "ModelFolder",
    "Tensor",
    "find",
    "find_to_type",
    "home",
    "locate",
    "models_in",
    "read",
    "run_folder",
]
