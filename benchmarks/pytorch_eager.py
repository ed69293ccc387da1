"""PyTorch: the same networks, losses and updates, the generator's images of the discriminator's update used again.

As `pytorch_compile` the networks go through torch.compile.
"""

import sys

import torch
from torch import nn
from torch.nn import functional
from turns import serve

FILTERS = (64, 128, 256, 512)


def networks(width, outputs):
    """DMGAN's Table 1."""
    filters = [max(1, round(count * width)) for count in FILTERS]
    discriminator, channels = [], 3
    for count in filters:
        convolution = nn.Conv2d(channels, count, 5, 2, 2, bias=False)
        discriminator += [convolution, nn.BatchNorm2d(count), nn.LeakyReLU(0.2)]
        channels = count
    discriminator += [nn.Flatten(), nn.Linear(4 * channels, outputs)]
    generator, channels = [nn.Unflatten(1, (100, 1, 1))], 100
    for count in reversed(filters):
        convolution = nn.ConvTranspose2d(channels, count, 5, 2, 2, output_padding=1, bias=False)
        generator += [convolution, nn.BatchNorm2d(count), nn.LeakyReLU(0.2)]
        channels = count
    generator += [nn.ConvTranspose2d(channels, 3, 5, 2, 2, output_padding=1), nn.Tanh()]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)


def norm(vectors):
    return vectors.square().sum(-1).clamp_min(1e-12).sqrt()


class DCGAN:
    outputs = 1

    def d_loss(self, real, fake):
        entropy = functional.binary_cross_entropy_with_logits
        return entropy(real, torch.ones_like(real)) + entropy(fake, torch.zeros_like(fake))

    def g_loss(self, discriminator, images, fake):
        return functional.binary_cross_entropy_with_logits(fake, torch.ones_like(fake))

    def after_d_update(self, discriminator):
        pass


class DMGAN:
    outputs = 500

    def __init__(self):
        self.centers = [torch.zeros(1, 500), torch.zeros(1, 500)]

    def d_loss(self, real, fake):
        identity = norm(real - self.centers[0]) + norm(fake - self.centers[1])
        return identity.mean() - 1.2 * norm(fake - real).mean()

    def g_loss(self, discriminator, images, fake):
        with torch.no_grad():
            real = discriminator(images)
            for center, features in zip(self.centers, (real, fake), strict=True):
                count = len(features)
                center -= (count * center - features.sum(0, keepdim=True)) / (1 + count)
        return norm(fake - real).mean()

    def after_d_update(self, discriminator):
        with torch.no_grad():
            for parameter in discriminator.parameters():
                parameter.clamp_(-0.1, 0.1)


def make_step(scheme, width, batch_size):
    torch.manual_seed(0)
    rules = {"dcgan": DCGAN, "dmgan": DMGAN}[scheme]()
    # The faster of PyTorch's two layouts at each width on the CPU where this was written.
    layout = torch.channels_last if width < 0.5 else torch.contiguous_format
    generator, discriminator = (network.to(memory_format=layout) for network in networks(width, rules.outputs))
    g_optimizer = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.999))
    d_optimizer = torch.optim.Adam(discriminator.parameters(), 2e-4, (0.5, 0.999))
    if "--compile" in sys.argv:
        generator, discriminator = torch.compile(generator), torch.compile(discriminator)
    images = (torch.rand(batch_size, 3, 32, 32) * 2 - 1).to(memory_format=layout)

    def step():
        fakes = generator(torch.rand(batch_size, 100) * 2 - 1)
        d_optimizer.zero_grad()
        d_loss = rules.d_loss(discriminator(images), discriminator(fakes.detach()))
        d_loss.backward()
        d_optimizer.step()
        rules.after_d_update(discriminator)
        g_optimizer.zero_grad()
        g_loss = rules.g_loss(discriminator, images, discriminator(fakes))
        g_loss.backward()
        g_optimizer.step()
        return d_loss.item(), g_loss.item()

    return step


serve(make_step)
