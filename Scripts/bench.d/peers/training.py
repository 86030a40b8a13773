"""Runs training steps of M1 to M4 or DIP by PyTorch eager: plain modules, float32, one thread.

training.py METHOD SIZE cpu|cuda
"""

import pathlib
import resource
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "golden.d"))
from networks import DIPNet, VMNet, loss2, loss3  # noqa: E402
from peer import serve  # noqa: E402


def main():
    method, size, device = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    torch.manual_seed(1)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.set_default_device(device)
    count = 1 if method == "DIP" else 2
    images = torch.rand(count, 2, size, size)
    r, g = torch.rand(count, 1, size, size) * 3 - 1, torch.rand(count, 1, size, size)
    z = torch.rand(count, 32, size, size) * 0.1
    vm = VMNet(16, 4) if method != "DIP" else None
    dip = DIPNet(32, 128, 4, 5) if method not in ("M1", "M2") else None
    parameters = [p for network in (vm, dip) if network for p in network.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=1e-3)

    def loss():
        if method == "M1":
            return loss3(vm(images), r, g, 0.2)
        if method == "M2":
            return (r * vm(images)).mean() * count
        noise = z + 0.01 * torch.randn_like(z)
        if method == "DIP":
            return (r * dip(noise)).mean()
        return loss2(vm(images), dip(noise), r)

    def step():
        optimiser.zero_grad()
        value = loss()
        value.backward()
        optimiser.step()  # value.item() waits for a GPU
        return {
            "loss": value.item(),
            "peak": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        }

    serve({"go": step})


main()
