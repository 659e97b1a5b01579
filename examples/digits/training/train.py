"""Trains the digit classifier of this example and writes it as ONNX.

    pip install -r requirements.txt
    python train.py

The network is a plain CNN over 8x8 images. It is to stay accurate when `coppice compress` sets the
smaller 80 % of its weights to zero without any training afterwards. Training prepares it for that:
once an epoch the weights are ranked by magnitude, all layers together, and every step pulls those
of the smaller 85 % towards zero by a factor that grows from 0 to 0.1. They end up small, but they
are not zero: the network that is written is dense.

The result is the same for the same seed and the same versions (requirements.txt) on one kind of
processor; another processor may round differently.
"""

import argparse
import gzip
import io
import os
import pathlib
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["OMP_NUM_THREADS"] = "1"

import jax
import jax.numpy as jnp
import numpy as np
import onnx
import onnxruntime
from jax.scipy.ndimage import map_coordinates
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
RESOURCES = HERE.parent / "src/main/resources/dev/coppice/examples/digits"
MODEL = HERE.parent / "src/main/models/digits.onnx"

TRAIN_IMAGES = 1297
CHANNELS = (1, 24, 48, 64)
CLASSES = 10
BATCH = 64
BN_EPSILON = 1e-5
BN_MOMENTUM = 0.9
SMALL_FRACTION = 0.85
MAX_SHRINK = 0.1


def load_digits():
    """Returns images [1797,1,8,8] with values 0..16 and labels [1797]."""
    with gzip.open(RESOURCES / "digits.csv.gz", "rt") as file:
        table = np.loadtxt(io.StringIO(file.read()), delimiter=",", dtype=np.float32)
    return table[:, :64].reshape(-1, 1, 8, 8), table[:, 64].astype(np.int32)


def initial_parameters(rng):
    """Returns trainable parameters and the running statistics of the batch normalisations."""
    params, stats = {}, {}
    for i, (n, m) in enumerate(zip(CHANNELS, CHANNELS[1:]), start=1):
        scale = np.sqrt(2.0 / (n * 9))
        params[f"conv{i}.weight"] = rng.normal(0, scale, (m, n, 3, 3)).astype(np.float32)
        params[f"bn{i}.scale"] = np.ones(m, np.float32)
        params[f"bn{i}.bias"] = np.zeros(m, np.float32)
        stats[f"bn{i}.mean"] = np.zeros(m, np.float32)
        stats[f"bn{i}.var"] = np.ones(m, np.float32)
    n = CHANNELS[-1]
    params["fc.weight"] = rng.normal(0, np.sqrt(1.0 / n), (CLASSES, n)).astype(np.float32)
    params["fc.bias"] = np.zeros(CLASSES, np.float32)
    return params, stats


def forward(params, stats, images, training):
    """Returns scores [N,10] and the statistics after this batch."""
    x = images * (1.0 / 16.0)
    after = dict(stats)
    for i in range(1, len(CHANNELS)):
        x = jax.lax.conv(x, params[f"conv{i}.weight"], (1, 1), "SAME")
        if training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
            for name, value in ((f"bn{i}.mean", mean), (f"bn{i}.var", var)):
                after[name] = BN_MOMENTUM * stats[name] + (1 - BN_MOMENTUM) * value
        else:
            mean, var = stats[f"bn{i}.mean"], stats[f"bn{i}.var"]
        factor = params[f"bn{i}.scale"] / jnp.sqrt(var + BN_EPSILON)
        x = (x - mean[:, None, None]) * factor[:, None, None] + params[f"bn{i}.bias"][:, None, None]
        x = jnp.maximum(x, 0)
    x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
    x = x.mean((2, 3))
    return x @ params["fc.weight"].T + params["fc.bias"], after


def distort(key, images):
    """Turns, stretches and shifts every image a little, with bilinear interpolation."""
    turn, stretch, shift = jax.random.split(key, 3)
    n = images.shape[0]
    angle = jax.random.uniform(turn, (n,), minval=-0.2, maxval=0.2)
    scale = jax.random.uniform(stretch, (n, 2), minval=0.88, maxval=1.12)
    offset = jax.random.uniform(shift, (n, 2), minval=-0.8, maxval=0.8)
    rows, columns = jnp.meshgrid(jnp.arange(8.0) - 3.5, jnp.arange(8.0) - 3.5, indexing="ij")

    def one(image, angle, scale, offset):
        c, s = jnp.cos(angle), jnp.sin(angle)
        r = (c * rows - s * columns) * scale[0] + offset[0] + 3.5
        q = (s * rows + c * columns) * scale[1] + offset[1] + 3.5
        return map_coordinates(image[0], [r, q], order=1, mode="constant")[None]

    return jax.vmap(one)(images, angle, scale, offset)


def weight_names(params):
    return [name for name in params if name.endswith(".weight")]


def small_weights(params, fraction):
    """Returns masks, 1 where a weight is among the smaller `fraction` of all weights."""
    magnitudes = np.concatenate([np.abs(params[n]).ravel() for n in weight_names(params)])
    count = int(round(fraction * magnitudes.size))
    small = np.zeros(magnitudes.size, np.float32)
    small[np.argsort(magnitudes, kind="stable")[:count]] = 1
    masks, start = {}, 0
    for name in weight_names(params):
        masks[name] = small[start : start + params[name].size].reshape(params[name].shape)
        start += params[name].size
    return masks


@jax.jit
def train_step(state, masks, images, labels, key, step, rate, shrink):
    """One step of Adam, then the pull on the small weights. `state` = params, stats, moments."""
    params, stats, first, second = state

    def loss(params):
        scores, after = forward(params, stats, distort(key, images), True)
        target = 0.95 * jax.nn.one_hot(labels, CLASSES) + 0.05 / CLASSES
        return -(target * jax.nn.log_softmax(scores)).sum(1).mean(), after

    gradients, after = jax.grad(loss, has_aux=True)(params)
    new = {}
    first = {n: 0.9 * first[n] + 0.1 * g for n, g in gradients.items()}
    second = {n: 0.999 * second[n] + 0.001 * g * g for n, g in gradients.items()}
    for name, value in params.items():
        m, v = first[name] / (1 - 0.9**step), second[name] / (1 - 0.999**step)
        new[name] = value - rate * m / (jnp.sqrt(v) + 1e-8)
        if name in masks:
            new[name] *= 1 - shrink * masks[name]
    return new, after, first, second


def train(images, labels, seed, epochs):
    rng = np.random.default_rng(seed)
    key = jax.random.key(seed)
    params, stats = initial_parameters(rng)
    zeros = {name: np.zeros_like(value) for name, value in params.items()}
    state = params, stats, zeros, zeros
    step, steps = 0, epochs * (len(images) // BATCH)
    for epoch in range(epochs):
        masks = small_weights(state[0], SMALL_FRACTION)
        shrink = MAX_SHRINK * np.clip((epoch / epochs - 0.15) / 0.45, 0, 1)
        order = rng.permutation(len(images))
        for start in range(0, len(images) - BATCH + 1, BATCH):
            step += 1
            rate = 1e-5 + 3e-3 * 0.5 * (1 + np.cos(np.pi * step / steps))
            batch = order[start : start + BATCH]
            key, distortion = jax.random.split(key)
            state = train_step(
                state, masks, images[batch], labels[batch], distortion, float(step), rate, shrink
            )
    return tuple({n: np.asarray(v) for n, v in part.items()} for part in state[:2])


def pruned(params, fraction):
    """Returns the parameters with the smaller `fraction` of all weights set to zero."""
    masks = small_weights(params, fraction)
    return {n: v * (1 - masks[n]) if n in masks else v for n, v in params.items()}


def rounded_to_int8(params):
    """Returns the parameters with weights rounded to 8 bits, one scale per output channel."""
    out = dict(params)
    for name in weight_names(params):
        flat = params[name].reshape(len(params[name]), -1)
        scale = np.abs(flat).max(1, keepdims=True) / 127
        scale[scale == 0] = 1
        out[name] = (np.clip(np.rint(flat / scale), -127, 127) * scale).reshape(params[name].shape)
    return out


def accuracy(params, stats, images, labels):
    scores, _ = forward(params, stats, images, False)
    return float((np.asarray(scores).argmax(1) == labels).mean())


def onnx_model(params, stats):
    """Returns the ONNX model: input `image` [1,1,8,8], output `scores` [1,10]."""
    constants = {"pixel_scale": np.float32(1.0 / 16.0), **params, **stats}
    nodes = [helper.make_node("Mul", ["image", "pixel_scale"], ["x0"], name="scale")]
    for i in range(1, len(CHANNELS)):
        nodes += [
            helper.make_node(
                "Conv", [f"x{i - 1}", f"conv{i}.weight"], [f"c{i}"], name=f"conv{i}",
                kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1],
            ),
            helper.make_node(
                "BatchNormalization",
                [f"c{i}", f"bn{i}.scale", f"bn{i}.bias", f"bn{i}.mean", f"bn{i}.var"], [f"n{i}"],
                name=f"bn{i}", epsilon=BN_EPSILON,
            ),
            helper.make_node("Relu", [f"n{i}"], [f"x{i}"], name=f"relu{i}"),
        ]
    nodes += [
        helper.make_node(
            "MaxPool", [f"x{len(CHANNELS) - 1}"], ["p"], name="pool",
            kernel_shape=[2, 2], strides=[2, 2],
        ),
        helper.make_node("GlobalAveragePool", ["p"], ["g"], name="average"),
        helper.make_node("Flatten", ["g"], ["f"], name="flatten", axis=1),
        helper.make_node("Gemm", ["f", "fc.weight", "fc.bias"], ["scores"], name="fc", transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, 8, 8])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, CLASSES])],
        [numpy_helper.from_array(np.asarray(v, np.float32), n) for n, v in constants.items()],
    )
    model = helper.make_model(
        graph, producer_name="", opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=120)
    parser.add_argument("--out", type=pathlib.Path, default=MODEL)
    arguments = parser.parse_args()

    images, labels = load_digits()
    test = images[TRAIN_IMAGES:], labels[TRAIN_IMAGES:]
    begin = time.perf_counter()
    params, stats = train(images[:TRAIN_IMAGES], labels[:TRAIN_IMAGES], arguments.seed, arguments.epochs)
    print(f"trained {arguments.epochs} epochs in {time.perf_counter() - begin:.0f} s")

    weights = sum(params[n].size for n in weight_names(params))
    print(f"{weights} weights, {sum((params[n] == 0).sum() for n in weight_names(params))} of them zero")
    for fraction in (0.0, 0.7, 0.8, 0.85, 0.9):
        sparse = pruned(params, fraction)
        print(
            f"pruned {fraction:4.0%}: test accuracy {accuracy(sparse, stats, *test):.4f},"
            f" with int8 weights {accuracy(rounded_to_int8(sparse), stats, *test):.4f}"
        )

    model = onnx_model(params, stats)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(model.SerializeToString(deterministic=True))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(arguments.out, options, ["CPUExecutionProvider"])
    right = sum(
        int(session.run(None, {"image": image[None]})[0].argmax() == label)
        for image, label in zip(*test)
    )
    print(f"{arguments.out.name}: {right} of {len(test[1])} test images right in ONNX Runtime")


if __name__ == "__main__":
    main()
