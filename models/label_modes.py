"""What labels are there for: each label mode as a row of one table."""

from typing import NamedTuple


class LabelMode(NamedTuple):
    """Who uses labels.

    Attributes:
        generator_sees: whether the generator takes the label of each image that it makes.
        loss_may_use: whether the real images have labels for a loss that uses them (a scheme's `loss_uses_labels`).
        drawn: whether generated images' labels are drawn uniformly; else they are those of their real partners.
    """

    generator_sees: bool
    loss_may_use: bool
    drawn: bool

    @property
    def given(self) -> bool:
        """Whether both images of a pair have the real one's label and the networks may see it."""
        return self.generator_sees and not self.drawn

    def needs_labels(self, loss_uses_labels: bool) -> bool:
        """Whether `fit` needs the real images' labels, for the networks or for a loss that uses them where it may."""
        return self.given or (self.loss_may_use and loss_uses_labels)


LABEL_MODES = {  # the generator sees, the loss may use, drawn
    "none": LabelMode(False, False, False),  # `fit` needs no labels
    "conditional": LabelMode(True, True, False),  # the generator sees the paired real image's label
    "paired": LabelMode(False, True, False),  # it sees none, yet the pair shares the real one's in the loss
    "predefined": LabelMode(True, True, True),  # it sees a label drawn uniformly
    "dynamic": LabelMode(False, True, False),  # it sees none; the discriminator finds the class of each of its images
}
