"""Golden cases of T-JEPA.

The published quirks live here: positions count from the tokens of a row, so that the
token for the whole row is masked and the last column never is; interleaved waves are
added to the tokens; layers normalise their sums; gradients are clamped; the
first step ignores the schedules; sizes of masks are drawn with the step as seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from skreg._training._learning_rate import warm_cosine
from skreg.modules import (
    JEPA,
    ColumnTokenizer,
    LatentPredictor,
    TableEncoder,
    TokenLayout,
    TransformerTrunk,
)
from skreg.modules._jepa import MaskedRows
from skreg.modules._positions import wave_table
from skreg.modules._transformer_trunk import take_tokens
from skreg.pretraining._latents import latent_loss
from skreg.pretraining._masks import MaskSizes, draw_columns, size_at
from skreg.pretraining._objective import momentum_at
from skreg.regularizers import update_average
from skreg.regularizers._schedules import cosine_decay

Golden = Mapping[str, Any]
Values = Iterator[tuple[str, Any, Any]]

# Our names of layers, and the recorded ones.
RENAMED = {
    "attention.project_in.weight": "self_attn.in_proj_weight",
    "attention.project_in.bias": "self_attn.in_proj_bias",
    "attention.project_out": "self_attn.out_proj",
    "widen": "linear1",
    "narrow": "linear2",
    "norm_attention": "norm1",
    "norm_ff": "norm2",
    "project": "fc",
    "norm_in": "layernorm1",
    "norm_out": "layernorm2",
}


def trunk_weights(golden: Golden, prefix: str, trunk: nn.Module) -> dict[str, Tensor]:
    """Return the recorded weights of a trunk under our names."""
    weights = {}
    for name in trunk.state_dict():
        theirs = name.replace("layers.", "transformer.layers.")
        for ours, recorded in RENAMED.items():
            if f".{ours}" in theirs or theirs.startswith(f"{ours}."):
                theirs = theirs.replace(ours, recorded)
                break
        weights[name] = torch.tensor(golden[f"{prefix}.{theirs}"])
    return weights


def load_encoder(encoder: TableEncoder, golden: Golden, side: str) -> None:
    """Put recorded weights into an encoder."""
    encoder.trunk.load_state_dict(
        trunk_weights(golden, f"{side}/encoder", encoder.trunk)
    )
    weight = torch.tensor(golden[f"{side}/tokenizer.weight"])
    name = f"{side}/tokenizer.category_embeddings.{{}}.weight"
    tables = [golden[name.format(i)] for i in range(len(golden["cat_card"]))]
    waves = torch.tensor(golden["enc_pos_table"])
    bias = torch.tensor(golden[f"{side}/tokenizer.bias"])
    with torch.no_grad():
        # What is added to a token in every row is a part of its bias.
        encoder.tokenizer.reg.copy_(weight[:1] + waves[:1])
        encoder.tokenizer.bias.copy_(bias + waves[1:])
        encoder.tokenizer.numeric.copy_(weight[1:])
        if tables:
            encoder.tokenizer.levels.copy_(torch.tensor(np.concatenate(tables)))


def load_predictor(predictor: LatentPredictor, golden: Golden) -> None:
    """Put recorded weights into a predictor."""
    pairs = {"narrow": "predictor_emb", "norm": "predictor_norm"}
    state = trunk_weights(golden, "pred/transformer", predictor.trunk)
    predictor.trunk.load_state_dict(state)
    with torch.no_grad():
        for ours, theirs in {**pairs, "widen": "predictor_proj"}.items():
            layer = getattr(predictor, ours)
            layer.weight.copy_(torch.tensor(golden[f"pred/{theirs}.weight"]))
            layer.bias.copy_(torch.tensor(golden[f"pred/{theirs}.bias"]))
        predictor.query.copy_(torch.tensor(golden["pred/mask_token"])[0, 0])
        rows = len(golden["pred_pos_table"])
        predictor.positions[:rows] = torch.tensor(golden["pred_pos_table"])


def published(golden: Golden) -> JEPA:
    """Return the recorded net."""
    width, layers, ff, p_width, p_layers, p_ff = map(int, golden["dims"])
    heads, p_heads = map(int, golden["n_heads"])
    layout = TokenLayout(
        n_numeric=len(golden["num_idx"]),
        cardinalities=[int(n) for n in golden["cat_card"]],
        missing_codes=[0] * len(golden["cat_card"]),
    )

    def trunk(width: int, n_layers: int, n_heads: int, ff: int) -> TransformerTrunk:
        options = {"n_layers": n_layers, "n_heads": n_heads, "ff_width": ff}
        return TransformerTrunk(width, **options, norm_first=False)

    tokenizer = ColumnTokenizer(layout, width)
    encoder = TableEncoder(tokenizer, trunk(width, layers, heads, ff))
    inside = trunk(p_width, p_layers, p_heads, p_ff)
    net = JEPA(encoder, LatentPredictor(width, tokenizer.n_tokens, inside, p_width))
    load_encoder(net.context_encoder, golden, "ctx")
    load_encoder(net.target_encoder, golden, "tgt")
    load_predictor(net.predictor, golden)
    return net


def forward(golden: Golden) -> Values:
    """Tokens, latents, predictions, loss, gradients and a step of the average."""
    net = published(golden)
    order = [*golden["num_idx"], *golden["cat_idx"]]
    rows = torch.tensor(golden["x"])[:, [int(j) for j in order]]
    context, targets = (torch.tensor(golden[key]) for key in ("ctx_idx", "tgt_idx"))
    encoder, tokenizer = net.context_encoder, net.context_encoder.tokenizer
    waves = wave_table(*golden["pred_pos_table"].shape)
    yield "pred_pos_table", waves, golden["pred_pos_table"]
    yield "enc_pos_table", interleaved(golden), golden["enc_pos_table"]
    with torch.no_grad():
        tokens = tokenizer(rows)
        yield "tokens_with_pos", tokens, golden["tokens_with_pos"]
        bare = tokens - torch.tensor(golden["enc_pos_table"])
        yield "tokens_no_pos", bare, golden["tokens_no_pos"]
        for name, positions in {"full": None, "masked": context}.items():
            latents = encoder(rows, positions)
            key = f"context_encoder_{name}_out"
            yield key, latents, golden[key]
        wanted = net(rows)
    yield "target_encoder_full_out", wanted, golden["target_encoder_full_out"]
    gathered = torch.cat([take_tokens(wanted, chosen) for chosen in targets])
    yield "targets_gathered", gathered, golden["targets_gathered"]
    predicted = net(MaskedRows(rows, context, targets))
    by_set = torch.cat(predicted.chunk(len(targets), 1))
    yield "predictions", by_set.detach(), golden["predictions"]
    wanted_by_row = torch.cat(gathered.chunk(len(targets)), 1)
    loss = latent_loss(predicted, wanted_by_row, loss="mse", reduction="mean")
    yield "mse_loss", loss.item(), golden["mse_loss"]
    loss.backward()
    yield from gradients(net, golden)
    yield from averages(net, golden)


def interleaved(golden: Golden) -> Tensor:
    """Return our waves in the published order: sines and cosines in turn."""
    n_tokens, width = golden["enc_pos_table"].shape
    table = wave_table(n_tokens, width, base=100.0)
    return torch.stack(table.chunk(2, 1), 2).flatten(1)


def gradients(net: JEPA, golden: Golden) -> Values:
    """Compare gradients; those of the encoder were clamped."""
    tokenizer = net.context_encoder.tokenizer
    grads = {
        "tokenizer.weight": torch.cat([tokenizer.reg.grad, tokenizer.numeric.grad]),
        "tokenizer.bias": tokenizer.bias.grad,
        "encoder.fc.weight": net.context_encoder.trunk.project.weight.grad,
    }
    for name, grad in grads.items():
        yield f"grad_{name}", grad.clamp(-1, 1), golden[f"grad_{name}"]
    mask = net.predictor.query.grad.expand(1, 1, -1)
    yield "grad_pred_mask_token", mask, golden["grad_pred_mask_token"]


def averages(net: JEPA, golden: Golden) -> Values:
    """Move the target encoder once."""
    target, context = net.target_encoder, net.context_encoder
    momentum = float(golden["ema_momentum"])
    update_average(list(target.parameters()), list(context.parameters()), momentum)
    reg = target.tokenizer.reg - torch.tensor(golden["enc_pos_table"][:1])
    weight = torch.cat([reg, target.tokenizer.numeric])
    yield "ema", weight, golden["ema_after/tokenizer.weight"]
    yield "ema", target.trunk.project.weight, golden["ema_after/encoder.fc.weight"]


def schedules(golden: Golden) -> Values:
    """Learning rate, weight decay and momentum of every step."""
    for k, case in enumerate(golden["schedules"]):
        n_steps = case["ipe"] * case["epochs"]
        rates, decays, momenta = [1e-3], [1e-2], []
        for i in range(n_steps):
            progress = i / n_steps
            factor = warm_cosine(
                progress,
                warm_up=case["warmup_epochs"] / case["epochs"],
                start=case["start_lr"] / case["ref_lr"],
                end=case["final_lr"] / case["ref_lr"],
            )
            rates.append(case["ref_lr"] * factor)
            fall = case["wd"] - case["final_wd"]
            decays.append(case["final_wd"] + fall * cosine_decay(progress))
            ema = case["ema_start"], case["ema_end"]
            momenta.append(momentum_at(progress / case["ipe_scale"], ema))
        # The first step came before the schedules, which therefore lost nothing.
        yield f"lr[{k}]", rates[:1] + rates[2:], case["lr_used_at_step"]
        yield f"wd[{k}]", decays[:1] + decays[2:], case["wd_used_at_step"]
        yield f"momentum[{k}]", momenta, case["momentum_used_at_step"]


JA_SHARES = (
    (0.13628349247854785, 0.36819012681604135),
    (
        0.1556321308543076,
        0.6222278244105446,
    ),
)


def sizes_of(case: Mapping[str, Any]) -> MaskSizes:
    """Return our bounds for a recorded setting."""
    shares = ((case[f"min_{k}_share"], case[f"max_{k}_share"]) for k in ("ctx", "tgt"))
    return MaskSizes.of_shares(*shares, case["n_features"])


def law(sizes: MaskSizes) -> dict[tuple[int, int], float]:
    """Return the exact law of the sizes: every step of `size_at`, once."""

    def grid(low: int, high: int) -> list[int]:
        n = 2 * max(high - low, 1)
        return [size_at((i + 0.5) / n, (low, high)) for i in range(n)]

    pairs = product(grid(*sizes.context), grid(*sizes.target))
    kept = [pair for pair in pairs if sum(pair) <= sizes.n_columns]
    return {pair: kept.count(pair) / len(kept) for pair in sorted(set(kept))}


class Step:
    """Uniform numbers as the published collator draws them in a step."""

    def __init__(self, number: int) -> None:
        self.generator = torch.Generator().manual_seed(number)

    def random(self) -> float:
        return torch.rand(1, generator=self.generator).item()


def mask_sizes(golden: Golden) -> Values:
    """Bounds, law and first draws of the sizes."""
    for k, case in enumerate(golden["mask_size_stats"]):
        sizes = sizes_of(case)
        for name, bounds in {"ctx": sizes.context, "tgt": sizes.target}.items():
            recorded = [case[f"min_{name}"], case[f"max_{name}"]]
            yield f"{name} bounds[{k}]", bounds, recorded
        ours = [[*pair, p] for pair, p in law(sizes).items()]
        yield f"exact_joint[{k}]", ours, case["exact_joint"]
        first = [sizes.draw(Step(i)) for i in range(20)]
        recorded = np.stack([case["first20_ctx"], case["first20_tgt"]], 1)
        yield f"first20[{k}]", first, recorded


def mask_examples(golden: Golden) -> Values:
    """What recorded masks and ours have in common: sizes, and that none overlap."""
    n_columns = 10
    sizes = MaskSizes.of_shares(*JA_SHARES, n_columns)
    generator = torch.Generator().manual_seed(0)
    for key in sorted(key for key in golden if key.endswith("_ctx")):
        context, targets = golden[key], golden[key.replace("_ctx", "_tgt")]
        shape = (len(context), n_columns)
        drawn = sizes.draw(Step(int(key.split("_")[1].removeprefix("step"))))
        ours = draw_columns(None, shape, drawn, len(targets), generator)
        for name, mine, theirs in zip("ct", ours, (context, targets), strict=True):
            yield f"{key} {name} shape", mine.shape, theirs.shape
            mine = mine.numpy()
            yield f"{key} {name} distinct", distinct(mine), distinct(theirs)
            inside = [(m >= 0).all() and (m < n_columns).all() for m in (mine, theirs)]
            yield f"{key} {name} inside", *inside
        overlaps = overlap(*(o.numpy() for o in ours)), overlap(context, targets)
        yield f"{key} overlap", *overlaps


def distinct(columns: np.ndarray) -> int:
    """Return the smallest number of distinct columns in a row."""
    flat = columns.reshape(-1, columns.shape[-1])
    return min(len(set(row)) for row in flat.tolist())


def overlap(context: np.ndarray, targets: np.ndarray) -> int:
    """Return how often a column is both seen and predicted."""
    return int((context[None, :, :, None] == targets[:, :, None, :]).sum())


# Levels of the categorical columns of Adult.
ADULT = (9, 16, 7, 15, 6, 5, 2, 42)


def embedding_shapes(golden: Golden) -> Values:
    """Shape of the embedding of a row, and number of parameters of the encoder."""
    for k, case in enumerate(golden["embedding_shapes"]):
        levels = ADULT[: case["n_categorical"]]
        layout = TokenLayout(
            n_numeric=case["n_features"] - len(levels),
            cardinalities=levels,
            missing_codes=[0] * len(levels),
        )
        width = case["hidden"]
        trunk = TransformerTrunk(width, n_layers=2, n_heads=2, ff_width=64)
        encoder = TableEncoder(ColumnTokenizer(layout, width), trunk)
        latents = encoder(torch.zeros(1, case["n_features"]))[0]
        yield f"shape[{k}]", latents.shape, case["full_embedding_shape"]
        yield f"flattened[{k}]", latents.numel(), case["flattened"]
        used = sum(p.numel() for p in encoder.parameters())
        yield f"used_params[{k}]", used, case["used_params"]


CASES = [
    (
        "",
        "x num_idx cat_idx cat_card ctx_idx tgt_idx tokens_no_pos predictions dims "
        "mse_loss ema_momentum n_heads",
        forward,
    ),
    ("", "seed0_step0_ctx seed0_step0_tgt", mask_examples),
    ("", "schedules", schedules),
    ("", "mask_size_stats", mask_sizes),
    ("", "embedding_shapes", embedding_shapes),
]
