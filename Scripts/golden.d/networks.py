#!/usr/bin/env python3
"""Computes both networks, both losses and three Adam steps by plain PyTorch.

    Scripts/golden networks      writes Tests/Fixtures/networks/networks.safetensors

The script computes the same numbers each time.
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F


class ConvBlock(nn.Module):
    """Applies convolution, batch normalisation and leaky ReLU; slope 0 is ReLU."""

    def __init__(self, inputs, outputs, kernel, stride, mode, slope):
        super().__init__()
        self.conv = nn.Conv2d(
            inputs,
            outputs,
            kernel,
            stride,
            padding=kernel // 2,
            padding_mode="reflect" if mode == "reflection" and kernel > 1 else "zeros",
        )
        self.norm = nn.BatchNorm2d(outputs)
        self.slope = slope

    def forward(self, x):
        return F.leaky_relu(self.norm(self.conv(x)), self.slope)


def double(inputs, outputs):
    return nn.Sequential(
        ConvBlock(inputs, outputs, 3, 1, "zeros", 0.0),
        ConvBlock(outputs, outputs, 3, 1, "zeros", 0.0),
    )


def enlarge(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class VMNet(nn.Module):
    """Implements the trained network, a U-Net with two input channels."""

    def __init__(self, width, depth):
        super().__init__()
        widths = [width << level for level in range(depth + 1)]
        self.down = nn.ModuleList(
            double(2 if i == 0 else widths[i - 1], widths[i]) for i in range(depth)
        )
        self.bottom = double(widths[depth - 1], widths[depth])
        self.up = nn.ModuleDict(
            {str(i): double(widths[i] + widths[i + 1], widths[i]) for i in reversed(range(depth))}
        )
        self.output = nn.Conv2d(width, 1, 1)

    def forward(self, x):
        skips = []
        for level in self.down:
            x = level(x)
            skips.append(x)
            x = F.max_pool2d(x, 2)
        x = self.bottom(x)
        for level in reversed(range(len(skips))):
            x = self.up[str(level)](torch.cat([skips[level], enlarge(x)], 1))
        return torch.sigmoid(self.output(x))


def dip_block(inputs, outputs, kernel, stride=1):
    return ConvBlock(inputs, outputs, kernel, stride, "reflection", 0.2)


class Level(nn.Module):
    """Holds the layers of one level of the DIP Net."""

    def __init__(self, inputs, width, skip):
        super().__init__()
        self.skip = dip_block(inputs, skip, 1)
        self.down = nn.Sequential(dip_block(inputs, width, 3, 2), dip_block(width, width, 3))
        self.joint = nn.BatchNorm2d(skip + width)
        self.up = nn.Sequential(dip_block(skip + width, width, 3), dip_block(width, width, 1))


class DIPNet(nn.Module):
    """Implements the untrained network, an hourglass with skips (Ulyanov et al. 2018)."""

    def __init__(self, channels, width, skip, depth):
        super().__init__()
        self.level = nn.ModuleList(
            Level(channels if i == 0 else width, width, skip) for i in range(depth)
        )
        self.output = nn.Conv2d(width, 1, 1)

    def forward(self, x):
        return torch.sigmoid(self.output(self.pass_level(x, 0)))

    def pass_level(self, x, index):
        if index == len(self.level):
            return x
        level = self.level[index]
        lower = self.pass_level(level.down(x), index + 1)
        return level.up(level.joint(torch.cat([level.skip(x), enlarge(lower)], 1)))


def difference(u, axis):
    shifted = torch.cat([u.narrow(axis, 1, u.shape[axis] - 1), u.narrow(axis, -1, 1)], axis)
    return shifted - u


def loss3(u, r, g, mu):
    """Computes the paper's equation (3), as means over pixels and sums over cases."""
    length = torch.sqrt(difference(u, 3) ** 2 + difference(u, 2) ** 2 + 1e-8)
    return u.shape[0] * ((r * u).mean() + mu * (g * length).mean())


def loss2(vm, dip, r, similarity=0.5):
    """Computes the paper's equation (2), in which the weight of the similarity is 1/2."""
    return vm.shape[0] * ((r * vm * dip).mean() + similarity * ((dip - vm) ** 2).mean())


def steps(parameters, loss):
    """Makes three steps of Adam; returns the losses before each and after the last."""
    optimiser = torch.optim.Adam(parameters, lr=1e-3)
    losses = []
    for _ in range(3):
        optimiser.zero_grad()
        value = loss()
        value.backward()
        optimiser.step()
        losses.append(value.item())
    return torch.tensor(losses + [loss().item()])


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    count, size = 2, 16
    found = {
        "input": torch.rand(count, 2, size, size),
        "data_term": torch.rand(count, 1, size, size) * 3 - 1,
        "edge": torch.rand(count, 1, size, size),
        "noise": torch.rand(count, 3, size, size) * 0.1,
    }
    vm, dip = VMNet(4, 2), DIPNet(3, 4, 2, 2)
    start = {
        **{"vm." + name: value.clone() for name, value in vm.state_dict().items()},
        **{"dip." + name: value.clone() for name, value in dip.state_dict().items()},
    }

    def restart():
        vm.load_state_dict({k[3:]: v for k, v in start.items() if k.startswith("vm.")})
        dip.load_state_dict({k[4:]: v for k, v in start.items() if k.startswith("dip.")})

    with torch.no_grad():
        u_vm, u_dip = vm(found["input"]), dip(found["noise"])
        found["vm_output"], found["dip_output"] = u_vm, u_dip
        found["vm_output_running"] = vm.eval()(found["input"])
        found["loss3"] = loss3(u_vm, found["data_term"], found["edge"], 0.2).reshape(1)
        found["loss2"] = loss2(u_vm, u_dip, found["data_term"]).reshape(1)
        vm.train()
    restart()
    found["m1_losses"] = steps(
        vm.parameters(), lambda: loss3(vm(found["input"]), found["data_term"], found["edge"], 0.2)
    )
    found["m1_output_weight"] = vm.output.weight.detach().clone()
    restart()
    found["m3_losses"] = steps(
        [*vm.parameters(), *dip.parameters()],
        lambda: loss2(vm(found["input"]), dip(found["noise"]), found["data_term"]),
    )
    found["m3_output_weight"] = vm.output.weight.detach().clone()
    found["m3_dip_output_weight"] = dip.output.weight.detach().clone()
    found.update({k: v for k, v in start.items() if v.dtype == torch.float32})
    folder = pathlib.Path(
        sys.argv[1]
        if len(sys.argv) > 1
        else pathlib.Path(__file__).parents[2] / "Tests/Fixtures/networks"
    )
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in found.items()}, folder / "networks.safetensors")


if __name__ == "__main__":
    main()
