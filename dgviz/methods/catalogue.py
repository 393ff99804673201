"""The catalogue of methods: their titles, their knobs and what can be shown of them.

A method is one entry here and the file that `implementation` names. No other code depends on the
name of a method. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Mapping

from dgviz.knob import even_stops, log_stops
from dgviz.methods import own_knobs as own
from dgviz.methods.spec import MethodSpec, Routing

_ALL = (
    MethodSpec(
        "dynamicgate",
        "DynamicGate-MLP",
        "Learns a gate for every weight, for blocks of weights, or for pixels and hidden units.",
        "dgviz.methods.dynamicgate:DynamicGate",
        source="Choi 2025",
        knobs=(
            own.choice(
                "dynamicgate.gates",
                (
                    "weight",
                    "block",
                    "pixel",
                    "unit",
                    "pixel-unit",
                    "weight-pixel-unit",
                    "weight-block",
                ),
                "a gate for each",
                "The DynamicGate-MLP paper has a gate for each weight. One gate for all weights of "
                "a pixel or of a hidden unit leaves a smaller dense network. A block has the "
                "weights of 4 pixels side by side into 8 hidden units. With several kinds, a "
                "connection is active while all its gates are, and β multiplies the sum of the "
                "means of each kind.",
                words=(
                    "weight",
                    "block of weights",
                    "pixel",
                    "hidden unit",
                    "pixel and each hidden unit",
                    "weight, each pixel and each hidden unit",
                    "weight and each block of weights",
                ),
            ),
            own.number(
                "dynamicgate.keep",
                0,
                "connections to keep",
                "While at most this many connections are active, gates do not change, so closed "
                "ones do not reopen, and only the weights are trained. With 0 there is no such "
                "number.",
                (0, *log_stops(100, 1_000_000, per_decade=20)),
                live=True,
            ),
        ),
        shared=("beta", "tau", "initial_logit", "beta_schedule", "tau_schedule"),
        scores="gate probability",
        gates="dynamicgate.gates",
        preview="tau",
        keep="dynamicgate.keep",
        beta_ratios={
            "paper": (
                (0.01, 0.532),
                (0.03, 0.379),
                (0.1, 0.228),
                (0.3, 0.098),
                (1, 0.039),
                (3, 0.018),
                (10, 0.0065),
            ),
            "sparse": ((0.02, 0.46), (0.1, 0.258), (0.3, 0.1185), (1, 0.0377), (3, 0.013)),
            "classroom": ((0.067, 0.45), (0.13, 0.29), (0.33, 0.147), (1, 0.055), (3, 0.021)),
        },
        tuning=({"learning_rate": 2e-3}, {"learning_rate": 4e-3}),
        decays="active weights and their gates",
        reported={
            "accuracy": "about 98",
            "ratio": "0.3 to 0.5",
            "macs": "61,000 to 102,000, 30% to 50% of dense",
            "parameters": "60,000 to 100,000",
        },
    ),
    MethodSpec(
        "dense",
        "dense",
        "The same network with every connection always active.",
        "dgviz.methods.dense:Dense",
        source="Rumelhart et al. 1986",
        masks=False,
        baseline="",
        reported={"accuracy": "about 98", "parameters": "203,000"},
    ),
    MethodSpec(
        "small",
        "small dense network",
        "A dense network with fewer hidden units, so that it has as many weights as a sparse "
        "network keeps.",
        "dgviz.methods.dense:Dense",
        source="Rumelhart et al. 1986",
        knobs=(
            own.ratio(
                "small.ratio",
                0.05,
                "size",
                "The part of the H hidden units, and so of all weights, that this network has.",
            ),
        ),
        masks=False,
        width="small.ratio",
        target="small.ratio",
    ),
    MethodSpec(
        "checkerboard",
        "dense on a checkerboard",
        "A dense network that reads only some of the pixels, spread evenly over the image: the "
        "control of a network that chooses its pixels.",
        "dgviz.methods.checkerboard:Checkerboard",
        source="Bayer 1973",
        knobs=(
            own.ratio(
                "checkerboard.ratio",
                0.5,
                "pixels",
                "The part of the pixels that it reads. A half is a checkerboard, and a quarter is "
                "every second pixel of every second row.",
            ),
        ),
    ),
    MethodSpec(
        "dropout",
        "dropout",
        "Sets random inputs of each layer to 0 in training. All connections stay active.",
        "dgviz.methods.dropout:Dropout",
        source="Srivastava et al. 2014",
        knobs=(
            own.number(
                "dropout.input",
                0.1,
                "dropout of the image",
                "The probability that a pixel is set to 0 in a training step.",
                even_stops(0, 0.95, 0.05),
                live=True,
            ),
            own.number(
                "dropout.hidden",
                0.3,
                "dropout of hidden units",
                "The probability that a hidden unit is set to 0 in a training step.",
                even_stops(0, 0.95, 0.05),
                live=True,
            ),
        ),
        masks=False,
        helps=("dropout of inputs and hidden units",),
        reported={},
    ),
    MethodSpec(
        "magnitude",
        "gradual magnitude pruning",
        "Prunes the smallest weights, a few at a time, while it trains. Their connections stay "
        "closed.",
        "dgviz.methods.magnitude:GradualMagnitude",
        source="Zhu & Gupta 2017",
        knobs=(
            own.target("magnitude.target", live=True),
            own.number(
                "magnitude.begin",
                0.04,
                "pruning begins at",
                "The part of training before the first weights are pruned.",
                even_stops(0, 0.5, 0.02),
            ),
            own.number(
                "magnitude.end",
                0.75,
                "pruning ends at",
                "The part of training after which no more weights are pruned.",
                even_stops(0.5, 1, 0.05),
            ),
            own.interval(
                "magnitude.every",
                "steps between prunings",
                "Training steps from one pruning to the next.",
            ),
        ),
        target="magnitude.target",
        timed=True,
        tuning=({"learning_rate": 2e-3}, {"magnitude.end": 0.5}),
    ),
    MethodSpec(
        "one_shot",
        "one-shot magnitude pruning",
        "Prunes the smallest weights once, and trains on with the others at a lower learning rate.",
        "dgviz.methods.one_shot:OneShot",
        source="Han et al. 2015",
        knobs=(
            own.target("one_shot.target"),
            own.number(
                "one_shot.at",
                0.5,
                "pruning at",
                "The part of training after which the weights are pruned.",
                even_stops(0.05, 1, 0.05),
            ),
            own.choice(
                "one_shot.scope",
                ("network", "layer"),
                "smallest weights of",
                "network: of all layers together. layer: the same part of each layer.",
            ),
            own.number(
                "one_shot.factor",
                0.3,
                "learning-rate factor",
                "The learning rate is multiplied by this after the pruning. 0.1 in Han et al. "
                "2015.",
                even_stops(0, 1, 0.05),
            ),
        ),
        defaults={"weight_decay": 1e-4},
        target="one_shot.target",
        timed=True,
        tuning=({"one_shot.at": 0.3}, {"one_shot.factor": 0.5}),
        helps=("a lower learning rate after the pruning",),
    ),
    MethodSpec(
        "lottery",
        "lottery ticket",
        "Trains in rounds. Between two rounds it prunes the smallest weights and sets the others "
        "back to their initial values.",
        "dgviz.methods.lottery:LotteryTicket",
        source="Frankle & Carbin 2019",
        knobs=(
            own.target(
                "lottery.target", "The part of all weights that is active in the last round."
            ),
            own.number(
                "lottery.rounds",
                5,
                "rounds",
                "They share the epochs evenly, and schedules begin again in each: with 5 rounds, "
                "50 epochs are 10 for each round.",
                range(2, 21),
            ),
        ),
        rounds="lottery.rounds",
        target="lottery.target",
        tuning=({"learning_rate": 2e-3}, {"lottery.rounds": 3}),
    ),
    MethodSpec(
        "rigl",
        "RigL",
        "Trains a sparse network from the start. At regular steps it drops the smallest weights, "
        "and grows as many where the gradient is largest.",
        "dgviz.methods.rigl:RigL",
        source="Evci et al. 2020",
        knobs=(
            own.target("rigl.target", "The part of all weights that is active, from the start."),
            own.number(
                "rigl.drop",
                0.3,
                "dropped share",
                "The part of a layer's active weights that is dropped at first. It falls to 0, "
                "along a cosine.",
                even_stops(0, 1, 0.05),
                live=True,
            ),
            own.number(
                "rigl.end",
                0.75,
                "last change at",
                "The part of training after which connections no longer change.",
                even_stops(0.05, 1, 0.05),
            ),
            own.interval(
                "rigl.every",
                "steps between changes",
                "Training steps from one change of connections to the next.",
            ),
            own.choice(
                "rigl.output",
                ("sparse", "dense"),
                "output layer",
                "sparse: active weights are shared in proportion to a layer's inputs plus "
                "outputs (Erdős-Rényi), so the output layer is denser than the first. dense: all "
                "its weights are active, but they are at most half of all active ones.",
            ),
        ),
        target="rigl.target",
        timed=True,
        tuning=({"learning_rate": 2e-3}, {"rigl.drop": 0.5}),
    ),
    MethodSpec(
        "granet",
        "GraNet",
        "Begins with half of the connections, at random. While it prunes the smallest weights, it "
        "grows others where the gradient is largest.",
        "dgviz.methods.granet:GraNet",
        source="Liu et al. 2021",
        knobs=(
            own.target("granet.target", live=True),
            own.ratio(
                "granet.start",
                0.5,
                "first ratio",
                "The part of all weights that is active at first, if the target is not higher.",
            ),
            own.number(
                "granet.end",
                0.6,
                "pruning ends at",
                "The part of training after which the target ratio is reached.",
                even_stops(0.05, 1, 0.05),
            ),
            own.number(
                "granet.drop",
                0.5,
                "dropped share",
                "The part of a layer's active weights that is dropped at first, and grown "
                "elsewhere. It falls to 0 at the end of training, along a cosine.",
                even_stops(0, 1, 0.05),
                live=True,
            ),
            own.interval(
                "granet.every",
                "steps between changes",
                "Training steps from one change of connections to the next.",
            ),
        ),
        target="granet.target",
        timed=True,
        tuning=({"learning_rate": 2e-3}, {"granet.end": 0.75}),
    ),
    MethodSpec(
        "l0",
        "L0, hard concrete",
        "Multiplies weights by random gates that can be exactly 0, and penalises their number.",
        "dgviz.methods.l0:L0",
        source="Louizos et al. 2018",
        knobs=(
            own.choice(
                "l0.gates",
                ("weight", "input"),
                "a gate for each",
                "weight or input: one for all weights of an input, as in Louizos et al. 2018.",
            ),
            own.number(
                "l0.temperature",
                0.667,
                "temperature",
                "2/3 in Louizos et al. 2018. At lower values gates are closer to 0 or 1.",
                even_stops(0.1, 2, 0.05),
            ),
            own.number(
                "l0.rate",
                30.0,
                "learning rate of gates",
                "A multiple of the weights' learning rate. With 1, as in Louizos et al. 2018, no "
                "gate closes in the first 9 epochs.",
                log_stops(0.5, 100, per_decade=20),
                before=1.0,
            ),
        ),
        shared=("beta", "beta_schedule"),
        defaults={"beta": 2.0},
        scores="probability of being active",
        gates="l0.gates",
        helps=(
            "weights that are averaged over the last steps",
            "a higher learning rate for gates than for weights",
        ),
        beta_ratios={
            "paper": ((0.2, 0.135), (0.5, 0.086), (1, 0.059), (2, 0.039), (6, 0.019)),
            "sparse": (
                (0.03, 0.27),
                (0.1, 0.178),
                (0.3, 0.106),
                (1, 0.0518),
                (4, 0.0205),
            ),
            "classroom": ((0.5, 0.174), (2, 0.069), (8, 0.025)),
        },
        tuning=({"learning_rate": 2e-3}, {"l0.temperature": 0.5}),
    ),
    MethodSpec(
        "continuous",
        "continuous sparsification",
        "Multiplies weights by soft gates, and makes these hard step by step. It is the method "
        "that is most like DynamicGate-MLP.",
        "dgviz.methods.continuous:ContinuousSparsification",
        source="Savarese et al. 2020",
        knobs=(
            own.number(
                "continuous.start",
                0.05,
                "first score",
                "Every connection begins with it, and is closed when its score is no longer above "
                "0. A lower value closes more. 0 is the default of the authors' code.",
                log_stops(0.001, 1, per_decade=20),
            ),
            own.number(
                "continuous.temperature",
                200.0,
                "last temperature",
                "It rises from 1 to this value during training. The higher it is, the harder the "
                "gates.",
                log_stops(1, 1000, per_decade=20),
            ),
            own.number(
                "continuous.rate",
                5.0,
                "learning rate of scores",
                "A multiple of the weights' learning rate. With 1, many scores are still near 0 "
                "when training ends, and their gates are not hard.",
                log_stops(0.5, 100, per_decade=20),
                before=1.0,
            ),
        ),
        shared=("beta", "beta_schedule"),
        defaults={"beta": 0.3},
        scores="gate value",
        timed=True,
        helps=("a higher learning rate for gates than for weights",),
        beta_ratios={
            "paper": ((0.03, 0.151), (0.3, 0.044), (3, 0.012)),
            "sparse": ((0.005, 0.204), (0.03, 0.137), (0.3, 0.0461), (1, 0.0208)),
            "classroom": ((0.03, 0.232), (0.3, 0.086), (3, 0.016)),
        },
        tuning=({"learning_rate": 2e-3}, {"continuous.start": 0.2}),
    ),
    MethodSpec(
        "mixture",
        "mixture of experts",
        "Several small networks answer every image, and a router weights their answers. All of "
        "them are computed for every image.",
        "dgviz.methods.mixture:Mixture",
        source="Jacobs et al. 1991",
        knobs=(
            own.number(
                "mixture.experts",
                4,
                "experts",
                "They share the hidden units evenly, so all of them together have about as many "
                "weights as a dense network.",
                range(2, 17),
            ),
        ),
        masks=False,
        routes="expert",
        routing=Routing("mixture", count="mixture.experts"),
    ),
    MethodSpec(
        "topk",
        "top-k mixture of experts",
        "A router with noise chooses one or two of several small networks for each image. An "
        "image needs the multiplications of these and of the router.",
        "dgviz.methods.topk:TopK",
        source="Shazeer et al. 2017",
        knobs=(
            own.number(
                "topk.experts",
                4,
                "experts",
                "They share the hidden units evenly, so all of them together have about as many "
                "weights as a dense network.",
                range(3, 17),
            ),
            own.number(
                "topk.chosen",
                2,
                "experts for each image",
                "With 1, the router learns from the balancing losses only: the weight of a single "
                "expert is always 1.",
                range(1, 3),
            ),
            own.loss_weight(
                "topk.importance",
                0.01,
                "weight of the importance loss",
                "A higher value makes the total weights of the experts more even.",
            ),
            own.loss_weight(
                "topk.load",
                0.01,
                "weight of the load loss",
                "A higher value makes the numbers of images of the experts more even.",
            ),
        ),
        masks=False,
        routes="expert",
        routing=Routing("top", count="topk.experts", chosen="topk.chosen"),
    ),
    MethodSpec(
        "switch",
        "Switch",
        "A router chooses one of several experts, small networks, for each image. A linear layer "
        "is added to its answer. In training, an image that a full expert drops has the linear "
        "layer alone.",
        "dgviz.methods.switch:Switch",
        source="Fedus et al. 2021",
        knobs=(
            own.number(
                "switch.experts",
                4,
                "experts",
                "They share the hidden units evenly, so all of them together have about as many "
                "weights as a dense network.",
                range(2, 17),
            ),
            own.number(
                "switch.capacity",
                1.25,
                "capacity factor",
                "In training, an expert takes this many times its even share of a batch.",
                even_stops(1.0, 4.0, 0.25),
                live=True,
            ),
            own.loss_weight(
                "switch.balance",
                0.1,
                "weight of the balance loss",
                "A higher value makes the numbers of images of the experts more even. 0.01 in "
                "Fedus et al. 2021, with which some experts of so small a network get no image.",
            ),
            own.number(
                "switch.jitter",
                0.01,
                "router noise",
                "In training, each pixel that the router reads is changed by up to this part.",
                even_stops(0, 0.5, 0.01),
                live=True,
            ),
        ),
        masks=False,
        routes="expert",
        routing=Routing("switch", count="switch.experts"),
    ),
    MethodSpec(
        "skipnet",
        "SkipNet",
        "A gate decides for each image whether a second hidden layer is computed or skipped. Both "
        "are narrower than the hidden layer of a dense network, which has as many weights.",
        "dgviz.methods.skipnet:SkipNet",
        source="Wang et al. 2018",
        knobs=(
            own.loss_weight(
                "skipnet.cost",
                0.05,
                "cost of computing",
                "The loss for each image whose second layer is computed. A higher value skips "
                "more.",
            ),
        ),
        masks=False,
        routes="path",
        routing=Routing("skip"),
    ),
    MethodSpec(
        "dynamicweights",
        "dynamic weights",
        "Mixes several weight matrices into one for each image. That takes more multiplications "
        "than a dense network with as many weights, not fewer.",
        "dgviz.methods.dynamicweights:DynamicWeights",
        source="Chen et al. 2020",
        knobs=(
            own.number(
                "dynamicweights.kernels",
                4,
                "weight matrices",
                "They share the hidden units evenly, so all of them together have about as many "
                "weights as a dense network.",
                range(2, 17),
            ),
            own.number(
                "dynamicweights.annealed",
                0.2,
                "annealing ends at",
                "The part of training in which the temperature of the attention falls from 30 to "
                "1.",
                even_stops(0, 1, 0.05),
            ),
        ),
        masks=False,
        routes="kernel",
        routing=Routing("mix", count="dynamicweights.kernels"),
        timed=True,
    ),
)

METHODS: Mapping[str, MethodSpec] = {spec.name: spec for spec in _ALL}

SHARED = frozenset(name for spec in _ALL for name in spec.shared)
"""The common knobs that only some methods read."""
