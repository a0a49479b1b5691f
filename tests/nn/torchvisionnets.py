"""Writes random nets of torchvision, and MobileNet-V1 after its paper, with what they answer.

    torchvisionnets.py FOLDER

For each net FOLDER/<name>.safetensors (its state dict, names as they are) and FOLDER/<name>.io.safetensors
("input" [N, 1, S, S], repeated to three channels; "logits" [N, 5]). Exit code 77: torchvision is not here.
"""

import json
import struct
import sys
from pathlib import Path

try:
    import torch
    import torchvision
except ImportError as problem:
    print(problem)
    sys.exit(77)

CLASSES = 5
IMAGES = 3
SIDE = 96
TORCHVISION = ["mobilenet_v2", "resnet18", "resnet34", "efficientnet_b0", "efficientnet_b1", "efficientnet_b2"]


def save_safetensors(path, tensors):
    types = {torch.float32: "F32", torch.int64: "I64"}
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": types[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def unit(inputs, outputs, kernel, stride=1, groups=1):
    return torch.nn.ModuleDict({
        "conv": torch.nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        "bn": torch.nn.BatchNorm2d(outputs, eps=1e-3)})


class MobileNetV1(torch.nn.Module):
    """Table 1 of arXiv:1704.04861, under the tensor names of this program's files."""

    def __init__(self):
        super().__init__()
        self.stem = unit(3, 32, 3, stride=2)
        self.blocks = torch.nn.ModuleList()
        inputs = 32
        for outputs, stride in ([(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + 5 * [(512, 1)]
                                + [(1024, 2), (1024, 1)]):
            self.blocks.append(torch.nn.ModuleDict({"depthwise": unit(inputs, inputs, 3, stride, inputs),
                                                    "pointwise": unit(inputs, outputs, 1)}))
            inputs = outputs
        self.classifier = torch.nn.Linear(inputs, CLASSES)

    def forward(self, x):
        def through(part, x):
            return torch.nn.functional.relu6(part["bn"](part["conv"](x)))

        x = through(self.stem, x)
        for block in self.blocks:
            x = through(block["pointwise"], through(block["depthwise"], x))
        return self.classifier(x.mean((2, 3)))


def randomise(net, images):
    """Numbers of the size of trained ones; BatchNorm statistics near those of `images`, yet not the same."""
    norms = [module for module in net.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for module in norms:
        torch.nn.init.uniform_(module.weight, 0.5, 1.5)
        torch.nn.init.normal_(module.bias, 0, 0.2)
        module.momentum = None  # the plain mean
    net.train()
    net(images)
    net.eval()
    for module in norms:
        module.running_mean += 0.1 * torch.randn_like(module.running_mean) * module.running_var.sqrt()
        module.running_var *= 0.8 + 0.4 * torch.rand_like(module.running_var)
    # Logits of a few units, as trained nets have them: the agreement asked for is an absolute one.
    head = [module for module in net.modules() if isinstance(module, torch.nn.Linear)][-1]
    head.weight *= 3 / net(images).std()


def main(folder):
    for number, name in enumerate(["mobilenet_v1"] + TORCHVISION):
        torch.manual_seed(number)
        net = MobileNetV1() if name == "mobilenet_v1" else getattr(torchvision.models, name)(num_classes=CLASSES)
        images = torch.randn(IMAGES, 1, SIDE, SIDE)
        with torch.no_grad():
            randomise(net, torch.randn(8, 1, SIDE, SIDE).expand(-1, 3, -1, -1))
            logits = net(images.expand(-1, 3, -1, -1))  # in the eval mode that randomise() leaves it in
        save_safetensors(folder / f"{name}.safetensors", net.state_dict())
        save_safetensors(folder / f"{name}.io.safetensors", {"input": images, "logits": logits})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
