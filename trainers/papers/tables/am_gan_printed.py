"""What AM-GAN prints: the numbers of its tables and sections, and the orders that its text finds in them."""

TABLE_1 = {  # label -> (Inception Score, AM Score) with dynamic labels, the same with predefined ones
    "GAN": (("7.04 ± 0.06", "0.45"), ("7.27 ± 0.07", "0.43")),
    "GAN*": (("7.25 ± 0.07", "0.40"), ("7.31 ± 0.10", "0.41")),
    "AC-GAN*": (("7.41 ± 0.09", "0.17"), ("7.79 ± 0.08", "0.16")),
    "AC-GAN*+": (("8.56 ± 0.11", "0.10"), ("8.01 ± 0.09", "0.14")),
    "LabelGAN": (("8.63 ± 0.08", "0.13"), ("7.88 ± 0.07", "0.25")),
    "AM-GAN": (("8.83 ± 0.09", "0.08"), ("8.35 ± 0.12", "0.05")),
}
TABLE_1_ON_TINY_IMAGENET = {
    "AC-GAN*": (("7.28 ± 0.07", "1.64 ± 0.02"), ("7.89 ± 0.11", "1.01 ± 0.01")),
    "AC-GAN*+": (("10.25 ± 0.14", "1.04 ± 0.01"), ("8.23 ± 0.10", "1.20 ± 0.01")),
    "LabelGAN": (("10.82 ± 0.16", "1.11 ± 0.01"), ("8.62 ± 0.11", "1.37 ± 0.01")),
    "AM-GAN": (("11.45 ± 0.15", "0.88 ± 0.01"), ("9.55 ± 0.11", "0.61 ± 0.01")),
}
TABLE_2 = {  # label -> the highest class's mean MS-SSIM with dynamic and with predefined labels
    "AC-GAN*": ("0.61", "0.35"),
    "AC-GAN*+": ("0.39", "0.36"),
    "LabelGAN": ("0.35", "0.32"),
    "AM-GAN": ("0.36", "0.36"),
}
TABLE_3 = {  # what the paper quotes: Inception Score
    "DFM": "7.72 ± 0.13",
    "Improved GAN": "8.09 ± 0.07",
    "AC-GAN": "8.25 ± 0.07",
    "WGAN-GP + AC": "8.42 ± 0.10",
    "SGAN": "8.59 ± 0.12",
    "Splitting GAN": "8.87 ± 0.09",
}
ORDER_OF_TABLE_1 = {  # sections 7.1.1, 7.1.2 and 7.1.4: the first is better than the others
    "AM-GAN": ("LabelGAN", "AC-GAN*+", "AC-GAN*", "GAN*", "GAN"),
    "AC-GAN*+": ("AC-GAN*",),
    "AC-GAN*": ("GAN",),
    "GAN*": ("GAN",),
}
WIDER_DISCRIMINATOR = 1.5  # "more filters in each layer"; 192 for 128 in the authors' README
SAMPLE_ENTROPIES = {"LabelGAN": "0.124", "AM-GAN": "0.079", "AC-GAN*+": "0.102"}  # section 7.1.2, dynamic
LIGHTER_AUXILIARY = 0.1  # section 7.1.2
SECTION_7_1_5 = {"AC-GAN*": TABLE_1["AC-GAN*"], "AC-GAN": (("6.48", "0.43"), ("7.66", "0.20"))}
SENSITIVITY = {"dynamic": "45.0", "predefined": "25.0"}  # section 7.1.4, "around"
SAMPLED = ("AM-GAN", "AC-GAN*", "AC-GAN*+", "LabelGAN", "GAN")  # Figures 9-18, each with both kinds of labels
