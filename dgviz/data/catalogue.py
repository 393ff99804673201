"""The catalogue of data sets: titles, image shapes, classes, sources and licences. No torch."""

from dataclasses import dataclass
from math import prod

TEST_IMAGES = 10_000
"""Number of test images of each data set."""


class DataError(Exception):
    """A data set cannot be loaded. The message is for the user.

    It names the data set, the problem and a remedy, and needs no traceback.
    """


@dataclass(frozen=True)
class Entry:
    """The facts about one data set.

    Attributes:
        title: its name as the authors write it.
        image_shape: (channels, height, width) of one image, in pixels.
        classes: the name of class k at position k.
        source: the authors, and where it is published.
        licence: the terms stated by the authors.
    """

    title: str
    image_shape: tuple[int, int, int]
    classes: tuple[str, ...]
    source: str
    licence: str

    @property
    def input_size(self) -> int:
        """Number of values of one flattened image: the width of a network's input layer."""
        return prod(self.image_shape)


_CIFAR_SOURCE = (
    "Alex Krizhevsky, Vinod Nair and Geoffrey Hinton, https://www.cs.toronto.edu/~kriz/cifar.html"
)
_CIFAR_LICENCE = "none stated by the authors"

_CIFAR100_CLASSES = tuple(
    """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle
    bowl boy bridge bus butterfly camel can castle caterpillar cattle
    chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur
    dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard
    lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain
    mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
    plain plate poppy porcupine possum rabbit raccoon ray road rocket
    rose sea seal shark shrew skunk skyscraper snail snake spider
    squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
    train trout tulip turtle wardrobe whale willow_tree wolf woman worm
    """.split()  # noqa: SIM905 (a list would take a hundred lines)
)

DATASETS: dict[str, Entry] = {
    "mnist": Entry(
        title="MNIST",
        image_shape=(1, 28, 28),
        classes=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
        source="Yann LeCun, Corinna Cortes and Christopher J. C. Burges, "
        "http://yann.lecun.com/exdb/mnist/",
        licence="CC BY-SA 3.0",
    ),
    "fashion_mnist": Entry(
        title="Fashion-MNIST",
        image_shape=(1, 28, 28),
        classes=(
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        source="Zalando Research, https://github.com/zalandoresearch/fashion-mnist",
        licence="MIT",
    ),
    "kmnist": Entry(
        title="Kuzushiji-MNIST",
        image_shape=(1, 28, 28),
        classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        source="ROIS-DS Center for Open Data in the Humanities (CODH), adapted from the "
        "Kuzushiji Dataset of the National Institute of Japanese Literature and others, "
        "https://doi.org/10.20676/00000341",
        licence="CC BY-SA 4.0",
    ),
    "cifar10": Entry(
        title="CIFAR-10",
        image_shape=(3, 32, 32),
        classes=(
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck",
        ),
        source=_CIFAR_SOURCE,
        licence=_CIFAR_LICENCE,
    ),
    "cifar100": Entry(
        title="CIFAR-100",
        image_shape=(3, 32, 32),
        classes=_CIFAR100_CLASSES,
        source=_CIFAR_SOURCE,
        licence=_CIFAR_LICENCE,
    ),
}
"""All data sets, by their names in settings, links and on the command line."""
